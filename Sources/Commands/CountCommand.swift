import ArgumentParser
import Rendering
import Search

/// `coldtrail count QUERY`
struct CountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "count",
        abstract: "Count the events that match a query, or count them by the values of fields.",
        discussion: """
            With --by one row for each value, or for each combination of values of several fields, most events first. \
            Events without a value are counted as such; the items of a list count singly.
            """
    ).parsedAlone

    @Argument(help: "The query, in single quotes.")
    var query: String

    @Option(help: ArgumentHelp("Count by the values of a field. May be repeated.", valueName: "field"))
    var by: [String] = []

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

    func validate() throws {
        guard Set(by).count == by.count else { throw ValidationError("--by names a field twice") }
    }

    func run() throws {
        if !by.isEmpty { return try countByFields() }
        let prepared = try PreparedQuery(query, scope: scope, global: global)
        let unique = try UniqueEvents(prepared, isWanted: scope.unique)
        let searcher = try Searcher(archive: prepared.archive, request: unique.request)
        let result = try searcher.count()
        OutputTap.shared.results = result.count
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

    private func countByFields() throws {
        let counting = try CountingQuery(query, scope: scope, global: global)
        // One field is a list of its values, which may be had without counting event by event.
        if by.count == 1 {
            let (values, searcher) = try counting.top(by[0], limit: nil, rare: false)
            try write(values.groups, events: values.events, counting)
            try counting.conclude(events: values.events, values.lost, searcher, fields: by)
            if exitStatus, values.events == 0 { throw ExitStatus.no }
            return
        }
        let (counts, searcher) = try counting.counts(by: Grouping(fields: by))
        try write(counts.ranked(), events: counts.events, counting)
        try counting.conclude(counts, searcher, fields: by)
        if exitStatus, counts.events == 0 { throw ExitStatus.no }
    }

    private func write(_ groups: RankedGroups, events: UInt64, _ counting: CountingQuery) throws {
        let table = try GroupTableWriter(
            by.map { OutputColumn($0) }, largest: groups.first?.count ?? 0, events: events, rows: rows, output: output,
            global: global, partial: counting.prepared.isPartial)
        try table.write(groups.lazy.map { ($0.values.map(\.cell), $0.count) })
    }
}
