#!/usr/bin/env python3
"""Peak memory of the whole process tree while inputs are archived that are hard on it.

  Scripts/bench_memory.py [--events N] [--files 16] [--lines 8] [--line-mb 20] [--names 20000] [--folder DIR]

Promise: at most 512 MB for each. The archive, and with it what is spilled, must lie on a disk: memory that a
file system in memory takes would not be counted.
Exit status: 0 the promise is kept, 1 it is not, 2 it could not be run.
"""

import argparse
import json
import platform
from pathlib import Path

from benchmark import ground, measure, report
from benchmark.contenders import Coldtrail, remove
from benchmark.ground import FOLDER, say
from benchmark.hard_cases import all_cases

MOST = 512_000_000
HEAD = ["input", "read", "archive", "wall", "CPU", "peak memory", "promise", ""]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=16, help="files that are read at once")
    parser.add_argument("--lines", type=int, default=8, help="how many long lines")
    parser.add_argument("--line-mb", type=int, default=20, help="their length")
    parser.add_argument("--names", type=int, default=20_000, help="different field names")
    parser.add_argument("--threads", type=int, default=ground.usable_cores())
    parser.add_argument("--folder", type=Path, default=FOLDER / "memory", help="for the archives, on a disk")
    parser.add_argument("--coldtrail", type=Path, default=ground.BINARY)
    return parser


def file_system(path):
    """The type of the file system a folder lies on (Linux), or an empty text."""
    best, kind = "", ""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return ""
    for line in mounts:
        _, place, found = line.split()[:3]
        place = place.replace("\\040", " ")
        if (path == Path(place) or Path(place) in path.parents) and len(place) >= len(best):
            best, kind = place, found
    return kind


def run(options):
    options.folder.mkdir(parents=True, exist_ok=True)
    folder = options.folder.resolve()
    kind = file_system(folder)
    if kind in ("tmpfs", "ramfs"):
        raise measure.CommandFailed(f"{folder} lies in memory ({kind}): name a folder on a disk with --folder")
    coldtrail = Coldtrail(options.coldtrail, folder, options.threads)
    body, facts, all_kept = [], {}, True
    for case in all_cases(options.coldtrail, FOLDER, options):
        say(f"{case.name} …")
        cost = coldtrail.ingest(*case.files)
        kept = cost.peak <= MOST
        all_kept = all_kept and kept
        body.append([
            case.name, report.shown(sum(path.stat().st_size for path in case.files), "bytes"),
            report.shown(measure.directory_bytes(coldtrail.archive), "bytes"), report.shown(cost.wall, "s"),
            report.shown(cost.cpu, "s"), report.shown(cost.peak, "bytes"), f"at most {MOST / 1e6:.0f} MB",
            report.verdict(kept),
        ])
        facts[case.name] = cost.figures()
    remove(coldtrail.archive)
    print(f"coldtrail {coldtrail.version}, {options.threads} threads ({platform.machine()}), archives on "
          f"{kind or 'a disk'}, --memory at its default.\n\n{report.aligned(HEAD, body)}")
    (FOLDER / "memory.json").write_text(json.dumps(facts, indent=2) + "\n")
    return 0 if all_kept else 1


if __name__ == "__main__":
    ground.main(run, arguments())
