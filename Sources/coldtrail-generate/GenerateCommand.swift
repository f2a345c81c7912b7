import ArgumentParser
import ExportGenerator

/// `coldtrail-generate`: writes a synthetic export.
@main
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coldtrail-generate",
        abstract: "Write a synthetic export of security events: JSON Lines, the same bytes for the same options.",
        discussion: """
            The events are invented, in the form that real sources (Windows, Sysmon, firewalls, proxies, cloud audit logs \
            and others) have after a SOC platform has parsed them.
            """
    )

    @Option(help: "How many events.")
    var events = 100_000

    @Option(help: "A path that ends in .gz (compressed), another path (plain), or - for standard output (plain).")
    var out = "-"

    @Option(help: "Decides every random choice.")
    var seed: UInt64 = 1

    @Option(help: "Time of the first event, as 2026-01-31 or 2026-01-31T23:59:59Z.", transform: parseStart)
    var start = UTCMoment.parse("2026-01-01")?.milliseconds ?? 0

    @Option(help: "How many days the events span.")
    var days = 7.0

    @Option(help: "The share of events that arrive up to six hours late, 0 to 1.")
    var late = 0.01

    @Option(help: "Timestamps in random order over this many days, instead of --days and --late.")
    var shuffleDays: Double?

    @Flag(help: "Sixteen event types of 300 to 400 fields, 2 to 3 KB an event, highly repetitive.")
    var wide = false

    @Option(
        help: """
            flat: dotted field names; nested: objects; mixed (only with --wide): both. \
            Default: flat, with --wide mixed.
            """)
    var layout: Layout?

    @Flag(help: "The same as --layout nested.")
    var nested = false

    enum Layout: String, ExpressibleByArgument, CaseIterable {
        case flat, nested, mixed
    }

    @Option(help: "Spread this many different field names over the export.")
    var fieldsExplosion = 0

    @Option(help: "gzip level, 1 (fast) to 9 (small).")
    var level = 6

    @Option(
        help: "LINE:FIELD=TEXT puts an event with FIELD set to TEXT at a line (from 1). May be repeated.",
        transform: parseNeedle)
    var needle: [GeneratorOptions.Needle] = []

    @Option(
        help: "The same search executed again later: a few events are new, changed or gone. Another seed gives others.")
    var rerun: UInt64?

    @Option(help: "Cut the finished file to this percentage of its bytes, as a broken download does.")
    var truncateAt: Double?

    @Flag(help: "Weave in the attack of the sample investigation (five days).")
    var story = false

    func validate() throws {
        if events < 1 { throw ValidationError("--events must be at least 1") }
        if !(0...1).contains(late) { throw ValidationError("--late must be between 0 and 1") }
        if !(0.000_001...40_000).contains(shuffleDays ?? days) {
            throw ValidationError("--days must be more than 0 and at most 40000")
        }
        if nested, let layout, layout != .nested {
            throw ValidationError("--nested and --layout \(layout.rawValue) exclude each other")
        }
        if layout == .mixed && !wide { throw ValidationError("--layout mixed needs --wide") }
        if !(0...9).contains(level) { throw ValidationError("--level must be between 0 and 9") }
        if !(0...1_000_000).contains(fieldsExplosion) {
            throw ValidationError("--fields-explosion must be between 0 and 1000000")
        }
        for needle in needle where needle.line > events {
            throw ValidationError("--needle: line \(needle.line) is after the last event")
        }
        if let percent = truncateAt {
            if !(0...100).contains(percent) { throw ValidationError("--truncate-at must be between 0 and 100") }
            if out == "-" { throw ValidationError("--truncate-at needs a file, not standard output") }
        }
    }

    func run() throws {
        var options = GeneratorOptions(seed: seed, start: start, days: shuffleDays ?? days)
        options.shufflesTime = shuffleDays != nil
        options.latePerMillion = Int(late * 1_000_000)
        switch layout ?? (nested ? .nested : wide ? .mixed : .flat) {
        case .flat: options.layout = wide ? .wideFlat : .flat
        case .nested: options.layout = wide ? .wideNested : .nested
        case .mixed: options.layout = .wide
        }
        options.explosionFields = fieldsExplosion
        options.needles = needle
        options.rerunSeed = rerun
        options.tellsStory = story
        try ExportGenerator(options).write(events, to: out, level: level, truncatedAt: truncateAt)
    }
}

private func parseStart(_ text: String) throws -> Int64 {
    guard let moment = UTCMoment.parse(text) else { throw ValidationError("not a UTC time: \(text)") }
    return moment.milliseconds
}

private func parseNeedle(_ text: String) throws -> GeneratorOptions.Needle {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let line = Int(parts[0]), line >= 1,
        let sign = parts[1].firstIndex(of: "="), sign > parts[1].startIndex
    else { throw ValidationError("a needle is LINE:FIELD=TEXT with a line of at least 1, not \(text)") }
    return GeneratorOptions.Needle(
        line: line, field: String(parts[1][..<sign]), text: String(parts[1][parts[1].index(after: sign)...]))
}
