#!/usr/bin/env python3
"""Measures coldtrail against DuckDB and `rg -z`: same machine, same run, one table.

  Scripts/bench.py [--events N | --data EXPORT.jsonl.gz] [--runs 3] [--seed N] [--threads N]

Queries and values are drawn from the data by seed after the build, and every answer is compared.
Exit status: 0 all answers agree, 1 some do not, 2 it could not be run.
"""

import argparse
import json
import os
import platform
import re
import shutil
from pathlib import Path

from benchmark import ground, measure, report
from benchmark.contenders import Coldtrail, DuckDB
from benchmark.ground import FOLDER, say
from benchmark.survey import survey
from benchmark.workload import Workload

def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=100_000, help="events to generate")
    parser.add_argument("--data", type=Path, help="measure this export instead of a generated one")
    parser.add_argument("--runs", type=int, default=3, help="runs of each side, alternating")
    parser.add_argument("--seed", type=int, help="of the drawn queries; default: a new one")
    parser.add_argument("--threads", type=int, help="of both sides; default: the cores at hand")
    parser.add_argument("--coldtrail", type=Path, default=ground.BINARY)
    return parser


def typed_columns(found):
    """Every field as text, the event time as a time. DuckDB tells names apart without case."""
    columns, seen, left_out = {}, set(), []
    for name in sorted(found.names, key=lambda name: -found.names[name]):
        if name.lower() in seen:
            left_out.append(name)
            continue
        seen.add(name.lower())
        columns[name] = "TIMESTAMP" if name == "@timestamp" and found.typed_time else "VARCHAR"
    return columns, left_out


def measure_loads(coldtrail, duckdb, data, runs):
    ours, theirs = [], []
    for run in range(runs):
        say(f"Load {run + 1} of {runs} …")
        ours.append(coldtrail.ingest(data))
        cost, told = duckdb.load(data)
        theirs.append(cost)
    return ours, theirs, told


def load_rows(ours, theirs, sizes, data_name, events):
    middle = lambda costs, what: report.median([getattr(cost, what) for cost in costs])
    archive, database, export = sizes
    return [
        report.Row("ingest, wall", middle(ours, "wall"), middle(theirs, "wall"), answer=f"{events:,} events"),
        report.Row("ingest, CPU", middle(ours, "cpu"), middle(theirs, "cpu")),
        report.Row("ingest, peak memory", middle(ours, "peak"), middle(theirs, "peak"), unit="bytes"),
        report.Row(f"size, of the {data_name}'s {export / 1e6:,.1f} MB", archive / export,
                   database / export, unit="ratio"),
    ]


def ask_both(coldtrail, duckdb, question, runs):
    """Medians, answers and our peak memory of one question; each side has one untimed run first, in which ours is watched."""
    ours, theirs = [], {name: [] for name in question.statements}
    peak = 0
    for run in range(runs + 1):
        cost = coldtrail.ask(question, watched=run == 0)
        peak = max(peak, cost.peak)
        answers = {name: duckdb.ask(statement) for name, statement in question.statements.items()}
        if run > 0:
            ours.append(cost)
            for name, answer in answers.items():
                theirs[name].append(answer["seconds"])
    fastest = min(theirs, key=lambda name: report.median(theirs[name]))
    row = report.Row(question.title, report.median([c.wall for c in ours]), report.median(theirs[fastest]))
    compare(row, question, cost.output, answers)
    return row, peak


def compare(row, question, output, answers):
    exact = answers[question.exact]
    ours, theirs, row.answer = COMPARISONS[question.kind](question, output, exact)
    if ours != theirs:
        row.agrees = False
        row.answer = f"MISMATCH: coldtrail {str(ours)[:300]}, DuckDB {str(theirs)[:300]}"
        say(f"\n*** MISMATCH: {row.what}\n    coldtrail: {str(ours)[:2000]}\n    DuckDB:    {str(theirs)[:2000]}\n")
    for name, answer in answers.items():
        if question.kind == "count" and answer["rows"] != exact["rows"]:
            row.answer += f" ({name}: {answer['rows'][0][0]:,})"


def compared_counts(question, output, exact):
    theirs = str(exact["rows"][0][0])
    return "".join(c for c in output if c.isdigit()), theirs, f"{int(theirs):,}"


def compared_events(question, output, exact):
    # Which of several events of the last instant are shown is each side's own order.
    place = exact["names"].index("@timestamp")
    ours = [digits(json.loads(line).get("@timestamp")) for line in output.splitlines()]
    return ours, [digits(row[place]) for row in exact["rows"]], f"{len(ours)} events"


def compared_ranks(question, output, exact):
    """Rows in their order. Times are the same to the microsecond, whatever marks stand between their digits."""
    rows = [json.loads(line) for line in output.splitlines()]
    if "count" in question.columns:
        rows = [row for row in rows if row["count"]]
    ours = [[plain(row.get(name)) for name in question.columns] for row in rows]
    return ours, [[plain(value) for value in row] for row in exact["rows"]], f"{len(ours):,} groups"


def compared_groups(question, output, exact):
    ours, theirs, answer = compared_ranks(question, output, exact)
    return sorted(ours, key=str), sorted(theirs, key=str), answer


COMPARISONS = {
    "count": compared_counts, "events": compared_events, "ranks": compared_ranks, "groups": compared_groups,
}

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?")


def plain(value):
    return digits(value) if isinstance(value, str) and TIME.fullmatch(value) else value


def digits(time):
    """A time's text to the microsecond, without the marks in which the two sides differ."""
    return "".join(c for c in time or "" if c.isdigit()).ljust(20, "0")[:20]


def ripgrep(question, data):
    if not question.text or shutil.which("rg") is None:
        return None
    options = ["-z", "-c", "-i", "-F", *question.rg_options]
    return measure.run(["rg", *options, "--", question.text, str(data)], accept=(0, 1)).wall


def run(options):
    python = ground.python_with_duckdb()
    data = (options.data or ground.generated(options.coldtrail, options.events)).resolve()
    threads = options.threads or ground.usable_cores()
    seed = options.seed if options.seed is not None else int.from_bytes(os.urandom(3), "big")

    say(f"Reading {data.name} once for field names and a sample (seed {seed}) …")
    found = survey(data, seed)
    columns, left_out = typed_columns(found)
    coldtrail = Coldtrail(options.coldtrail, FOLDER, threads)
    duckdb = DuckDB(python, FOLDER, threads, columns)
    try:
        ours, theirs, told = measure_loads(coldtrail, duckdb, data, options.runs)
        sizes = [measure.directory_bytes(path) for path in (coldtrail.archive, duckdb.database, data)]
        rows = load_rows(ours, theirs, sizes, ".gz" if found.gzip else "file", told["events"])
        query_peak = 0
        for question in Workload(found, list(columns), seed, duckdb.count).questions():
            say(f"{question.title} …")
            row, peak = ask_both(coldtrail, duckdb, question, options.runs)
            row.ripgrep = ripgrep(question, data)
            rows.append(row)
            query_peak = max(query_peak, peak)
    finally:
        duckdb.close()

    facts = {
        "data": data.name, "events": found.lines, "fields": len(found.names), "threads": threads,
        "runs": options.runs, "seed": seed, "machine": platform.machine(),
        "coldtrail": coldtrail.version, "duckdb": told["version"], "query_peak_bytes": query_peak,
        "ingests": [cost.figures() for cost in ours], "loads": [cost.figures() for cost in theirs],
    }
    text = report.markdown(heading(facts), rows, told["version"], notes(facts, left_out, ours))
    report.write(FOLDER, text, rows, facts)
    print(text)
    say("Written to .bench/result.md and .bench/result.json")
    return 0 if all(row.agrees for row in rows) else 1


def heading(facts):
    return (
        "coldtrail {coldtrail}, DuckDB {duckdb}: {events:,} events, {fields} fields, {threads} threads "
        "({machine}); medians of {runs} alternating runs, seed {seed}.".format(**facts)
    )


def notes(facts, left_out, ours):
    yield (
        "coldtrail: a new process for each query. DuckDB: one warm process, the faster of ILIKE and a word "
        "regexp over all text columns. rg: one run. All with a warm page cache."
    )
    yield (
        "ILIKE also counts the characters inside longer words; coldtrail's answer is compared with the "
        "word regexp's."
    )
    yield f"Peak memory of coldtrail's queries: {report.shown(facts['query_peak_bytes'], 'bytes')}."
    if left_out:
        yield f"DuckDB has no column for {', '.join(left_out)}: it tells names apart without case."
    if any(cost.status == 1 for cost in ours):
        yield "The export holds rejects or damage (ingest ended with status 1)."


if __name__ == "__main__":
    ground.main(run, arguments())
