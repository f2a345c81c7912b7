import ArgumentParser
import Archive
import Crypto
import Events
import QueryLanguage
import Rendering
import Search
import SOLEngine
import SOLLanguage

/// `coldtrail sol 'PIPELINE'`
struct SOLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sol",
        abstract: "Run a program of SOL, the pipe language: events | where … | aggregate count() by …",
        discussion: """
            docs/sol.md has the language. Nothing is cut off: on a terminal --limit rows are shown and all are counted. \
            Whole events come as the columns timestamp and event.
            """
    ).parsedAlone

    /// Rows shown on a terminal if no limit was given.
    private static let terminalLimit = 100
    /// Bytes of the longest program and dataset.
    private static let programLimit = 16 << 20
    private static let datasetLimit = 256 << 20

    @Argument(help: "The program, in single quotes.")
    var program: String?

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: ArgumentHelp("Read the program from a file, - for standard input.", valueName: "file"))
    var file: String?

    @Option(
        name: .customLong("dataset"),
        help: ArgumentHelp("A table from a CSV file. May be repeated.", valueName: "name=file"))
    var datasets: [String] = []

    @Option(
        name: .customLong("param"),
        help: ArgumentHelp("The value of ?name; given twice it is a list.", valueName: "name=value"))
    var parameters: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("What now() is: a time, or latest for the last event.", valueName: "time"))
    var now: String?

    @OptionGroup
    var time: TimeOptions

    @Option(name: .customLong("export"), help: ArgumentHelp("Only this export. May be repeated.", valueName: "name"))
    var exports: [String] = []

    @Option(help: ArgumentHelp("Rows shown on a terminal; 0 for all. Default: 100.", valueName: "n"))
    var limit: Int?

    @Flag(help: "Say on standard error how the program was run.")
    var explain = false

    @Flag(help: "Run the program again over every line, without indexes and columns, and compare (slow).")
    var paranoid = false

    @Flag(help: "Print the program in its canonical form, or what is wrong with it; run nothing.")
    var check = false

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        if (program == nil) == (file == nil) { throw ValidationError("give a program, or a file with -f") }
        for text in datasets + parameters where Self.pair(text) == nil {
            throw ValidationError("\"\(text)\" is not NAME=VALUE")
        }
        if let limit, limit < 0 { throw ValidationError("--limit must be 0 (all) or more") }
    }

    private static func pair(_ text: String) -> (name: String, value: String)? {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }

    func run() throws {
        let text = try programText()
        if check {
            let sink = try OutputSink()
            try sink.write(try ProgramParser.parse(text).canonical + "\n")
            return try sink.finish()
        }
        _ = try ProgramParser.parse(text)
        let times = try time.zone.format()
        let archive = try global.openArchive()
        let named = try ExportNames.scope(exports, in: archive)
        let scope = named ?? archive.exports
        let isPartial = Notes.partial(scope)
        let options = try options(archive, named, scope, times)
        let run = try ProgramRun(text, options)
        let sink = try output.openSink()
        let printer = SOLPrinter(
            rows: rows, sink: sink, color: global.color, partial: isPartial,
            limit: sink.isTerminal ? limit ?? Self.terminalLimit : limit ?? 0)
        var digest = RowDigest()
        let isCompared = paranoid
        let count = try run.run(
            start: { try printer.start($0, chart: run.render, quantities: run.quantities) },
            row: { row in
                if isCompared { digest.add(row) }
                return try printer.add(row)
            })
        try printer.finish()
        try sink.finish()
        OutputTap.shared.results = UInt64(count)
        for warning in run.warnings { Notes.warn(warning) }
        warnOfUnknownFields(run, archive)
        if printer.isCut(count) {
            StandardError.writeLine(
                "\(HumanText.grouped(printer.shown)) of \(HumanText.counted(count, "row")); --limit 0 shows all")
        }
        if explain { for line in run.explanation { StandardError.writeLine(line) } }
        try SearchNotes.report(run.lost, times)
        if paranoid { try compare(text, options, count, &digest) }
    }

    /// `--paranoid`: the same rows, read from every line.
    private func compare(_ text: String, _ options: SOLOptions, _ count: Int, _ digest: inout RowDigest) throws {
        var options = options
        options.fromLines = true
        var other = RowDigest()
        let rows = try ProgramRun(text, options).run(start: { _ in }) { row in
            other.add(row)
            return true
        }
        guard rows == count, other.value == digest.value else {
            StandardError.writeLine(
                "coldtrail: the lines give another answer than indexes and columns\n"
                    + "  run `coldtrail verify`; if the archive is sound, please report this as a defect")
            throw ExitStatus.cannot
        }
        StandardError.writeLine("paranoid: the lines agree on \(HumanText.counted(count, "row"))")
    }

    private func programText() throws -> String {
        if let program { return program }
        let bytes = try WholeFile.read(file ?? "-", limit: Self.programLimit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageError("\(file ?? "-") is not UTF-8", remedy: "save the program as UTF-8")
        }
        return text
    }

    private func options(
        _ archive: Archive, _ named: [ExportRecord]?, _ scope: [ExportRecord], _ times: TimeFormat
    ) throws -> SOLOptions {
        let clock = SystemClock.now()
        let newest = try NewestEvent.time(in: archive, exports: scope)
        let window = try TimeRangeArguments(from: time.from, to: time.to, last: time.last, zone: times.zone)
        let range = try window.resolve(newest: window.needsNewest ? newest : nil, now: clock)
        if window.isRelative { StandardError.writeLine(range.description(times)) }
        var options = SOLOptions(
            archive: archive, exportIDs: named.map { Set($0.map(\.id)) }, from: range.from, to: range.to, now: clock,
            isNowGiven: now != nil, threads: UsableProcessors.count)
        switch now {
        case nil: break
        case "latest": options.now = newest ?? clock
        case let text?:
            options.now = try TimeArgument.parse(text, zone: times.zone).resolve(newest: newest, now: clock)
        }
        for (name, value) in parameters.compactMap(Self.pair) { options.parameters[name, default: []].append(value) }
        for (name, path) in datasets.compactMap(Self.pair) {
            options.datasets[name] = try CSVTable(try WholeFile.read(path, limit: Self.datasetLimit), name: path)
        }
        return options
    }

    private func warnOfUnknownFields(_ run: ProgramRun, _ archive: Archive) {
        for field in run.fieldsUsed.sorted() {
            FieldWarnings.check(.field(field, .exists), archive, met: [])
        }
    }
}

/// The SHA-256 of rows in their order.
private struct RowDigest {
    private var digest = SHA256()

    mutating func add(_ row: [Value]) {
        for value in row {
            digest.update(data: value.json)
            digest.update(data: [UInt8(ascii: "\t")])
        }
        digest.update(data: [UInt8(ascii: "\n")])
    }

    var value: SHA256.Digest { digest.finalize() }
}
