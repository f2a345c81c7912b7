import Archive
import Compare
import Events
import Rendering

/// `diff --format html`: one file that needs nothing else, safe with hostile values.
struct DiffPage {
    private let comparison: ExportComparison
    private let result: ExportDifferences
    private let times: TimeFormat
    private let limit: Int
    private let sink: OutputSink
    private let report: DiffReport

    /// - Parameter limit: differences shown; 0 for all.
    init(
        _ comparison: ExportComparison, _ result: ExportDifferences, _ times: TimeFormat, limit: Int, sink: OutputSink
    ) {
        self.comparison = comparison
        self.result = result
        self.times = times
        self.limit = limit
        self.sink = sink
        report = DiffReport(comparison, result, times)
    }

    func write() throws {
        let title = "\(comparison.a.label) against \(comparison.b.label)"
        try put(HTMLPage.start(title: title))
        try put("<h1>\(HTMLPage.escaped(title))</h1>\n<table><tr><th></th><th>export</th><th>events</th>")
        try put("<th>time</th><th>SHA-256 of the content</th></tr>\n")
        try side("A", comparison.a, result.eventsA)
        try side("B", comparison.b, result.eventsB)
        try put("</table>\n<table>\n")
        for (name, number, about) in report.counts {
            try put("<tr><td>\(name)</td><td class=n>\(HumanText.grouped(Int(clamping: number)))</td>")
            try put("<td>\(HTMLPage.escaped(about))</td></tr>\n")
        }
        try put("</table>\n")
        for note in report.notes { try put("<p class=note>\(HTMLPage.escaped(note))</p>\n") }
        if result.isSame {
            try put("<p>The exports hold the same events.</p>\n")
        } else {
            try explanation()
            try differences()
        }
        try put(HTMLPage.end(ToolVersion.text))
    }

    private func side(_ name: String, _ side: ComparedExport, _ events: UInt64) throws {
        try put("<tr><td>\(name)</td><td>\(HTMLPage.escaped(side.label))</td>")
        try put("<td class=n>\(HumanText.grouped(Int(clamping: events)))</td>")
        try put("<td>\(HTMLPage.escaped(report.span(side.export)))</td>")
        try put("<td><code>\(Hex.text(side.export.digest))</code></td></tr>\n")
    }

    private func explanation() throws {
        let arrivals = try comparison.arrivals()
        for sentence in report.sentences(arrivals) { try put("<p>\(HTMLPage.escaped(sentence))</p>\n") }
        for gap in arrivals.gaps { try put("<p>\(HTMLPage.escaped(report.sentence(gap)))</p>\n") }
        try put(DiffChart.svg(arrivals, report))
        for (title, values) in [
            ("Over-represented among added events", try comparison.concentrationOfAdded()),
            ("Over-represented among removed events", try comparison.concentrationOfRemoved()),
        ] where !values.isEmpty {
            try put("<h2>\(title)</h2>\n<ul>\n")
            for value in values { try put("<li>\(HTMLPage.escaped(report.sentence(value)))</li>\n") }
            try put("</ul>\n")
        }
    }

    private func differences() throws {
        let all = Int(clamping: result.added + result.removed + result.changed + result.probablyChanged)
        let lines = comparison.lines()
        var shown = 0
        try put("<h2>Differences</h2>\n<table class=d><tr><th>what</th><th>event</th><th>time</th><th></th></tr>\n")
        try comparison.forEachDifference { difference in
            shown += 1
            if limit > 0, shown > limit { return }
            switch difference {
            case .added(let event):
                try row("added", DiffJSON.citation(comparison.b, event), event, code(try lines.ofB(event)))
            case .removed(let event):
                try row("removed", DiffJSON.citation(comparison.a, event), event, code(try lines.ofA(event)))
            case .changed(let old, let new, let probably):
                let citations = DiffJSON.citation(comparison.a, old) + " → " + DiffJSON.citation(comparison.b, new)
                try row(
                    probably ? "probably changed" : "changed", citations, new,
                    try lines.changes(old, new).map(change).joined())
            }
        }
        try put("</table>\n")
        if limit > 0, all > limit {
            try put("<p class=note>The first \(HumanText.grouped(limit)) of \(HumanText.grouped(all)) differences; ")
            try put("--limit 0 shows all.</p>\n")
        }
    }

    private func row(_ what: String, _ citation: String, _ event: ComparedEvent, _ content: String) throws {
        let time = event.time == undatedTime ? "undated" : report.text(event.time)
        let name = what.split(separator: " ").last.map(String.init) ?? what
        try put("<tr class=\(name)><td>\(what)</td><td>\(HTMLPage.escaped(citation))</td>")
        try put("<td>\(HTMLPage.escaped(time))</td><td>\(content)</td></tr>\n")
    }

    private func code(_ bytes: [UInt8]) -> String { "<code>\(HTMLPage.escaped(bytes))</code>" }

    private func change(_ change: FieldChange) -> String {
        let old = change.old.map(code) ?? "<i>missing</i>"
        let new = change.new.map(code) ?? "<i>missing</i>"
        return "<div><b>\(HTMLPage.escaped(change.field))</b>: \(old) → \(new)</div>"
    }

    private func put(_ text: String) throws {
        try sink.write(text)
    }
}

/// Added and removed events per interval, as inline SVG.
enum DiffChart {
    private static let width = 720
    private static let height = 120

    static func svg(_ arrivals: Arrivals, _ report: DiffReport) -> String {
        guard arrivals.intervals.count > 1,
            let most = arrivals.intervals.map({ max($0.added, $0.removed) }).max(), most > 0
        else { return "" }
        var svg = "<h2>By time</h2>\n<svg viewBox=\"0 0 \(width) \(2 * height + 20)\" role=\"img\">\n"
        let step = Double(width) / Double(arrivals.intervals.count)
        for (number, interval) in arrivals.intervals.enumerated() {
            let x = Int(Double(number) * step)
            let wide = max(1, Int(step) - 1)
            let up = Int(interval.added * UInt64(height) / most)
            let down = Int(interval.removed * UInt64(height) / most)
            let label = HTMLPage.escaped("\(report.text(interval.start)): +\(interval.added) -\(interval.removed)")
            svg += "<g><title>\(label)</title>"
            svg += "<rect class=added x=\(x) y=\(height - up) width=\(wide) height=\(up) />"
            svg += "<rect class=removed x=\(x) y=\(height) width=\(wide) height=\(down) /></g>\n"
        }
        let first = report.text(arrivals.intervals[0].start)
        let last = report.text(arrivals.intervals[arrivals.intervals.count - 1].start)
        svg += "<text x=0 y=\(2 * height + 16)>\(HTMLPage.escaped(first))</text>"
        svg += "<text x=\(width) y=\(2 * height + 16) text-anchor=end>\(HTMLPage.escaped(last))</text>\n"
        return svg + "</svg>\n"
    }
}
