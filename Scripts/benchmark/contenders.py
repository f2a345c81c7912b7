"""The two sides of the comparison: how each is loaded and asked."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from benchmark import measure

DUCKDB_SIDE = Path(__file__).resolve().parent / "duckdb_side.py"


class Coldtrail:
    """The built binary: one process for each command."""

    def __init__(self, binary, folder, threads):
        self.binary = str(binary)
        self.archive = folder / "archive"
        self.log = folder / "log"
        self.jobs = ["--jobs", str(threads)]
        version = measure.run([self.binary, "--version"]).output.split()
        self.version = version[-1] if version else "?"

    def ingest(self, *data):
        remove(self.archive)
        os.sync()  # so that no side pays for what the other one left to write
        # Status 1: the export holds rejects or damage, which the archive keeps.
        command = [self.binary, "-a", str(self.archive), "ingest", *self.jobs, *map(str, data)]
        return measure.run(command, accept=(0, 1), log=self.log)

    def ask(self, question, watched=True):
        command = [self.binary, "-a", str(self.archive), *question.arguments]
        return measure.run(command, log=self.log, watched=watched)


class DuckDB:
    """duckdb_side.py in the virtual environment: one process for a load, one for all queries.

    Without columns it finds them itself."""

    def __init__(self, python, folder, threads, columns=None):
        self.python, self.threads = python, str(threads)
        self.database = folder / "duckdb.db"
        self.log = folder / "log"
        self.columns = None
        if columns is not None:
            self.columns = folder / "columns.json"
            self.columns.write_text(json.dumps(columns))
        self.server = None

    def load(self, data):
        remove(self.database)
        os.sync()
        mode, columns = ("load", [str(self.columns)]) if self.columns else ("guess", [])
        command = [self.python, str(DUCKDB_SIDE), mode, str(self.database), str(data), *columns, self.threads]
        cost = measure.run(command, log=self.log)
        told = json.loads(cost.output)
        cost.wall, cost.cpu = told["wall"], told["cpu"]
        return cost, told

    def ask(self, statement):
        if self.server is None:
            command = [self.python, str(DUCKDB_SIDE), "serve", str(self.database), self.threads]
            self.server = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        print(json.dumps({"sql": statement}), file=self.server.stdin, flush=True)
        answer = self.server.stdout.readline()
        if not answer:
            raise measure.CommandFailed(f"DuckDB could not answer: {statement}")
        return json.loads(answer)

    def count(self, statement):
        return self.ask(statement)["rows"][0][0]

    def close(self):
        if self.server is not None:
            self.server.stdin.close()
            self.server.wait()


def remove(path):
    if path.is_dir():
        # The archive's folders are read-only by design.
        for folder, _, _ in os.walk(path):
            os.chmod(folder, 0o700)
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
