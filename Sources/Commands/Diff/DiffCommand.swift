import ArgumentParser
import Archive
import Compare
import Events
import Ingest
import QueryLanguage
import Rendering

/// `coldtrail diff A B`
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two exports: what is new, gone, changed, late, twice.",
        discussion: """
            A and B are exports of the archive (label, file name, job id, SHA-256) or files that are not in it. Equal are \
            events with the same fields and values, whatever their order and spelling (1 is 1.0, but not "1"); of three \
            copies against two one is left over. Changed events are paired by --key, or by a field of unique ids that \
            both exports have.

            Exit status: 0 the same; 1 different; 2 it could not be compared.
            """
    ).parsedAlone

    @Argument(help: ArgumentHelp("The earlier export, or a file.", valueName: "a"))
    var a: String

    @Argument(help: ArgumentHelp("The later export, or a file.", valueName: "b"))
    var b: String

    @Argument(help: "Compare only events that match a query.")
    var query = ""

    @Option(help: ArgumentHelp("Only these fields count, and what is below them.", valueName: "a,b"))
    var fields: String?

    @Option(help: ArgumentHelp("These fields do not count. May be repeated.", valueName: "a,b"))
    var ignore: [String] = []

    @Flag(help: "Count fields that only one of the exports ever has, too.")
    var allFields = false

    @Option(help: ArgumentHelp("Fields that tell one event from another, or none.", valueName: "a,b"))
    var key: String?

    @Option(help: ArgumentHelp("summary, json, jsonl, csv or html.", valueName: "format"))
    var format = DiffFormat.summary

    @Option(help: ArgumentHelp("Differences in an HTML page; 0 for all.", valueName: "n"))
    var limit = 10_000

    @Flag(help: "Compare the events themselves where their fingerprints are equal.")
    var verify = false

    @Flag(help: "Compare the query's text without case.")
    var ignoreCase = false

    @Flag(help: "Leave CSV cells alone that a spreadsheet would run as formulas.")
    var csvRaw = false

    @OptionGroup
    var time: TimeOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        if let fields, ColumnNames.parse(fields).isEmpty { throw ValidationError("--fields names no field") }
        if let key, ColumnNames.parse(key).isEmpty { throw ValidationError("--key names no field") }
        if limit < 0 { throw ValidationError("--limit must be 0 (all) or more") }
    }

    func run() throws {
        let parsed = try QueryParser.parse(query)
        let times = try time.zone.format()
        let sides = try DiffSides(a, b, global: global)
        defer { sides.discard() }
        Notes.partial([sides.a.export, sides.b.export])
        let request = try request(parsed, sides, times)
        // Events may be nested deeper than the main thread's stack.
        let isSame = try LargeStack.call { try compare(sides, request, times) }
        if !isSame { throw ExitStatus.no }
    }

    private func compare(_ sides: DiffSides, _ request: CompareRequest, _ times: TimeFormat) throws -> Bool {
        let comparison = try ExportComparison(sides.a, sides.b, request)
        let result = try comparison.run()
        let sink = try output.openSink()
        switch format {
        case .summary: try DiffSummary(comparison, result, times, sink).write()
        case .json: try DiffJSON.writeSummary(comparison, result, to: sink)
        case .jsonl: try DiffJSON.writeDifferences(comparison, to: sink)
        case .csv: try DiffTable.write(comparison, times, raw: csvRaw, to: sink)
        case .html: try DiffPage(comparison, result, times, limit: limit, sink: sink).write()
        }
        try sink.finish()
        if result.lost {
            throw UsageError(
                "some events could not be read: the comparison is not complete", remedy: "run `coldtrail verify`")
        }
        if let collisions = result.collisions, collisions > 0 {
            throw UsageError("\(collisions) different events have equal fingerprints: the comparison is not exact")
        }
        return result.isSame
    }

    private func request(_ query: Query, _ sides: DiffSides, _ times: TimeFormat) throws -> CompareRequest {
        let choice = FieldChoice(kept: fields.map(ColumnNames.parse), leftOut: ignore.flatMap(ColumnNames.parse))
        // Only identities that are computed wait on disk.
        var request = CompareRequest(
            query: query, isEveryEvent: query == .everything, jobs: UsableProcessors.count,
            temporaryFolder: choice.isEverything ? "" : try sides.temporaryFolder())
        request.fields = choice
        let window = try TimeRangeArguments(from: time.from, to: time.to, last: time.last, zone: times.zone)
        let range = try window.resolve(
            newest: window.needsNewest
                ? try NewestEvent.time(in: sides.b.archive, exports: [sides.b.export]) : nil, now: SystemClock.now())
        if window.isRelative { StandardError.writeLine(range.description(times)) }
        request.from = range.from
        request.to = range.to
        request.ignoreCase = ignoreCase
        request.countsOneSidedFields = allFields
        request.verifies = verify
        if let key { request.key = key == "none" ? .none : .fields(ColumnNames.parse(key)) }
        return request
    }
}

/// `diff --format`.
enum DiffFormat: String, CaseIterable, ExpressibleByArgument {
    case summary, json, jsonl, csv, html
}
