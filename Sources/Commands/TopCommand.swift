import ArgumentParser
import Rendering
import Search

/// `coldtrail top FIELD [QUERY]`
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "List the most (or least) frequent values of a field, with counts and shares.",
        discussion: """
            Shares are of the matching events. Events without a value are a row of their own; the items of a list count \
            singly. Exact, without a limit on distinct values.
            """
    ).parsedAlone

    @Argument(help: "The field.")
    var field: String

    @Argument(help: "The query, in single quotes; every event without one.")
    var query = ""

    @Option(help: ArgumentHelp("At most so many values; 0 for all.", valueName: "n"))
    var limit = 10

    @Flag(help: "The least frequent values first.")
    var rare = false

    @OptionGroup
    var scope: ScopeOptions

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit must be 0 (all) or more") }
    }

    func run() throws {
        let counting = try CountingQuery(query, scope: scope, global: global)
        let (values, searcher) = try counting.top(field, limit: limit == 0 ? nil : limit, rare: rare)
        let groups = values.groups
        let table = try GroupTableWriter(
            [OutputColumn("value")], largest: (rare ? groups.last : groups.first)?.count ?? 0, events: values.events,
            rows: rows,
            output: output, global: global, partial: counting.prepared.isPartial)
        try table.write(groups.lazy.map { ([$0.values[0].cell], $0.count) })
        if values.count > groups.count {
            let all = HumanText.counted(values.distinct, "value")
            StandardError.writeLine("\(HumanText.grouped(groups.count)) of \(all); --limit 0 shows all")
        }
        try counting.conclude(events: values.events, values.lost, searcher, fields: [field])
    }
}
