#!/usr/bin/env python3
"""Wide data against DuckDB's automatic schema: 16 event types of 300 to 400 fields, flat, nested and mixed.

  Scripts/bench_wide.py [--events N] [--forms flat,nested,mixed] [--runs 3] [--threads 2]

Promises: at most 0.8 of DuckDB's time, at most a third of its file.
Exit status: 0 all promises kept, 1 one is not, 2 it could not be run.
"""

import argparse
import json
import platform
from pathlib import Path

from benchmark import ground, measure, report
from benchmark.contenders import Coldtrail, DuckDB
from benchmark.ground import FOLDER, say

MOST_TIME = 0.8
MOST_SIZE = 1 / 3
HEAD = ["form", "", "coldtrail", "DuckDB", "coldtrail : DuckDB", "promise", ""]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=100_000, help="events to generate of each form")
    parser.add_argument("--forms", default="flat,nested,mixed")
    parser.add_argument("--runs", type=int, default=3, help="runs of each side, alternating")
    parser.add_argument("--threads", type=int, default=2, help="of both sides")
    parser.add_argument("--coldtrail", type=Path, default=ground.BINARY)
    return parser


def compare(coldtrail, duckdb, data, runs):
    """The costs of both sides; DuckDB's error if it cannot load the data."""
    ours, theirs = [], []
    for run in range(runs):
        say(f"{data.name}: load {run + 1} of {runs} …")
        ours.append(coldtrail.ingest(data))
        cost, told = duckdb.load(data)
        theirs.append(cost)
    sizes = [measure.directory_bytes(path) for path in (coldtrail.archive, duckdb.database)]
    return ours, theirs, sizes, told


def rows(form, ours, theirs, sizes):
    median = lambda costs, what: report.median([getattr(cost, what) for cost in costs])
    figures = [
        ("wall", median(ours, "wall"), median(theirs, "wall"), "s", MOST_TIME),
        ("CPU", median(ours, "cpu"), median(theirs, "cpu"), "s", None),
        ("peak memory", median(ours, "peak"), median(theirs, "peak"), "bytes", None),
        ("size", *sizes, "bytes", MOST_SIZE),
    ]
    for what, mine, other, unit, most in figures:
        ratio = mine / other
        promise = f"at most {most:.2f}×" if most else "–"
        yield [form, what, report.shown(mine, unit), report.shown(other, unit), f"{ratio:.2f}×", promise,
               report.verdict(ratio <= most) if most else ""], most is None or ratio <= most


def run(options):
    python = ground.python_with_duckdb()
    coldtrail = Coldtrail(options.coldtrail, FOLDER, options.threads)
    duckdb = DuckDB(python, FOLDER, options.threads)
    body, all_kept, facts = [], True, {}
    for form in options.forms.split(","):
        data = ground.generated(options.coldtrail, options.events, f"wide-{form}", ["--wide", "--layout", form])
        ours, theirs, sizes, told = compare(coldtrail, duckdb, data, options.runs)
        if told["events"] != options.events:
            raise measure.CommandFailed(f"DuckDB has {told['events']:,} of {options.events:,} events")
        for row, kept in rows(f"{form}, .gz {data.stat().st_size / 1e6:,.1f} MB", ours, theirs, sizes):
            body.append(row)
            all_kept = all_kept and kept
        facts[form] = {"ingests": [c.figures() for c in ours], "loads": [c.figures() for c in theirs], "sizes": sizes}
    print(f"coldtrail {coldtrail.version}, DuckDB {told['version']} with its automatic schema: {options.events:,} wide "
          f"events of each form, {options.threads} threads ({platform.machine()}); medians of {options.runs} "
          f"alternating runs.\n\n{report.aligned(HEAD, body)}")
    (FOLDER / "wide.json").write_text(json.dumps(facts, indent=2) + "\n")
    return 0 if all_kept else 1


if __name__ == "__main__":
    ground.main(run, arguments())
