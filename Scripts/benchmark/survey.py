"""One pass over an export: its field names and kinds, and lines drawn by seed."""

import gzip
import json
import random
import re
from dataclasses import dataclass, field

UTC_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?")
KEY_WORD = re.compile(r"[^\W_]+")


@dataclass
class Survey:
    lines: int = 0
    gzip: bool = False
    names: dict = field(default_factory=dict)  # top-level name → in how many events it stands
    structured: set = field(default_factory=set)  # names that hold an object or a list somewhere
    key_words: set = field(default_factory=set)  # words of names below the top level
    nested: set = field(default_factory=set)  # dotted paths below the top level
    typed_time: bool = True  # every @timestamp is a date-time text
    sample: list = field(default_factory=list)  # decoded events


def open_export(path):
    """The lines of an export as bytes; gzip is told by content, not by name."""
    with open(path, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return (gzip.open(path, "rb") if packed else open(path, "rb")), packed


def survey(path, seed, sample_size=4000):
    found = Survey()
    random_source = random.Random(seed)
    drawn = []
    stream, found.gzip = open_export(path)
    with stream:
        for line in stream:
            found.lines += 1
            try:
                event = json.loads(line)
            except ValueError:
                continue  # a reject: no side of the comparison answers with it
            if not isinstance(event, dict):
                continue
            _note_fields(found, event)
            # Reservoir sampling: every line has the same chance, whatever the file's length.
            if len(drawn) < sample_size:
                drawn.append(line)
            else:
                place = random_source.randrange(found.lines)
                if place < sample_size:
                    drawn[place] = line
    found.sample = [json.loads(line) for line in drawn]
    return found


def _note_fields(found, event):
    for name, value in event.items():
        found.names[name] = found.names.get(name, 0) + 1
        if isinstance(value, (dict, list)):
            found.structured.add(name)
            _note_keys(found, name, value)
    time = event.get("@timestamp")
    # DuckDB's TIMESTAMP ignores an offset, so only times in UTC mean the same on both sides.
    if time is not None and not (isinstance(time, str) and UTC_TIME.fullmatch(time)):
        found.typed_time = False


def _note_keys(found, path, value):
    if isinstance(value, dict):
        for name, inner in value.items():
            found.key_words.update(KEY_WORD.findall(name.lower()))
            found.nested.add(f"{path}.{name}")
            if isinstance(inner, (dict, list)):
                _note_keys(found, f"{path}.{name}", inner)
    else:
        for inner in value:
            if isinstance(inner, (dict, list)):
                _note_keys(found, path, inner)
