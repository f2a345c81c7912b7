import ArgumentParser
import Events
import Rendering
import Search

/// `coldtrail fields [QUERY]`
struct FieldsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fields",
        abstract: "List the fields of the matching events: how many have it, distinct values, kinds, times, examples."
    ).parsedAlone

    @Argument(help: "The query, in single quotes; every event without one.")
    var query = ""

    @OptionGroup
    var scope: ScopeOptions

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let prepared = try PreparedQuery(query, scope: scope, global: global)
        let unique = try UniqueEvents(prepared, isWanted: scope.unique)
        let searcher = try Searcher(archive: prepared.archive, request: unique.request)
        let result = try searcher.fieldSummaries()
        let sink = try output.openSink()
        var writer = try rows.rows(
            [
                OutputColumn("field"), OutputColumn("events", .right), OutputColumn("share", .right),
                OutputColumn("distinct", .right), OutputColumn("kinds"), OutputColumn("first"), OutputColumn("last"),
                OutputColumn("examples"),
            ], sink: sink, color: global.color, partial: prepared.isPartial)
        for field in result.fields {
            let share = result.events > 0 ? Double(field.events) / Double(result.events) : 0
            try writer.write([
                .text(field.name), number(Int(clamping: field.events), sink), shareCell(share),
                number(field.distinct, sink),
                kindsCell(field.kinds), timeCell(field.times?.lowerBound, prepared),
                timeCell(field.times?.upperBound, prepared),
                examplesCell(field.examples),
            ])
        }
        try writer.finish()
        try sink.finish()
        prepared.warnOfUnknownFields(searcher)
        if scope.explain { SearchNotes.explain(searcher.explanation) }
        try SearchNotes.report(unique.allLost(result.lost), prepared.times)
        if scope.paranoid { try Paranoia.compare(prepared.archive, prepared.request) }
    }

    /// Grouped for people.
    private func number(_ value: Int, _ sink: OutputSink) -> Cell {
        rows.format == .table && sink.isTerminal ? .text(HumanText.grouped(value)) : .integer(value)
    }

    /// 0 to 1 with four decimals; for eyes in percent.
    private func shareCell(_ share: Double) -> Cell {
        rows.format == .table ? .text(HumanText.percent(share)) : .double((share * 10_000).rounded() / 10_000)
    }

    private func kindsCell(_ kinds: [FieldKind]) -> Cell {
        let names = kinds.map(\.rawValue)
        return rows.format == .table ? .text(names.joined(separator: ", ")) : .list(names.map { .text($0) })
    }

    private func timeCell(_ microseconds: Int64?, _ prepared: PreparedQuery) -> Cell {
        prepared.times.cell(microseconds.map { Instant(microseconds: $0) })
    }

    private func examplesCell(_ examples: [String]) -> Cell {
        rows.format == .table ? .text(examples.joined(separator: " · ")) : .list(examples.map { .text($0) })
    }
}
