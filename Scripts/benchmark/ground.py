"""What all benchmark scripts stand on: where things lie, the generated exports, DuckDB's interpreter."""

import os
import subprocess
import sys
from pathlib import Path

from benchmark import measure

ROOT = Path(__file__).resolve().parent.parent.parent
# Generated exports, archives, results; $COLDTRAIL_BENCH names another place.
FOLDER = Path(os.environ.get("COLDTRAIL_BENCH") or ROOT / ".bench")
BINARY = ROOT / ".build/release/coldtrail"


def say(text):
    print(text, file=sys.stderr, flush=True)


def main(run, parser):
    """Runs a script's `run(options)`. Exit status: 0 all promises kept, 1 one is not, 2 it could not be run."""
    options = parser.parse_args()
    try:
        FOLDER.mkdir(exist_ok=True)
        if not options.coldtrail.exists():
            raise measure.CommandFailed(
                f"{options.coldtrail} is missing: run `swift build -c release`, or use `make`"
            )
        sys.exit(run(options))
    except (measure.CommandFailed, OSError, EOFError) as error:
        say(f"error: {error}")
        sys.exit(2)


def python_with_duckdb():
    """The interpreter of .bench/venv, made on the first run."""
    python = FOLDER / "venv/bin/python"
    check = [str(python), "-c", "import duckdb, sys; sys.exit(int(duckdb.__version__.split('.')[0]) < 2)"]
    if python.exists() and subprocess.run(check, stderr=subprocess.DEVNULL).returncode == 0:
        return str(python)
    say("Installing DuckDB into .bench/venv …")
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER / "venv")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet",
                        "--disable-pip-version-check", "duckdb>=2.0"], check=True)
    except subprocess.CalledProcessError as error:
        raise measure.CommandFailed(
            f"{error}\nDuckDB could not be installed. On Debian and Ubuntu the package python3-venv "
            "is needed; pip must reach a package index."
        ) from None
    return str(python)


def generated(binary, events, name="events", options=()):
    """An export of the project's own generator, kept until the generator is built anew."""
    generator = Path(binary).parent / "coldtrail-generate"
    path = FOLDER / f"{name}-{events}.jsonl.gz"
    if not path.exists() or path.stat().st_mtime < generator.stat().st_mtime:
        say(f"Generating {events:,} events ({name}) …")
        part = FOLDER / "part.jsonl.gz"  # the generator compresses what is named .gz
        command = [str(generator), "--events", str(events), *options, "--out", str(part)]
        measure.run(command, log=FOLDER / "log")
        part.replace(path)
    return path


def usable_cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
