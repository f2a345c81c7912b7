import Archive
import Crypto
import Rendering

/// A report as JSON: the form that is kept, compared and checked. `docs/report.schema.json` describes it.
///
/// `results` stands on one line; `results_sha256` is the SHA-256 of that member's value as it stands in the file.
public enum ReportJSON {
    public static func text(_ report: Report) -> String {
        let results = results(report)
        let members: [(String, String)] = [
            ("format", string(Report.format)), ("version", "\(Report.version)"), ("kind", string(report.kind.rawValue)),
            ("title", string(report.title)), ("controls", list(report.controls.map(string))),
            ("tool", string("coldtrail " + report.tool)),
            ("command", list((["coldtrail"] + report.arguments).map(string))),
            ("results", results), ("results_sha256", string(digest(report))), ("clock_fields", list([string("clock")])),
            ("clock", object(report.clock.map { ($0.name, cell($0.value)) })),
        ]
        return "{\n" + members.map { "  \(string($0.0)): \($0.1)" }.joined(separator: ",\n") + "\n}\n"
    }

    /// SHA-256 of the results, hexadecimal.
    public static func digest(_ report: Report) -> String {
        Hex.text(SHA256.hash(data: Array(results(report).utf8)))
    }

    /// Scope, archive and sections, compact.
    static func results(_ report: Report) -> String {
        let scope = report.scope
        return object([
            (
                "scope",
                object([
                    ("from", optional(scope.from)), ("to", optional(scope.to)), ("as_of", optional(scope.asOf)),
                    ("zone", string(scope.zone)), ("exports", list(scope.exports.map(string))),
                    ("query", string(scope.query)), ("seed", scope.seed.map { string("\($0)") } ?? "null"),
                    ("covered_first", optional(scope.coveredFirst)), ("covered_last", optional(scope.coveredLast)),
                ])
            ),
            (
                "archive",
                object([
                    ("audit_head", string(report.archive.head)), ("exports", list(report.archive.exports.map(export))),
                ])
            ),
            ("sections", list(report.sections.map(section))),
        ])
    }

    private static func export(_ export: ExportRecord) -> String {
        object([
            ("label", string(export.label)), ("content_sha256", string(Hex.text(export.digest))),
            ("source_sha256", string(Hex.text(export.sourceDigest))),
            ("merkle_root", string(Hex.text(export.merkleRoot))), ("lines", "\(export.lines)"),
            ("events", "\(export.events)"), ("rejects", "\(export.rejects)"),
            ("partial", export.isPartial ? "true" : "false"),
        ])
    }

    private static func section(_ section: ReportSection) -> String {
        object([
            ("id", string(section.id)), ("title", string(section.title)), ("notes", list(section.notes.map(string))),
            ("facts", list(section.facts.map(fact))), ("chart", section.chart.map(chart) ?? "null"),
            ("tables", list(section.tables.map(table))), ("events", list(section.events.map(event))),
        ])
    }

    private static func fact(_ fact: ReportFact) -> String {
        object([
            ("name", string(fact.name)), ("value", cell(fact.value)),
            ("verdict", fact.verdict.map { $0 ? "true" : "false" } ?? "null"), ("query", optional(fact.query)),
        ])
    }

    private static func chart(_ chart: ReportChart) -> String {
        object([
            ("title", string(chart.title)), ("starts", list(chart.starts.map(string))),
            ("counts", list(chart.counts.map { "\($0)" })),
        ])
    }

    private static func table(_ table: ReportTable) -> String {
        object([
            ("id", string(table.id)), ("title", string(table.title)), ("query", optional(table.query)),
            ("columns", list(table.columns.map { string($0.name) })),
            ("rows", list(table.rows.map { list($0.map(cell)) })),
        ])
    }

    private static func event(_ event: QuotedEvent) -> String {
        object([
            ("citation", string(event.citation)), ("time", optional(event.time)),
            ("event", cell(.bytes(event.bytes))), ("proven", event.isProven ? "true" : "false"),
        ])
    }

    // MARK: Pieces

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(string($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }

    private static func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }
    private static func string(_ text: String) -> String { cell(.text(text)) }
    private static func optional(_ text: String?) -> String { text.map(string) ?? "null" }

    private static func cell(_ cell: Cell) -> String {
        var bytes: [UInt8] = []
        cell.appendJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
