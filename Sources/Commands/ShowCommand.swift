import ArgumentParser
import Archive
import Events
import Rendering
import Search

/// `coldtrail show EXPORT:LINE`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one event with where it comes from, and its neighbours.",
        discussion: "--format jsonl (or raw) writes nothing but the event's exact bytes."
    ).parsedAlone

    @Argument(help: ArgumentHelp("The event: export (label, file, job or SHA-256) and line.", valueName: "export:line"))
    var event: String

    @Option(help: ArgumentHelp("Show so many lines before and after it.", valueName: "n"))
    var context = 0

    @Flag(help: "Lay the JSON out over several lines; numbers and texts stay as they are written.")
    var pretty = false

    @Option(help: ArgumentHelp("table (for eyes), jsonl or raw (exact bytes).", valueName: "format"))
    var format = Format.table

    @OptionGroup
    var zone: ZoneOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    private static let formats: [Format] = [.table, .jsonl, .raw]

    func validate() throws {
        if !(0...10_000).contains(context) { throw ValidationError("--context must be between 0 and 10000") }
        guard Self.formats.contains(format) else {
            throw ValidationError(format.refused(by: "show", allowed: Self.formats).message)
        }
        if pretty, format != .table { throw ValidationError("--pretty goes with --format table") }
    }

    func run() throws {
        let times = try zone.format()
        let archive = try global.openArchive()
        let (export, line) = try ExportNames.citation(event, in: archive)
        Notes.partial([export])
        let sink = try output.openSink()
        var events = EventWriter(sink: sink)
        if format == .table { try writeProvenance(export, to: sink) }
        let eventTimes = EventTimes(archive: archive)
        for found in try EventFetcher(archive: archive).line(line, of: export, context: context) {
            if format == .table {
                let mark = context == 0 ? "" : found.line == line ? "> " : "  "
                let time = try eventTimes.time(of: found.line, in: export)
                try sink.write("\n\(mark)\(export.label):\(found.line)  \(about(found, time, export, times))\n")
            }
            if pretty, found.content == .event {
                try events.writeLines(found.bytes.withUnsafeBytes(PrettyJSON.text))
            } else {
                try found.bytes.withUnsafeBytes { try events.write(event: $0) }
            }
        }
        try sink.finish()
    }

    private func writeProvenance(_ export: ExportRecord, to sink: OutputSink) throws {
        try sink.write("export  \(export.label)\n")
        try sink.write("file    \(export.fileName)\n")
        try sink.write("sha256  \(Hex.text(export.digest)) (content)\n")
        try sink.write("        \(Hex.text(export.sourceDigest)) (file as downloaded)\n")
        if let job = export.jobID { try sink.write("job     \(job)\n") }
    }

    private func about(_ found: ArchivedLine, _ time: Instant?, _ export: ExportRecord, _ times: TimeFormat) -> String {
        var text: String
        switch found.content {
        case .event: text = time.map { "\(times.text($0)) (\(times.zone.name))" } ?? "undated"
        case .other(.blank): text = "blank line"
        case .other(let kind): text = "reject: \(kind.explanation)"
        }
        if PartialText.unverifiedLines(export)?.contains(found.line) ?? false { text += ", unverified" }
        return text
    }
}
