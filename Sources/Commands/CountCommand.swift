import ArgumentParser
import Rendering
import Search

/// `coldtrail count QUERY`
struct CountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Count the events that match a query."
    )

    @Argument(help: "The query, in single quotes.")
    var query: String

    @OptionGroup
    var scope: ScopeOptions

    @OptionGroup
    var rows: RowFormatOptions

    @Flag(name: [.customShort("e"), .customLong("exit-status")], help: "Exit with status 1 if nothing matches.")
    var exitStatus = false

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let prepared = try PreparedQuery(query, scope: scope, global: global)
        let unique = try UniqueEvents(prepared, isWanted: scope.unique)
        let searcher = try Searcher(archive: prepared.archive, request: unique.request)
        let result = try searcher.count()
        let sink = try output.openSink()
        switch rows.format {
        case .table:
            // One number needs no header.
            try sink.write("\(result.count)\n")
        case .csv, .tsv, .json, .jsonl, .raw, .ids:
            var writer = try rows.rows(
                [OutputColumn("count", .right)], sink: sink, color: global.color, partial: prepared.isPartial)
            try writer.write([.integer(Int(clamping: result.count))])
            try writer.finish()
        }
        try sink.finish()
        prepared.warnOfUnknownFields(searcher)
        if scope.explain { SearchNotes.explain(searcher.explanation) }
        try SearchNotes.report(unique.allLost(result.lost), prepared.times)
        if scope.paranoid { try Paranoia.compare(prepared.archive, prepared.request) }
        if exitStatus, result.count == 0 { throw ExitStatus.no }
    }
}
