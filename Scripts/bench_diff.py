#!/usr/bin/env python3
"""Comparing: an export against the same search executed later, against DuckDB's EXCEPT ALL both ways.

  Scripts/bench_diff.py [--events 1000000] [--runs 3] [--seed N]

The pair is the generator's: about one event in a hundred is new, gone or changed. DuckDB compares loaded tables in a warm
process, coldtrail archived exports in a new process; all counts must be equal.
Promises: whole events at most a tenth of DuckDB's time and at most 1 s; chosen fields, left-out fields and a filter
at most its time; 512 MB.
Exit status: 0 all promises kept and all counts equal, 1 not, 2 it could not be run.
"""

import argparse
import json
import platform
import random
import re
from pathlib import Path

from bench import typed_columns
from benchmark import ground, measure, report
from benchmark.contenders import Coldtrail, DuckDB
from benchmark.ground import FOLDER, say
from benchmark.survey import survey
from benchmark.workload import column, literal

MOST_MEMORY = 512 * 1024 * 1024
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{1,40}")
HEAD = ["", "coldtrail", "DuckDB, both ways", "ratio", "promise", "", "removed / added"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1, help="of the drawn fields and values")
    parser.add_argument("--threads", type=int, default=ground.usable_cores())
    parser.add_argument("--coldtrail", type=Path, default=ground.BINARY)
    return parser


class Question:
    """`select` and `where` of both tables, the options of `diff`, the share of DuckDB's time that is promised."""

    def __init__(self, title, options, select="*", where="true", most=1.0):
        self.title, self.options, self.select, self.where, self.most = title, options, select, where, most

    def statements(self):
        part = lambda table: f"SELECT {self.select} FROM {table} WHERE {self.where}"
        for one, other in [("events", "later.events"), ("later.events", "events")]:
            yield f"SELECT count(*) FROM ({part(one)} EXCEPT ALL {part(other)})"


def questions(found, names, seed):
    """Fields that hold plain values at the top level: SQL compares the text of others."""
    draw = random.Random(seed)
    plain = [n for n in names if n not in found.structured and n not in found.nested
             and n not in ("@timestamp", "message") and re.fullmatch(r"[\w.@-]+", n)]
    plain.sort(key=lambda name: -found.names.get(name, 0))
    first, second = draw.sample(plain[:10], 2)
    left_out = draw.choice(plain[:20])
    values = sorted({event[first] for event in found.sample
                     if isinstance(event.get(first), str) and PLAIN.fullmatch(event[first])})
    yield Question("whole events", ["--key", "none"], most=0.1)
    yield Question("whole events, with pairs of changed ones", [], most=0.1)
    yield Question(f"--fields {first},{second}", ["--key", "none", "--fields", f"{first},{second}"],
                   select=f"{column(first)}, {column(second)}")
    yield Question(f"--ignore {left_out}", ["--key", "none", "--ignore", left_out],
                   select=f"* EXCLUDE ({column(left_out)})")
    if values:
        value = draw.choice(values)
        yield Question(f'{first}:"{value}"', ["--key", "none", f'{first}:"{value}"'],
                       where=f"{column(first)} = {literal(value)}")


def ask(coldtrail, duckdb, question, labels, runs):
    ours, theirs = [], []
    command = [coldtrail.binary, "-a", str(coldtrail.archive), "diff", *labels, "--format", "json", *question.options]
    for run in range(runs + 1):
        cost = measure.run(command, accept=(0, 1), log=coldtrail.log)
        answers = [duckdb.ask(statement) for statement in question.statements()]
        if run > 0:  # the first is not counted on either side
            ours.append(cost)
            theirs.append(sum(answer["seconds"] for answer in answers))
    told = json.loads(cost.output)
    pairs = told["changed"] + told["probably_changed"]
    counts = (told["removed"] + pairs, told["added"] + pairs)
    return ours, theirs, counts, tuple(answer["rows"][0][0] for answer in answers)


def run(options):
    first = ground.generated(options.coldtrail, options.events, "diff")
    later = ground.generated(options.coldtrail, options.events, "diff-later", ["--rerun", "9"])
    say("Reading both once for field names and a sample …")
    found, again = survey(first, options.seed), survey(later, options.seed)
    for name, number in again.names.items():
        found.names.setdefault(name, number)
    columns, _ = typed_columns(found)
    coldtrail = Coldtrail(options.coldtrail, FOLDER, options.threads)
    coldtrail.ingest(first)
    measure.run([coldtrail.binary, "-a", str(coldtrail.archive), "ingest", str(later)], accept=(0, 1), log=coldtrail.log)
    python = ground.python_with_duckdb()
    other = DuckDB(python, FOLDER, options.threads, columns)
    other.database = FOLDER / "later.db"
    say("DuckDB loads both …")
    other.load(later)
    duckdb = DuckDB(python, FOLDER, options.threads, columns)
    duckdb.load(first)
    labels = [path.name.removesuffix(".jsonl.gz") for path in (first, later)]
    body, kept = [], []
    try:
        duckdb.ask(f"ATTACH {literal(str(other.database))} AS later (READ_ONLY)")
        for question in questions(found, list(columns), options.seed):
            say(f"{question.title} …")
            ours, theirs, counts, expected = ask(coldtrail, duckdb, question, labels, options.runs)
            seconds, reference = report.median([c.wall for c in ours]), report.median(theirs)
            good = counts == expected and seconds <= question.most * reference
            good = good and max(c.peak for c in ours) <= MOST_MEMORY and (question.most == 1 or seconds <= 1)
            kept.append(good)
            answer = f"{counts[0]:,} / {counts[1]:,}"
            body.append([
                question.title, report.shown(seconds, "s"), report.shown(reference, "s"), report.times(seconds / reference),
                f"at most {question.most:.1f}×", report.verdict(good),
                answer if counts == expected else f"MISMATCH: {answer}, DuckDB {expected[0]:,} / {expected[1]:,}"])
            peak = max(c.peak for c in ours)
            body[-1][1] += f", {report.shown(peak, 'bytes')}"
    finally:
        duckdb.close()
    print(f"coldtrail {coldtrail.version}: {options.events:,} events against the same search executed later, "
          f"{options.threads} threads ({platform.machine()}); medians of {options.runs} runs.\n\n{report.aligned(HEAD, body)}")
    (FOLDER / "diff.json").write_text(json.dumps({"rows": body}, indent=2) + "\n")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    ground.main(run, arguments())
