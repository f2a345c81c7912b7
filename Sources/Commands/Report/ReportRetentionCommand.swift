import ArgumentParser
import Events
import QueryLanguage
import Rendering
import Reports

/// `coldtrail report retention`
struct ReportRetentionCommand: ReportMaking {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Policy against fact: which days are here, from which sources, and can their events be had.",
        discussion: "Exit status 1 if a day is missing or an event cannot be read back and proven."
    )

    @Option(help: ArgumentHelp("How long events are kept.", valueName: "length"), transform: BucketSize.argument)
    var keep = BucketSize.months(12)

    @Option(
        help: ArgumentHelp("How much of it must be available immediately.", valueName: "length"),
        transform: BucketSize.argument)
    var immediate = BucketSize.months(3)

    @Option(
        parsing: .unconditional, help: ArgumentHelp("End of the period. Default: now.", valueName: "time"))
    var asOf: String?

    @Option(help: ArgumentHelp("The field that tells sources apart.", valueName: "field"))
    var sourceField: String?

    @Option(
        help: ArgumentHelp(
            "Events read back and proven, of the whole period and of its immediate part.", valueName: "n"))
    var samples = 20

    @Option(help: ArgumentHelp("Chooses the samples. Default: a new one, which the report names.", valueName: "n"))
    var seed: UInt64?

    @Option(name: .customLong("export"), help: ArgumentHelp("Only this export. May be repeated.", valueName: "name"))
    var exports: [String] = []

    @OptionGroup
    var zone: ZoneOptions

    @OptionGroup
    var form: ReportFormOptions

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        guard (1...10_000).contains(samples) else { throw ValidationError("--samples must be between 1 and 10000") }
    }

    func make(_ arguments: [String], _ global: GlobalOptions, again: ReportComparison?) throws -> Report {
        var scope = try ReportScopeOptions.parse([])
        scope.time.zone = zone
        scope.exports = exports
        let context = try scope.context(.everything, arguments, global, form, again: nil)
        let now = SystemClock.now()
        let end = try (again?.asOf ?? asOf).map {
            try TimeArgument.parse($0, zone: context.times.zone).resolve(newest: now, now: now)
        }
        return try RetentionReport(
            context,
            RetentionReport.Policy(
                keep: keep, immediate: immediate, asOf: end ?? now, source: sourceField, samples: samples,
                seed: again?.seed ?? seed ?? Seed.new())
        ).make()
    }
}

/// `coldtrail report completeness`
struct ReportCompletenessCommand: ReportMaking {
    static let configuration = CommandConfiguration(
        commandName: "completeness",
        abstract: "Silences, duplicates, late arrivals, odd clocks, rejects, partial exports, declared numbers.",
        discussion: "Exit status 1 if something is missing or odd."
    )

    @Option(help: ArgumentHelp("The number of events that there should be.", valueName: "n"))
    var expectEvents: UInt64?

    @Option(help: ArgumentHelp("The field that tells sources apart.", valueName: "field"))
    var sourceField: String?

    @Option(
        help: ArgumentHelp("Length of the intervals in which silences are looked for.", valueName: "length"),
        transform: BucketSize.argument)
    var every: BucketSize?

    @OptionGroup
    var scope: ReportScopeOptions

    @OptionGroup
    var form: ReportFormOptions

    @OptionGroup
    var global: GlobalOptions

    func make(_ arguments: [String], _ global: GlobalOptions, again: ReportComparison?) throws -> Report {
        let context = try scope.context(.everything, arguments, global, form, again: again)
        return try CompletenessReport(
            context,
            CompletenessReport.Options(expectedEvents: expectEvents, source: sourceField, every: every)
        ).make()
    }
}
