#!/usr/bin/env python3
"""Lists the events of a coldtrail partition without coldtrail: Python's sqlite3 and the zstd command are enough.

    read_partition.py FILE.ctp            line number, tab, the event's bytes
    read_partition.py FILE.ctp others     the lines that are not events, likewise

The format is described in archive-format.md. Nothing is verified here beyond zstd's own checksums.
"""
import sqlite3, subprocess, sys, tempfile


def inflate(frames, dictionary=None):
    """Decompresses zstd frames that stand one after another."""
    command = ["zstd", "-dcq"] + (["-D", dictionary] if dictionary else [])
    return subprocess.run(command, input=frames, stdout=subprocess.PIPE, check=True).stdout


def varint(data, at):
    """An SQLite varint: seven bits a byte, most significant first, eight in a ninth byte."""
    value = 0
    for i in range(9):
        byte = data[at + i]
        if i == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1


def series(database, kind):
    """Numbers, one an event: zigzag deltas, beginning again in each row of 65,536 events."""
    rows = database.execute("SELECT events, data FROM series WHERE id >> 32 = ? ORDER BY id", (kind,))
    for events, frame in rows:
        data, at, value = inflate(frame), 0, 0
        for _ in range(events):
            delta, at = varint(data, at)
            value += delta >> 1 ^ -(delta & 1)
            yield value


def texts_with_values(data):
    """A line model: pieces of lines, each with the values that often follow it."""
    count, at = varint(data, 0)
    for _ in range(count):
        texts = []
        length, at = varint(data, at)
        texts.append(data[at : at + length])
        values, at = varint(data, at + length)
        for _ in range(values):
            length, at = varint(data, at)
            texts.append(data[at : at + length])
            at += length
        yield texts


def rebuilt(data, model):
    """The lines of a block that is written by the model, which is at its start the piece without texts."""
    length, at = varint(data, 0)
    steps, at = varint(data, at)
    numbers, end = [], at + length
    codes = data[end : end + steps]
    previous = 0
    for code in codes:
        step, at = varint(data, at)
        if step:
            previous += 1 + ((step - 1) >> 1 ^ -((step - 1) & 1))
        numbers.append(previous if step else 0)
        if code == 255:
            previous = 0
    texts = iter(data[end + steps :].split(b"\n")[:-1])
    groups = [[] for _ in model]
    for number in sorted(n for n, c in zip(numbers, codes) for _ in range((n == 0) + (c == 0))):
        groups[number].append(next(texts))
    groups = [iter(group) for group in groups]
    out = []
    for number, code in zip(numbers, codes):
        out.append(model[number][0] if number else next(groups[0]))
        out.append(b"\n" if code == 255 else model[number][code] if code else next(groups[number]))
    return b"".join(out)


def events(database):
    meta = dict(database.execute("SELECT key, value FROM meta WHERE key IN ('dictionary', 'line_model')"))
    model = [[]] + list(texts_with_values(inflate(meta["line_model"]))) if meta.get("line_model") else None
    with tempfile.NamedTemporaryFile() as file:
        file.write(inflate(meta["dictionary"]) if meta["dictionary"] else b"")
        file.flush()
        # Which block of those that begin with the same event holds an event; blocks by themselves need no telling.
        places = b"".join(
            inflate(row[0]) for row in database.execute("SELECT data FROM series WHERE id >> 32 = 5 ORDER BY id"))
        spans = database.execute(
            "SELECT first_event, group_concat(id), sum(events) FROM block GROUP BY first_event ORDER BY first_event")
        for first, ids, count in spans:
            blocks = []
            for number in sorted(int(text) for text in ids.split(",")):
                size, extent, start, length = database.execute(
                    "SELECT raw_bytes, extent, start, bytes FROM block WHERE id = ?", (number,)).fetchone()
                frame = database.execute(
                    "SELECT substr(data, ?, ?) FROM extent WHERE id = ?", (start + 1, length, extent)).fetchone()[0]
                lines = inflate(frame, file.name if meta["dictionary"] else None)
                if len(lines) < size:
                    lines = rebuilt(lines, model)
                blocks.append(iter(lines.split(b"\n")[:-1]))
            for event in range(first, first + count):
                yield next(blocks[places[event - 1] if len(blocks) > 1 else 0])


def others(database):
    for count, frame in database.execute("SELECT records, data FROM other ORDER BY id"):
        data, at = inflate(frame), 0
        for _ in range(count):
            line, at = varint(data, at)
            for _ in range(4):  # kind and continued, offset, part, length
                length, at = varint(data, at)
            yield line, data[at : at + length]
            at += length


database = sqlite3.connect(f"file:{sys.argv[1]}?immutable=1&mode=ro", uri=True)
lines = others(database) if sys.argv[2:] == ["others"] else zip(series(database, 1), events(database))
for line, text in lines:
    sys.stdout.buffer.write(b"%d\t%s\n" % (line, text))
