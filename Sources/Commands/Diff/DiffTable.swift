import Archive
import Compare
import Events
import Rendering

/// `diff --format csv`: a row an added or removed event, a row a changed field.
enum DiffTable {
    static func write(_ comparison: ExportComparison, _ times: TimeFormat, raw: Bool, to sink: OutputSink) throws {
        let columns = ["op", "a", "b", "time", "field", "old", "new", "event"].map { OutputColumn($0) }
        var rows = try RowWriter(columns: columns, format: .csv, sink: sink, options: RowOptions(csvRaw: raw))
        let lines = comparison.lines()
        try comparison.forEachDifference { difference in
            switch difference {
            case .added(let event):
                try rows.write(
                    [.text("added"), .null, .text(DiffJSON.citation(comparison.b, event)), time(event, times)]
                        + [.null, .null, .null, .bytes(try lines.ofB(event))])
            case .removed(let event):
                try rows.write(
                    [.text("removed"), .text(DiffJSON.citation(comparison.a, event)), .null, time(event, times)]
                        + [.null, .null, .null, .bytes(try lines.ofA(event))])
            case .changed(let old, let new, let probably):
                for change in try lines.changes(old, new) {
                    try rows.write([
                        .text(probably ? "probably_changed" : "changed"),
                        .text(DiffJSON.citation(comparison.a, old)), .text(DiffJSON.citation(comparison.b, new)),
                        time(new, times), .text(change.field), change.old.map { .bytes($0) } ?? .null,
                        change.new.map { .bytes($0) } ?? .null, .null,
                    ])
                }
            }
        }
        try rows.finish()
    }

    static func time(_ event: ComparedEvent, _ times: TimeFormat) -> Cell {
        event.time == undatedTime ? .null : times.cell(Instant(microseconds: event.time))
    }
}
