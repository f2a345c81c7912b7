#!/usr/bin/env python3
"""Growth: a tenth of the events against all of them, and the questions that must stay instant.

  Scripts/bench_scale.py [--events 10000000] [--runs 3] [--asks 11]

Promises: ten times the events take at most 10.5 times as long; a rare word is counted in at most 40 ms, `exports` and
`info` answer in at most 100 ms. Every question is a new process; once with the archive's files in the page
cache, once after they have been dropped from it.
Exit status: 0 all promises kept, 1 one is not, 2 it could not be run.
"""

import argparse
import json
import os
import platform
from pathlib import Path

from benchmark import ground, measure, report
from benchmark.contenders import Coldtrail
from benchmark.ground import FOLDER, say

MOST_GROWTH = 10.5
MOST_RARE = 0.040
MOST_LIST = 0.100
WORD = "quokkafjord"  # no other event has it
HEAD = ["", "figure", "promise", ""]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3, help="alternating ingests of the tenth and of all")
    parser.add_argument("--asks", type=int, default=11, help="how often each question is asked")
    parser.add_argument("--threads", type=int, default=ground.usable_cores())
    parser.add_argument("--coldtrail", type=Path, default=ground.BINARY)
    return parser


def export(binary, events):
    """The rare word stands in three events: near the beginning, in the middle, at the end."""
    options = []
    for line in (events // 50 + 1, events // 2 + 1, events):
        options += ["--needle", f"{line}:message=the word {WORD} stands here"]
    return ground.generated(binary, events, "scale", options)


def drop_from_cache(folder):
    if not hasattr(os, "posix_fadvise"):
        return
    os.sync()
    for place, _, names in os.walk(folder):
        for name in names:
            descriptor = os.open(os.path.join(place, name), os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def ask(coldtrail, arguments, times, is_cold):
    """The median time of a question, each time by a new process, and what it prints."""
    walls = []
    for _ in range(times):
        if is_cold:
            drop_from_cache(coldtrail.archive)
        cost = measure.run([coldtrail.binary, "-a", str(coldtrail.archive), *arguments], log=coldtrail.log)
        walls.append(cost.wall)
    return report.median(walls), cost.output


def questions(coldtrail, asks):
    for name, arguments, most in [
        (f"count {WORD}", ["count", WORD], MOST_RARE), ("exports", ["exports"], MOST_LIST), ("info", ["info"], MOST_LIST),
    ]:
        for is_cold in (False, True):
            seconds, output = ask(coldtrail, arguments, asks, is_cold)
            if arguments[0] == "count" and output.strip() != "3":
                raise measure.CommandFailed(f"the word stands in 3 events, coldtrail counts {output.strip()}")
            yield f"{name}, {'files not cached' if is_cold else 'files cached'}", seconds, most


def run(options):
    if options.events < 1_000:
        raise measure.CommandFailed("--events must be at least 1000")
    tenth, whole = export(options.coldtrail, options.events // 10), export(options.coldtrail, options.events)
    coldtrail = Coldtrail(options.coldtrail, FOLDER, options.threads)
    small, large = [], []
    for number in range(options.runs):
        say(f"Ingest {number + 1} of {options.runs} …")
        small.append(coldtrail.ingest(tenth))
        large.append(coldtrail.ingest(whole))
    median = lambda costs, what: report.median([getattr(cost, what) for cost in costs])
    growth = median(large, "wall") / median(small, "wall")
    size = measure.directory_bytes(coldtrail.archive)
    body = [
        [f"ingest, {options.events // 10:,} events", report.shown(median(small, "wall"), "s"), "–", ""],
        [f"ingest, {options.events:,} events", report.shown(median(large, "wall"), "s"), "–", ""],
        ["growth of wall time", f"{growth:.2f}×", f"at most {MOST_GROWTH}×", report.verdict(growth <= MOST_GROWTH)],
        ["CPU, tenth → all", f"{median(small, 'cpu'):,.1f} s → {median(large, 'cpu'):,.1f} s", "–", ""],
        ["peak memory, tenth → all",
         f"{report.shown(median(small, 'peak'), 'bytes')} → {report.shown(median(large, 'peak'), 'bytes')}", "–", ""],
        ["archive, of the .gz", f"{size / whole.stat().st_size:.2f}×", "–", ""],
    ]
    kept = [growth <= MOST_GROWTH]
    for name, seconds, most in questions(coldtrail, options.asks):
        kept.append(seconds <= most)
        body.append([name, report.shown(seconds, "s"), f"at most {most * 1000:.0f} ms", report.verdict(kept[-1])])
    print(f"coldtrail {coldtrail.version}, {options.threads} threads ({platform.machine()}); medians of "
          f"{options.runs} alternating ingests and {options.asks} processes a question.\n\n{report.aligned(HEAD, body)}")
    facts = {"small": [c.figures() for c in small], "large": [c.figures() for c in large], "rows": body}
    (FOLDER / "scale.json").write_text(json.dumps(facts, indent=2) + "\n")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    ground.main(run, arguments())
