import ArgumentParser
import QueryLanguage
import Rendering
import Reports

/// `coldtrail report access`
struct ReportAccessCommand: ReportMaking {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Who did what, when: a timeline, top lists, and events word for word.",
        discussion: "The events that match the query and have all values of --field."
    )

    @Argument(help: "The query, in single quotes.")
    var query = ""

    @Option(help: ArgumentHelp("A field with its value. May be repeated.", valueName: "name=value"))
    var field: [String] = []

    @Option(help: ArgumentHelp("Fields whose values are listed. Default: the usual ones.", valueName: "a,b"))
    var top: String?

    @Option(help: ArgumentHelp("Values of a list.", valueName: "n"))
    var limit = 10

    @Option(help: ArgumentHelp("Events quoted word for word.", valueName: "n"))
    var samples = 10

    @Option(help: ArgumentHelp("Chooses the samples. Default: a new one, which the report names.", valueName: "n"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("Length of the timeline's intervals. Default: automatic.", valueName: "length"),
        transform: BucketSize.argument)
    var every: BucketSize?

    @OptionGroup
    var scope: ReportScopeOptions

    @OptionGroup
    var form: ReportFormOptions

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        guard (0...10_000).contains(samples) else { throw ValidationError("--samples must be between 0 and 10000") }
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit must be at least 1") }
        for text in field where AccessReport.query(field: text) == nil {
            throw ValidationError("--field takes NAME=VALUE, not \(text)")
        }
        if query.isEmpty, field.isEmpty { throw ValidationError("name a query, or --field NAME=VALUE") }
    }

    func make(_ arguments: [String], _ global: GlobalOptions, again: ReportComparison?) throws -> Report {
        var parts = field.compactMap(AccessReport.query)
        if !query.isEmpty { parts.append(parts.isEmpty ? query : "(\(query))") }
        let text = parts.joined(separator: " AND ")
        // A mistake is shown in the query as it was typed.
        if !query.isEmpty { _ = try QueryParser.parse(query) }
        let context = try scope.context(try QueryParser.parse(text), arguments, global, form, again: again)
        return try AccessReport(
            context, query: text,
            AccessReport.Options(
                top: top.map(ColumnNames.parse), limit: limit, samples: samples,
                seed: again?.seed ?? seed ?? Seed.new(),
                every: every)
        ).make()
    }
}

/// `coldtrail report case`
struct ReportCaseCommand: ReportMaking {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "The questions recorded in a case folder, and their answers' digests, in order.",
        discussion: "The folder is named by --case. Exit status 1 if the record's chain is broken."
    )

    @OptionGroup
    var zone: ZoneOptions

    @OptionGroup
    var form: ReportFormOptions

    @OptionGroup
    var global: GlobalOptions

    func make(_ arguments: [String], _ global: GlobalOptions, again: ReportComparison?) throws -> Report {
        guard let path = global.casePath ?? self.global.casePath else {
            throw UsageError("no case folder is named", remedy: "name one with --case DIR (or COLDTRAIL_CASE)")
        }
        var scope = try ReportScopeOptions.parse([])
        scope.time.zone = zone
        let context = try scope.context(.everything, arguments, global, form, again: nil)
        return try CaseReport(context, folder: CaseFolder(path: path)).make()
    }
}
