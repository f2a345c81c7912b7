import ArgumentParser
import Archive
import Events
import QueryLanguage
import Rendering
import Reports
import Search

/// How a report is written, and what is said about it.
struct ReportFormOptions: ParsableArguments {
    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("Write NAME.html, NAME.json and NAME-TABLE.csv.", valueName: "name"))
    var output: String?

    @Flag(help: "Replace files that exist.")
    var force = false

    @Option(help: ArgumentHelp("Without -o: text, html or json.", valueName: "format"))
    var format = ReportFormat.text

    @Option(help: ArgumentHelp("Title of the report.", valueName: "text"))
    var title: String?

    @Option(
        help: ArgumentHelp(
            "Your own name and version of a control that it is filed under. May be repeated.", valueName: "text"))
    var control: [String] = []

    func write(_ report: Report, _ global: GlobalOptions) throws {
        guard let output else { return try show(report, global) }
        var files = [(output + ".html", ReportHTML(report).text), (output + ".json", ReportJSON.text(report))]
        for table in report.sections.flatMap(\.tables) {
            files.append(("\(output)-\(Self.fileName(table.id)).csv", try csv(table)))
        }
        for (path, text) in files {
            let sink = try OutputSink(path: path, force: force)
            try sink.writeVerbatim(Array(text.utf8))
            try sink.finish()
            StandardError.writeLine(path)
        }
    }

    private func show(_ report: Report, _ global: GlobalOptions) throws {
        let sink = try OutputSink()
        switch format {
        case .text: try ReportText.write(report, to: sink, color: global.color)
        case .html: try sink.write(ReportHTML(report).text)
        case .json: try sink.write(ReportJSON.text(report))
        }
        try sink.finish()
    }

    private func csv(_ table: ReportTable) throws -> String {
        var bytes: [UInt8] = []
        for (index, column) in table.columns.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            CSVText.appendHeader(column.name, raw: false, to: &bytes)
        }
        bytes += "\r\n".utf8
        for row in table.rows {
            for (index, cell) in row.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                CSVText.append(cell, raw: false, to: &bytes)
            }
            bytes += "\r\n".utf8
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Field names stand in tables' names: what a file name cannot hold becomes `_`.
    private static func fileName(_ id: String) -> String {
        String(
            decoding: id.utf8.map { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: byte
                default: UInt8(ascii: "_")
                }
            }, as: UTF8.self)
    }
}

enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, html, json
}

/// Which exports, which period.
struct ReportScopeOptions: ParsableArguments {
    @OptionGroup
    var time: TimeOptions

    @Option(
        name: .customLong("export"),
        help: ArgumentHelp("Only this export. May be repeated.", valueName: "name"))
    var exports: [String] = []

    /// - Parameters:
    ///   - query: what the report is about.
    ///   - again: gives the bounds if the report is made again, so that nothing depends on the clock.
    func context(
        _ query: Query, _ arguments: [String], _ global: GlobalOptions, _ form: ReportFormOptions,
        again: ReportComparison?
    ) throws -> ReportContext {
        let times = try time.zone.format()
        let archive = try global.openArchive()
        let named = try ExportNames.scope(exports, in: archive)
        let scope = named ?? archive.exports
        let window = try TimeRangeArguments(
            from: again == nil ? time.from : again?.from, to: again == nil ? time.to : again?.to,
            last: again == nil ? time.last : nil, zone: times.zone)
        let range = try window.resolve(
            newest: window.needsNewest ? try NewestEvent.time(in: archive, exports: scope) : nil, now: SystemClock.now()
        )
        Notes.partial(scope)
        return try ReportContext(
            archive: archive, times: times,
            request: SearchRequest(
                query: query, from: range.from, to: range.to, exportIDs: named.map { Set($0.map(\.id)) },
                threads: UsableProcessors.count),
            exports: scope, arguments: arguments, tool: ToolVersion.text, title: form.title, controls: form.control,
            clock: [
                (
                    "generated_at",
                    .text(Instant(microseconds: SystemClock.now().microseconds / 1_000 * 1_000).formatted())
                ), ("archive_path", .text(archive.path)),
                ("operator", Custody.loginName.map { .text($0) } ?? .null),
                ("host", Custody.hostName.map { .text($0) } ?? .null),
            ])
    }
}

extension BucketSize {
    /// For options: lengths of time.
    static func argument(_ text: String) throws -> BucketSize {
        guard let size = parse(text) else {
            throw ValidationError("\"\(text)\" is no length of time; write 90d, 12mo or 1y")
        }
        return size
    }
}

/// Seeds of samples.
enum Seed {
    /// Small enough to be typed.
    static func new() -> UInt64 { UInt64.random(in: 1...999_999_999) }
}
