"""DuckDB's half, run inside the virtual environment, each mode in its own process:

  duckdb_side.py load DATABASE FILE COLUMNS.json THREADS   loads the export, prints one JSON object
  duckdb_side.py guess DATABASE FILE THREADS               the same, but DuckDB finds the columns
  duckdb_side.py serve DATABASE THREADS                    answers statements, one JSON line each
"""

import json
import sys
import time

import duckdb


def load(database, export, columns_file, threads):
    """A typed load: the columns are given, so DuckDB need not guess, and the checkpoint leaves the
    database compressed on disk. The figures leave out the interpreter's start."""
    with open(columns_file) as file:
        columns = json.load(file)
    _load(
        database, threads,
        "read_json(?, format='newline_delimited', "
        "columns=" + _struct(columns) + ", ignore_errors=true, maximum_object_size=134217728)",
        export,
    )


def guess(database, export, threads):
    """A load as its users do it with wide data, whose columns nobody writes down."""
    _load(
        database, threads,
        "read_json(?, format='newline_delimited', union_by_name=true, sample_size=200000)", export,
    )


def _load(database, threads, source, export):
    wall, cpu = time.perf_counter(), time.process_time()
    connection = duckdb.connect(database, config={"threads": int(threads)})
    connection.execute("CREATE TABLE events AS SELECT * FROM " + source, [export])
    connection.execute("CHECKPOINT")
    events = connection.execute("SELECT count(*) FROM events").fetchone()[0]
    connection.close()
    print(json.dumps({
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "events": events,
        "version": duckdb.__version__,
    }))


def _struct(columns):
    quote = lambda text: "'" + text.replace("'", "''") + "'"
    return "{" + ", ".join(f"{quote(name)}: {quote(kind)}" for name, kind in columns.items()) + "}"


def serve(database, threads):
    """Reads `{"sql": …}` lines, answers `{"seconds": …, "rows": …}`: a warm process with its tables
    in memory, fetching included, which is DuckDB at its best."""
    connection = duckdb.connect(database, read_only=True, config={"threads": int(threads)})
    for line in sys.stdin:
        statement = json.loads(line)["sql"]
        start = time.perf_counter()
        rows = connection.execute(statement).fetchall()
        seconds = time.perf_counter() - start
        names = [column[0] for column in connection.description]
        answer = {"seconds": seconds, "names": names, "rows": rows}
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    {"load": load, "guess": guess, "serve": serve}[sys.argv[1]](*sys.argv[2:])
