#!/usr/bin/env python3
"""Whether the progress line tells the truth: the time it says is left against the time that was left.

  Scripts/bench_progress.py [--events N | --data EXPORT.jsonl.gz …]

An ingest runs on a pseudo-terminal, and what it draws is read. Promise: from 10 % on the time left is within 20 % of the
real one (or a second, at the end), and the share never goes back. Other work on the machine changes the real time left
while it runs; the share of the processor time that is used up tells how true the share is all the same.
Exit status: 0 the promise is kept, 1 it is not, 2 it could not be run.
"""

import argparse
import os
import pty
import re
import subprocess
import time
from pathlib import Path

from benchmark import ground, report
from benchmark.contenders import remove
from benchmark.ground import FOLDER, say

MOST_OFF = 0.20
SLACK = 1.0  # seconds; the line shows whole ones
PERCENT = re.compile(rb"(\d+) %")
LEFT = re.compile(rb"(?:(\d+) h )?(?:(\d+) min ?)?(?:(\d+) s )?left")
HEAD = ["input", "wall", "drawn", "time left: farthest off", "off by more than 20 %", "share: farthest from the "
        "processor time's", ""]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, nargs="+", help="measure these exports instead of generated ones")
    parser.add_argument("--coldtrail", type=Path, default=ground.BINARY)
    return parser


def draw(command):
    """Runs a command on a terminal of its own: the seconds it took, and what it drew when, with the processor time used
    until then as a share of all."""
    master, slave = pty.openpty()
    start = time.monotonic()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "160"}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=slave,
                               env=environment)
    os.close(slave)
    drawn = []
    while True:
        try:
            text = os.read(master, 65536)
        except OSError:
            break  # Linux says so when the last writer has gone
        if not text:
            break
        percent, left = PERCENT.search(text), LEFT.search(text)
        if percent:
            drawn.append([time.monotonic() - start, int(percent[1]), seconds(left) if left else None,
                          processor_seconds(process.pid)])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    os.close(master)
    for line in drawn:
        line[3] /= usage.ru_utime + usage.ru_stime
    return wall, drawn


def processor_seconds(pid):
    """User and system seconds of a process so far (Linux; elsewhere 0)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def seconds(left):
    hours, minutes, rest = (int(group or 0) for group in left.groups())
    return hours * 3600 + minutes * 60 + rest


def judge(wall, drawn):
    """How far off the line was at most, relative to the real time left; the share of drawings that were too far; how far
    the share was from the processor time's."""
    told = [line for line in drawn if line[1] >= 10 and line[2] is not None]
    offs = [abs(left - (wall - at)) / (wall - at) for at, _, left, _ in told if abs(left - (wall - at)) > SLACK]
    shares = [abs(percent / 100 - processor) for _, percent, _, processor in told if processor > 0]
    return max(offs, default=0), sum(off > MOST_OFF for off in offs) / max(1, len(told)), max(shares, default=0)


def run(options):
    inputs = [(path.name, path) for path in options.data or []] or [
        ("in order of time", ground.generated(options.coldtrail, options.events)),
        ("shuffled over 60 days",
         ground.generated(options.coldtrail, options.events, "shuffled", ["--shuffle-days", "60"])),
    ]
    body, all_kept = [], True
    for name, path in inputs:
        say(f"{name} …")
        archive = FOLDER / "archive"
        remove(archive)
        os.sync()
        wall, drawn = draw([str(options.coldtrail), "-a", str(archive), "ingest", str(path)])
        percents = [line[1] for line in drawn]
        off, share, from_processor = judge(wall, drawn)
        kept = off <= MOST_OFF and percents == sorted(percents) and bool(drawn)
        all_kept = all_kept and kept
        body.append([name, report.shown(wall, "s"), str(len(drawn)), f"{off:.0%}", f"{share:.0%}",
                     f"{100 * from_processor:.0f} points", report.verdict(kept)])
    print(report.aligned(HEAD, body))
    return 0 if all_kept else 1


if __name__ == "__main__":
    ground.main(run, arguments())
