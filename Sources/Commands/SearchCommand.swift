import ArgumentParser
import Events
import Rendering
import Search

/// `coldtrail search QUERY`
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Print the events that match a query.",
        discussion: """
            A query that begins with - comes after --. An empty query or '*' matches every event. On a terminal the newest 100 are shown as a table; in a pipe or \
            file all are written, as their own bytes, unless --columns or --format says otherwise.

            Columns are field names, and coldtrail.time, coldtrail.id (EXPORT:LINE), coldtrail.export, coldtrail.line \
            and coldtrail.event (the line itself).
            """
    ).parsedAlone

    /// Events shown on a terminal if no limit was given.
    private static let terminalLimit = 100

    @Argument(help: "The query, in single quotes.")
    var query: String

    @OptionGroup
    var scope: ScopeOptions

    @Option(
        help: ArgumentHelp("At most so many events; 0 for all. Default: 100 on a terminal, else all.", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("newest, oldest (both by time, ties by label and line) or none.", valueName: "order"))
    var sort = SortOrder.newest

    @Option(help: ArgumentHelp("Fields to show, in this order.", valueName: "a,b"))
    var columns: String?

    @Option(help: ArgumentHelp("table, jsonl, csv, tsv, raw (as jsonl) or ids (EXPORT:LINE).", valueName: "format"))
    var format: Format?

    @Flag(help: "Leave CSV cells alone that a spreadsheet would run as formulas.")
    var csvRaw = false

    @Flag(help: "Tables as wide as their values: nothing is shortened to fit the terminal.")
    var wide = false

    @Option(help: ArgumentHelp("Show each event with so many lines before and after it.", valueName: "n"))
    var context = 0

    @Flag(name: [.customShort("e"), .customLong("exit-status")], help: "Exit with status 1 if nothing matches.")
    var exitStatus = false

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        if let limit, !(0...1_000_000_000_000).contains(limit) {
            throw ValidationError("--limit must be 0 (all) or more")
        }
        if !(0...10_000).contains(context) { throw ValidationError("--context must be between 0 and 10000") }
        if let format, !Format.ofEvents.contains(format) {
            throw ValidationError(format.refused(by: "search", allowed: Format.ofEvents).message)
        }
        if let columns, ColumnNames.parse(columns).isEmpty { throw ValidationError("--columns names no field") }
        if columns != nil, format == .raw || format == .ids {
            throw ValidationError("--columns goes with the formats table, csv, tsv and jsonl")
        }
        if context > 0, format == .csv || format == .tsv {
            throw ValidationError("--context goes with the formats table, jsonl, raw and ids")
        }
    }

    func run() throws {
        let prepared = try PreparedQuery(query, scope: scope, global: global)
        let unique = try UniqueEvents(prepared, isWanted: scope.unique)
        let searcher = try Searcher(archive: prepared.archive, request: unique.request)
        let sink = try output.openSink()
        var rowOptions = RowOptions(csvRaw: csvRaw, color: global.color.isOn(terminal: sink.isTerminal))
        rowOptions.isWide = wide
        let limit = self.limit ?? (sink.isTerminal ? Self.terminalLimit : 0)
        var printer = try EventPrinter(
            format: format ?? (sink.isTerminal || columns != nil ? .table : .jsonl),
            columns: columns.map(ColumnNames.parse),
            sink: sink, archive: prepared.archive, times: prepared.times, context: context,
            options: rowOptions)
        // One more than is shown tells whether there are more.
        var room = limit == 0 ? Int.max : limit
        let result = try searcher.forEachHit(order: sort, limit: limit == 0 ? nil : limit + 1) { hit, line in
            if room > 0 { try printer.write(hit, line) }
            room -= 1
            return room >= 0
        }
        try printer.finish()
        try sink.finish()
        OutputTap.shared.results = min(result.hits, limit == 0 ? .max : UInt64(limit))
        if self.limit == nil, room < 0 {
            StandardError.writeLine("the first \(limit) of more events; --limit 0 shows all")
        }
        try finish(searcher, result, unique.allLost(result.lost), prepared)
    }

    private func finish(
        _ searcher: Searcher, _ result: SearchResult, _ lost: [LostEvents], _ prepared: PreparedQuery
    ) throws {
        prepared.warnOfUnknownFields(searcher)
        if scope.explain { SearchNotes.explain(searcher.explanation) }
        try SearchNotes.report(lost, prepared.times)
        if scope.paranoid { try Paranoia.compare(prepared.archive, prepared.request) }
        if exitStatus, result.hits == 0 { throw ExitStatus.no }
    }
}

extension SortOrder: ExpressibleByArgument {}

/// Names in an argument, separated by commas.
enum ColumnNames {
    /// Exact names: blanks around them are cut off, empty ones left out.
    static func parse(_ text: String) -> [String] {
        text.split(separator: ",").map { Text.trimmed($0) }.filter { !$0.isEmpty }
    }
}

enum Text {
    /// Without blanks at both ends.
    static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
