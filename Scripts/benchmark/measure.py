"""Runs one command and says what it cost: wall and CPU seconds, peak resident bytes, output."""

import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass


@dataclass
class Cost:
    wall: float  # seconds from spawn to exit
    cpu: float  # user + system seconds of the process and the children it waited for
    peak: int  # bytes resident at the highest moment, the whole process tree
    status: int  # exit status; negative: killed by that signal
    output: str  # standard output

    def figures(self):
        return {"wall_s": self.wall, "cpu_s": self.cpu, "peak_bytes": self.peak, "status": self.status}


class CommandFailed(Exception):
    pass


def run(command, accept=(0,), log=None, environment=None, watched=True):
    """Runs `command` to its end.

    Standard error goes to the file `log`; an exit status that is not in `accept` raises CommandFailed with the last lines
    of it. Unless `watched`, the peak is only that of the process itself, if it is known: watching a process tree takes a
    part of a core, which a command of some milliseconds would feel.
    """
    errors = open(log, "w+b") if log else subprocess.DEVNULL
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=environment
    )
    watcher = _TreeWatcher(process.pid) if watched else None
    if watcher:
        watcher.start()
    output = process.stdout.read()
    process.stdout.close()
    _, wait_status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(wait_status)
    if watcher:
        watcher.stop()
    if process.returncode not in accept:
        said = ""
        if log:
            errors.seek(0)
            said = errors.read()[-2000:].decode("utf-8", "replace").strip()
        raise CommandFailed(f"exit status {process.returncode}: {' '.join(command)}\n{said}")
    if log:
        errors.close()
    return Cost(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak=max(watcher.peak if watcher else 0, _own_peak(usage)),
        status=process.returncode,
        output=output.decode("utf-8", "replace"),
    )


def _own_peak(usage):
    """The kernel's exact peak of the child. A child begins as a copy of this process, so a figure
    that is not above our own peak may be ours and is left to the watcher."""
    unit = 1 if sys.platform == "darwin" else 1024
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if usage.ru_maxrss <= ours and sys.platform.startswith("linux"):
        return 0
    return usage.ru_maxrss * unit


class _TreeWatcher(threading.Thread):
    """Adds up the resident memory of a process and its descendants every 10 ms (Linux only)."""

    INTERVAL = 0.01

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self._done = threading.Event()

    def stop(self):
        self._done.set()
        self.join()

    def run(self):
        page = os.sysconf("SC_PAGE_SIZE")
        while not self._done.is_set():
            self.peak = max(self.peak, sum(_resident_pages(pid) for pid in _tree(self.pid)) * page)
            self._done.wait(self.INTERVAL)


def _tree(pid):
    yield pid
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    yield from _tree(int(child))
    except OSError:
        return  # the process ended, or there is no /proc


def _resident_pages(pid):
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1])
    except (OSError, IndexError):
        return 0


def directory_bytes(path):
    """The sum of the sizes of all files and folders under `path`, as `du -sb`."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    total = os.lstat(path).st_size
    for folder, folders, files in os.walk(path):
        total += sum(os.lstat(os.path.join(folder, name)).st_size for name in folders + files)
    return total
