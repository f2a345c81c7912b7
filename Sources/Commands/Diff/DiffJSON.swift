import Archive
import Compare
import Rendering

/// `diff --format json` and `jsonl`.
enum DiffJSON {
    /// One object of counts.
    static func writeSummary(_ comparison: ExportComparison, _ result: ExportDifferences, to sink: OutputSink) throws {
        var line = JSONLine()
        line.add("a", comparison.a.label)
        line.add("b", comparison.b.label)
        line.add("events_a", Int(clamping: result.eventsA))
        line.add("events_b", Int(clamping: result.eventsB))
        line.add("same", Int(clamping: result.same))
        line.add("added", Int(clamping: result.added))
        line.add("removed", Int(clamping: result.removed))
        line.add("changed", Int(clamping: result.changed))
        line.add("probably_changed", Int(clamping: result.probablyChanged))
        line.add("duplicates_a", Int(clamping: result.duplicatesA))
        line.add("duplicates_b", Int(clamping: result.duplicatesB))
        line.add("key", .list(result.key.map { .text($0) }))
        line.add("left_out", .list(result.leftOut.map { .text($0.name) }))
        if comparison.a.export.isPartial || comparison.b.export.isPartial { line.add("partial", true) }
        try sink.write(line.text + "\n")
    }

    /// One object a difference.
    static func writeDifferences(_ comparison: ExportComparison, to sink: OutputSink) throws {
        let lines = comparison.lines()
        var writer = EventWriter(sink: sink)
        try comparison.forEachDifference { difference in
            var line = JSONLine()
            switch difference {
            case .added(let event):
                line.add("op", "added")
                line.add("a", .null)
                line.add("b", citation(comparison.b, event))
                line.add("event", .json(object(try lines.ofB(event))))
                line.add("changes", .null)
            case .removed(let event):
                line.add("op", "removed")
                line.add("a", citation(comparison.a, event))
                line.add("b", .null)
                line.add("event", .json(object(try lines.ofA(event))))
                line.add("changes", .null)
            case .changed(let old, let new, let probably):
                line.add("op", probably ? "probably_changed" : "changed")
                line.add("a", citation(comparison.a, old))
                line.add("b", citation(comparison.b, new))
                line.add("event", .null)
                var fields = JSONLine()
                for change in try lines.changes(old, new) {
                    fields.add(change.field, .list([value(change.old), value(change.new)]))
                }
                line.add("changes", fields)
            }
            try line.bytes.withUnsafeBytes { try writer.write(event: $0) }
        }
    }

    static func citation(_ side: ComparedExport, _ event: ComparedEvent) -> String { "\(side.label):\(event.line)" }

    static func value(_ json: [UInt8]?) -> Cell { json.map { .json($0) } ?? .null }

    /// The JSON object of an event's line: without a byte order mark and what stands around it.
    static func object(_ line: [UInt8]) -> [UInt8] {
        var rest = line[...]
        while let last = rest.last, last != UInt8(ascii: "}") { rest.removeLast() }
        while let first = rest.first, first != UInt8(ascii: "{") { rest.removeFirst() }
        return Array(rest)
    }
}
