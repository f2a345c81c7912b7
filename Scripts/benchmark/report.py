"""The one table: on the terminal as Markdown, and the same in result.json and result.md."""

import json
import statistics
from dataclasses import asdict, dataclass


@dataclass
class Row:
    what: str
    ours: object = None  # the medians; seconds, bytes or a ratio, as `unit` says
    duckdb: object = None
    ripgrep: object = None
    answer: str = ""
    unit: str = "s"
    agrees: bool = True


def median(values):
    return statistics.median(values)


def shown(value, unit):
    if value is None:
        return "–"
    if unit == "s":
        return f"{value * 1000:,.1f} ms" if value < 1 else f"{value:,.2f} s"
    if unit == "bytes":
        return f"{value / 1e6:,.1f} MB"
    return times(value)


def times(ratio):
    """Two significant digits below ten, whole numbers above: 0.048×, 2.3×, 1,160×."""
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.2g}×"


def aligned(head, body):
    """A Markdown table whose columns stand below each other on a terminal too."""
    widths = [max(len(line[i]) for line in [head] + body) for i in range(len(head))]
    line = lambda cells: "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths)) + " |"
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([line(head), rule] + [line(cells) for cells in body])


def verdict(kept):
    return "kept" if kept else "NOT KEPT"


def markdown(heading, rows, duckdb_version, notes):
    head = ["", "coldtrail", f"DuckDB {duckdb_version}", "coldtrail : DuckDB", "`rg -z -c`", "answer"]
    body = [
        [
            row.what,
            shown(row.ours, row.unit),
            shown(row.duckdb, row.unit),
            times(row.ours / row.duckdb) if row.ours and row.duckdb else "–",
            shown(row.ripgrep, row.unit),
            row.answer,
        ]
        for row in rows
    ]
    table = aligned(head, body)
    return f"{heading}\n\n{table}\n\n" + "\n".join(f"- {note}" for note in notes) + "\n"


def write(folder, text, rows, facts):
    (folder / "result.md").write_text(text)
    result = dict(facts, rows=[asdict(row) for row in rows])
    (folder / "result.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
