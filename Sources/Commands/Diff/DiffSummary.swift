import Archive
import Compare
import Events
import Rendering

/// `diff`: what a person wants to know first.
struct DiffSummary {
    /// Differences shown as examples.
    private static let examples = 10
    private static let exampleCharacters = 160

    private let comparison: ExportComparison
    private let result: ExportDifferences
    private let times: TimeFormat
    private let sink: OutputSink
    private let report: DiffReport

    init(_ comparison: ExportComparison, _ result: ExportDifferences, _ times: TimeFormat, _ sink: OutputSink) throws {
        self.comparison = comparison
        self.result = result
        self.times = times
        self.sink = sink
        report = DiffReport(comparison, result, times)
    }

    func write() throws {
        try side("A", comparison.a, result.eventsA)
        try side("B", comparison.b, result.eventsB)
        try sink.write("\n")
        for (name, number, about) in report.counts {
            try sink.write("\(pad(name, 17))\(padLeft(HumanText.grouped(Int(clamping: number)), 13))  \(about)\n")
        }
        for note in report.notes { try sink.write("\n\(note)\n") }
        if result.isSame { return try sink.write("\nThe exports hold the same events.\n") }
        let arrivals = try comparison.arrivals()
        try write(arrivals)
        try write("Over-represented among added events", try comparison.concentrationOfAdded())
        try write("Over-represented among removed events", try comparison.concentrationOfRemoved())
        try writeExamples()
    }

    private func side(_ name: String, _ side: ComparedExport, _ events: UInt64) throws {
        try sink.write(
            "\(name)  \(TerminalText.escaped(side.label))  \(HumanText.counted(Int(clamping: events), "event"))"
                + "  \(report.span(side.export))\n")
    }

    private func write(_ arrivals: Arrivals) throws {
        for sentence in report.sentences(arrivals) { try sink.write("\n\(sentence)\n") }
        let filled = arrivals.intervals.filter { $0.added > 0 || $0.removed > 0 }
        if filled.count > 1 {
            try sink.write("\nPer \(HumanText.duration(Double(arrivals.every) / 1e6)) (\(times.zone.name)):\n")
            let most = filled.map { $0.added + $0.removed }.max() ?? 1
            for interval in filled {
                let bar = String(repeating: "█", count: Int((interval.added + interval.removed) * 30 / most))
                let start = times.text(Instant(microseconds: interval.start))
                let numbers = "\(padLeft("+\(interval.added)", 9)) \(padLeft("-\(interval.removed)", 9))"
                try sink.write("  \(pad(start, 30))\(numbers)  \(bar)\n")
            }
        }
        for gap in arrivals.gaps { try sink.write("\n\(report.sentence(gap))\n") }
    }

    private func write(_ title: String, _ values: [Concentration]) throws {
        if values.isEmpty { return }
        try sink.write("\n\(title):\n")
        for value in values { try sink.write("  \(report.sentence(value))\n") }
    }

    private func writeExamples() throws {
        struct Enough: Error {}
        try sink.write("\nThe first differences (all: --format jsonl, csv or html):\n")
        let lines = comparison.lines()
        var shown = [0, 0, 0]
        try comparison.forEachDifference { difference in
            switch difference {
            case .removed(let event):
                shown[0] += 1
                if shown[0] > Self.examples { return }
                try example("-", comparison.a, event, try lines.ofA(event))
            case .changed(let old, let new, let probably):
                shown[1] += 1
                if shown[1] > Self.examples { return }
                let mark = probably ? "?" : "~"
                try sink.write(
                    "  \(mark) \(TerminalText.escaped(DiffJSON.citation(comparison.a, old))) → "
                        + "\(TerminalText.escaped(DiffJSON.citation(comparison.b, new)))\n")
                for change in try lines.changes(old, new) {
                    let old = change.old.map { shortened($0) } ?? "(missing)"
                    let new = change.new.map { shortened($0) } ?? "(missing)"
                    try sink.write("      \(TerminalText.escaped(change.field)): \(old) → \(new)\n")
                }
            case .added(let event):
                shown[2] += 1
                if shown[2] > Self.examples { return }
                try example("+", comparison.b, event, try lines.ofB(event))
            }
        }
    }

    private func example(_ mark: String, _ side: ComparedExport, _ event: ComparedEvent, _ line: [UInt8]) throws {
        try sink.write("  \(mark) \(TerminalText.escaped(DiffJSON.citation(side, event)))  \(shortened(line))\n")
    }

    private func shortened(_ bytes: [UInt8]) -> String {
        let text = bytes.withUnsafeBytes { TerminalText.escaped($0) }
        return text.count <= Self.exampleCharacters ? text : String(text.prefix(Self.exampleCharacters - 1)) + "…"
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func padLeft(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
