#!/usr/bin/env python3
"""Lists the events of a coldtrail partition without coldtrail: Python's sqlite3 and the zstd command are enough.

    read_partition.py FILE.ctp            line number, tab, the event's bytes
    read_partition.py FILE.ctp others     the lines that are not events, likewise
    read_partition.py FILE.ctp field NAME line number, tab, the field's value as written, of each event that has one
                                          (several values joined by a vertical tab; ? if only the line tells)

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


def version(database):
    """The major version of the partition's format."""
    return int(database.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()[0].split(b".")[0])


OCTETS = sorted(b"%d" % octet for octet in range(256))


def numbered(data, layout, count):
    """The entries of a part that keeps numbers (1: integers, 2: texts alike but for their digits, 3: IPv4 addresses)."""
    others, at = {}, 0
    place = -1
    other_count, at = varint(data, at)
    for _ in range(other_count):
        gap, at = varint(data, at)
        length, at = varint(data, at)
        place += gap + 1
        others[place] = data[at : at + length]
        at += length
    numbers = count - len(others)
    if layout == 1:
        digits, digit_counts = data[at], data[at + 1 : at + 1 + numbers]
        at += 1 + numbers
    elif layout == 2:
        length, at = varint(data, at)
        template = data[at : at + length].split(b"\0")
        at += length
    key, at = varint(data, at)
    width = data[at]
    steps, number = data[at + 1 :], 0
    for place in range(count):
        if place in others:
            yield others[place]
            continue
        key += sum(steps[plane * numbers + number] << 8 * plane for plane in range(width))
        if layout == 1:
            yield b"%d" % (key // 10 ** (digits - digit_counts[number]))
        elif layout == 2:
            figures = b"%0*d" % (len(template) - 1, key)
            yield b"".join(text + figures[i : i + 1] for i, text in enumerate(template))
        else:
            yield b'"%s"' % b".".join(OCTETS[octet] for octet in key.to_bytes(4, "big"))
        number += 1


def entries(database, field):
    """The distinct values of a field, from code 2 on."""
    rows = database.execute("SELECT entries, data FROM dictionary WHERE id >> 24 = ? ORDER BY id", (field,))
    has_layout = version(database) >= 4
    for count, frame in rows:
        layout, frame = (frame[0], frame[1:]) if has_layout else (0, frame)
        data, at = inflate(frame), 0
        if layout:
            yield from numbered(data, layout, count)
            continue
        for _ in range(count):
            length, at = varint(data, at)
            yield data[at : at + length]
            at += length


def places(data, count, present, are_gaps):
    """A set of events of a row, numbered from 0."""
    if not are_gaps:
        return [place for place in range(count) if data[place >> 3] >> (place & 7) & 1], len(data)
    found, at, place = [], 0, 0
    for _ in range(present):
        gap, at = varint(data, at)
        found.append(place + gap)
        place += gap + 1
    return found, at


def unpacked(data, width, count):
    """Distances: in planes of bytes, or so many bits each."""
    if width <= 4:
        return [sum(data[plane * count + i] << 8 * plane for plane in range(width)) for i in range(count)]
    bits = width - 32
    window = lambda i: int.from_bytes(data[i * bits >> 3 : (i * bits >> 3) + 8], "little") >> (i * bits & 7)
    return [window(i) & (1 << bits) - 1 for i in range(count)]


def old_cells(data, width, count):
    """The events of a row with their codes, before format 3.0."""
    if width < 16:
        codes = [int.from_bytes(data[i * width : i * width + width], "little") for i in range(count)]
        return [(place, code) for place, code in enumerate(codes) if code]
    present, at = varint(data, 0)
    found, end = places(data[at:], count, present, True)
    codes, width = data[at + end :], width - 16
    return [(place, int.from_bytes(codes[i * width : (i + 1) * width], "little")) for i, place in enumerate(found)]


def cells(database, field, row, count):
    """The events of a row of 65,536 that have a value, with their codes."""
    if version(database) < 3:
        stored = database.execute("SELECT width, data FROM cells WHERE id = ?", (field << 24 | row,)).fetchone()
        return old_cells(inflate(stored[1]), stored[0], count) if stored else []
    stored = database.execute(
        "SELECT low, width, presence, data FROM cells WHERE id = ?", (field << 24 | 2 * row,)).fetchone()
    if stored is None:
        return []
    low, width, presence, data = stored
    found = range(count)
    if presence:
        are_gaps, present, frame = database.execute(
            "SELECT width, presence, data FROM cells WHERE id = ?", (presence,)).fetchone()
        found, _ = places(inflate(frame), count, present, are_gaps)
    return [(place, low + code) for place, code in zip(found, unpacked(inflate(data), width, len(found)))]


def values(database, name):
    """Of each event its value as written, or None."""
    column = database.execute("SELECT id, storage FROM field WHERE name = ?", (name.encode(),)).fetchone()
    if not column or column[1] == 0:
        sys.exit("the field has no column: its values, if there are any, are in the lines")
    field = column[0]
    known = [None, b"?"] + list(entries(database, field))
    total = int(database.execute("SELECT value FROM meta WHERE key = 'events'").fetchone()[0])
    for row in range((total + 65535) // 65536):
        count = min(65536, total - row * 65536)
        codes = dict(cells(database, field, row, count))
        for place in range(count):
            yield known[codes.get(place, 0)]


database = sqlite3.connect(f"file:{sys.argv[1]}?immutable=1&mode=ro", uri=True)
if sys.argv[2:] == ["others"]:
    lines = others(database)
elif sys.argv[2:3] == ["field"]:
    named = zip(series(database, 1), values(database, sys.argv[3]))
    lines = ((line, value.replace(b"\n", b"\v")) for line, value in named if value is not None)
else:
    lines = zip(series(database, 1), events(database))
for line, text in lines:
    sys.stdout.buffer.write(b"%d\t%s\n" % (line, text))
