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


def events(database):
    with tempfile.NamedTemporaryFile() as file:
        frame = database.execute("SELECT value FROM meta WHERE key = 'dictionary'").fetchone()[0]
        file.write(inflate(frame) if frame else b"")
        file.flush()
        for (extent,) in database.execute("SELECT data FROM extent ORDER BY id"):
            yield from inflate(extent, file.name if frame else None).split(b"\n")[:-1]


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
