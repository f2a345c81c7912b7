import ArgumentParser
import Archive
import Events
import QueryLanguage
import Rendering
import Search

/// `--from`, `--to`, `--last` and `--tz`.
struct TimeOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Events at or after a time: 2026-01-03, 2026-01-03T10:00, RFC 3339, epoch, -7d (from the newest event), now-2h.",
            valueName: "time"))
    var from: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Events before a time.", valueName: "time"))
    var to: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The last 7d, 12h, 1h30m before the newest event.", valueName: "span"))
    var last: String?

    @OptionGroup
    var zone: ZoneOptions
}

/// `--tz`.
struct ZoneOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Zone of shown times, and of --from and --to without one: UTC, +02:00, Europe/Paris, local.",
            valueName: "zone"))
    var tz = "UTC"

    /// - Throws: `RenderingError` if the machine does not know the zone.
    func format() throws -> TimeFormat {
        TimeFormat(zone: try Zone.parse(tz))
    }
}

/// What is searched: the query with its scope.
struct ScopeOptions: ParsableArguments {
    @OptionGroup
    var time: TimeOptions

    @Option(
        name: .customLong("export"),
        help: ArgumentHelp(
            "Only this export: label, file name, job id or SHA-256 (at least 8 digits). May be repeated.",
            valueName: "name"))
    var exports: [String] = []

    @Flag(help: "Compare all text without case.")
    var ignoreCase = false

    @Flag(help: "Of equal events only the first counts: of the export ingested first, there the lowest line.")
    var unique = false

    @Flag(help: "Say on standard error what was pruned and what was read.")
    var explain = false

    @Flag(help: "Compare the answer with a full scan of every event (slow).")
    var paranoid = false
}
