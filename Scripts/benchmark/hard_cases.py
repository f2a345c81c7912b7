"""Exports that are hard on memory, each made once and kept in the benchmark's folder."""

import gzip
import json
import random
from dataclasses import dataclass

from benchmark import ground


@dataclass
class Case:
    name: str
    files: list


def all_cases(binary, folder, sizes):
    """`sizes`: the parsed options `events`, `files`, `lines`, `line_mb`, `names`."""
    few = max(1_000, sizes.events // 5)
    yield Case(f"{sizes.events:,} events", [ground.generated(binary, sizes.events)])
    yield Case(
        f"{sizes.events:,} events shuffled over 60 days",
        [ground.generated(binary, sizes.events, "shuffled", ["--shuffle-days", "60"])],
    )
    each = max(1, sizes.events // sizes.files)
    yield Case(
        f"{sizes.files} files at once, {each:,} events each",
        [ground.generated(binary, each, f"part{number}", ["--seed", str(100 + number)])
         for number in range(sizes.files)],
    )
    yield Case(
        f"{sizes.lines} lines of {sizes.line_mb} MB", [long_lines(folder, sizes.lines, sizes.line_mb)]
    )
    yield Case(
        f"{sizes.names:,} field names in {few:,} events",
        [ground.generated(binary, few, f"names{sizes.names}", ["--fields-explosion", str(sizes.names)])],
    )


def long_lines(folder, count, megabytes):
    """Events with a text, a list and many fields of some megabytes together, between ordinary ones."""
    path = folder / f"lines-{count}x{megabytes}.jsonl.gz"
    if path.exists():
        return path
    ground.say(f"Writing {count} lines of {megabytes} MB …")
    part = folder / "part.jsonl.gz"
    with gzip.open(part, "wb", compresslevel=1) as file:
        for number in range(count):
            file.write(_line(number, megabytes * 1_000_000))
            for small in range(100):
                file.write(_event(number * 101 + small, {"message": f"between long lines {small}"}))
    part.replace(path)
    return path


def _line(number, length):
    source = random.Random(number)
    words = [f"{source.getrandbits(40):x}" for _ in range(50_000)]
    text = lambda size: " ".join(source.choices(words, k=size // 11))
    third = length // 3
    return _event(number, {
        "message": text(third),
        "process.args": source.choices(words, k=third // 13),
        "custom": {f"key{index}": text(1_000) for index in range(third // 1_014)},
    })


def _event(number, fields):
    time = f"2026-01-{1 + number % 28:02}T10:00:00Z"
    return json.dumps({"@timestamp": time, **fields}, separators=(",", ":")).encode() + b"\n"
