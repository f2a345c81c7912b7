import Archive
import Rendering

/// A report as one page that needs nothing else: no scripts, prints well, hostile values are shown as text.
public struct ReportHTML {
    private let report: Report

    public init(_ report: Report) {
        self.report = report
    }

    public var text: String {
        HTMLPage.start(title: report.title, style: Self.style) + heading + report.sections.map(section).joined()
            + origin
            + HTMLPage.end(report.tool)
    }

    /// Rows of a table that are shown; the others are in the annex.
    private static let rows = 200

    /// Words up to this length, times among them, are not broken.
    private static let shortest = 30

    private static let style = """
        h1 { margin-bottom: .1em; } h2 { margin-top: 2em; border-bottom: 1px solid #bbb; padding-bottom: .15em; }
        h3 { margin-bottom: 0; font-size: 1em; } .kind { color: #555; margin-top: 0; }
        th { color: #555; font-weight: 600; } th.n { text-align: right; }
        table.facts th { width: 16em; } .yes { color: #176b2c; font-weight: 600; } .no { color: #a3161c; font-weight: 600; }
        .query { color: #777; font-size: 12px; } td { overflow-wrap: anywhere; } td.n, td.s { white-space: nowrap; }
        rect.bar { fill: #3567a8; } figure { margin: 1em 0; } figcaption { color: #555; font-size: 13px; }
        blockquote { margin: .8em 0; padding: .5em .8em; background: #f4f4f2; } blockquote p { margin: 0 0 .3em; }
        @media print { h2 { break-after: avoid; } blockquote, figure { break-inside: avoid; } }

        """

    private func escaped(_ text: String) -> String { HTMLPage.escaped(text) }

    private var heading: String {
        var text = "<h1>\(escaped(report.title))</h1>\n<p class=kind>\(report.kind.rawValue) report"
        if !report.controls.isEmpty { text += " for " + report.controls.map(escaped).joined(separator: "; ") }
        text += "</p>\n"
        let scope = report.scope
        let zone = " (\(scope.zone))"
        var rows: [(String, String)] = [
            ("exports", scope.exports.isEmpty ? "none" : scope.exports.joined(separator: ", ")),
            ("period asked", "\(scope.from ?? "from the first event") to \(scope.to ?? "the last event")\(zone)"),
            (
                "period covered",
                scope.coveredFirst.map { "\($0) to \(scope.coveredLast ?? "?")\(zone)" } ?? "no dated event"
            ),
            ("query", scope.query),
        ]
        if let asOf = scope.asOf { rows.append(("as of", asOf + zone)) }
        if let seed = scope.seed { rows.append(("seed of the samples", "\(seed)")) }
        return text + factTable(rows.map { (escaped($0.0), escaped($0.1)) })
    }

    private func factTable(_ rows: [(String, String)]) -> String {
        "<table class=facts>\n" + rows.map { "<tr><th>\($0.0)</th><td>\($0.1)</td></tr>\n" }.joined() + "</table>\n"
    }

    private func section(_ section: ReportSection) -> String {
        var text = "<section><h2>\(escaped(section.title))</h2>\n"
        if !section.facts.isEmpty { text += factTable(section.facts.map { (escaped($0.name), value($0)) }) }
        if let chart = section.chart { text += ReportChartSVG(chart).text }
        for table in section.tables { text += self.table(table) }
        for event in section.events { text += quote(event) }
        text += section.notes.map { "<p>\(escaped($0))</p>\n" }.joined()
        return text + "</section>\n"
    }

    private func value(_ fact: ReportFact) -> String {
        var text = shown(fact.value)
        if let verdict = fact.verdict { text = "<span class=\(verdict ? "yes" : "no")>\(text)</span>" }
        if let query = fact.query { text += "<br><code class=query>\(escaped(query))</code>" }
        return text
    }

    private func shown(_ cell: Cell) -> String {
        switch cell {
        case .integer(let number): return HumanText.grouped(number)
        case .null: return "–"
        case .boolean(let flag): return flag ? "yes" : "no"
        case .bytes(let bytes): return HTMLPage.escaped(bytes)
        case .text, .double, .json, .list:
            var bytes: [UInt8] = []
            cell.appendText(to: &bytes)
            return HTMLPage.escaped(bytes)
        }
    }

    private func table(_ table: ReportTable) -> String {
        var text = "<h3>\(escaped(table.title))</h3>\n"
        if table.rows.isEmpty { return text + "<p>none</p>\n" }
        func attribute(_ column: OutputColumn) -> String { column.alignment == .right ? " class=n" : "" }
        text +=
            "<table><tr>" + table.columns.map { "<th\(attribute($0))>\(escaped($0.name))</th>" }.joined() + "</tr>\n"
        for row in table.rows.prefix(Self.rows) {
            let cells = zip(table.columns, row).map { column, cell in
                let text = shown(cell)
                let isShort = text.utf8.count <= Self.shortest && !text.utf8.contains(UInt8(ascii: " "))
                return "<td\(column.alignment == .right ? " class=n" : isShort ? " class=s" : "")>\(text)</td>"
            }
            text += "<tr>\(cells.joined())</tr>\n"
        }
        text += "</table>\n"
        if table.rows.count > Self.rows {
            text += "<p>\(HumanText.grouped(table.rows.count - Self.rows)) more rows in the CSV and the JSON</p>\n"
        }
        if let query = table.query { text += "<code class=query>\(escaped(query))</code>\n" }
        return text
    }

    private func quote(_ event: QuotedEvent) -> String {
        let proof =
            event.isProven
            ? "<span class=yes>leads to the export's Merkle root</span>" : "<span class=no>not proven</span>"
        return "<blockquote><p><b>\(escaped(event.citation))</b> \(escaped(event.time ?? "undated")), \(proof)</p>"
            + "<code>\(HTMLPage.escaped(event.bytes))</code></blockquote>\n"
    }

    /// Where the numbers come from, and how to get them again.
    private var origin: String {
        var text = "<section><h2>Origin</h2>\n"
        let command = (["coldtrail"] + report.arguments).map(ShellText.quoted).joined(separator: " ")
        var rows = [
            ("command", "<code>\(escaped(command))</code>"), ("tool", "coldtrail \(escaped(report.tool))"),
            ("head of the audit log", "<code>\(report.archive.head)</code>"),
            ("SHA-256 of the results", "<code>\(ReportJSON.digest(report))</code>"),
        ]
        rows += report.clock.map { (escaped($0.name.replacingUnderscores), shown($0.value)) }
        text += factTable(rows)
        text += "<table><tr><th>export</th><th class=n>events</th><th>digests</th></tr>\n"
        for export in report.archive.exports {
            text += "<tr><td>\(escaped(export.label))\(export.isPartial ? " (partial)" : "")</td>"
            text += "<td class=n>\(HumanText.grouped(Int(clamping: export.events)))</td>"
            text += "<td><code>content \(Hex.text(export.digest))<br>source \(Hex.text(export.sourceDigest))<br>"
            text += "root \(Hex.text(export.merkleRoot))</code></td></tr>\n"
        }
        text +=
            "</table>\n<p>The same command gives the same results from the same archive; the fields of time and place in "
        text += "this section differ. <code>coldtrail report --check</code> with the report's JSON runs it again.</p>\n"
        return text + "</section>\n"
    }
}

extension String {
    fileprivate var replacingUnderscores: String { split(separator: "_").joined(separator: " ") }
}

/// A histogram as inline SVG.
struct ReportChartSVG {
    private let chart: ReportChart
    private static let (width, height, floor) = (960.0, 160.0, 140.0)

    init(_ chart: ReportChart) {
        self.chart = chart
    }

    var text: String {
        let largest = Double(max(1, chart.counts.max() ?? 1))
        let step = Self.width / Double(max(1, chart.counts.count))
        var text = "<figure><svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\">\n"
        for (number, count) in chart.counts.enumerated() where count > 0 {
            let height = max(1, Double(count) / largest * (Self.floor - 16))
            text += "<rect class=\"bar\" x=\"\(rounded(Double(number) * step))\" y=\"\(rounded(Self.floor - height))\" "
            text += "width=\"\(rounded(max(1, step - 1)))\" height=\"\(rounded(height))\">"
            text += "<title>\(HTMLPage.escaped(chart.starts[number])): \(count)</title></rect>\n"
        }
        if let first = chart.starts.first, let last = chart.starts.last {
            text += "<text x=\"0\" y=\"\(Int(Self.height) - 4)\">\(HTMLPage.escaped(first))</text>\n"
            text += "<text x=\"\(Int(Self.width))\" y=\"\(Int(Self.height) - 4)\" text-anchor=\"end\">"
            text += "\(HTMLPage.escaped(last))</text>\n"
            text += "<text x=\"0\" y=\"10\">\(HumanText.grouped(Int(largest)))</text>\n"
        }
        return text + "</svg><figcaption>\(HTMLPage.escaped(chart.title))</figcaption></figure>\n"
    }

    private func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
