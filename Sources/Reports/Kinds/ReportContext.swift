import Archive
import Events
import QueryLanguage
import Rendering
import Search

/// What all kinds of report are made from.
public struct ReportContext: Sendable {
    public let archive: Archive
    public let log: AuditRecords
    public let times: TimeFormat
    /// Exports, window and query.
    public let request: SearchRequest
    public let exports: [ExportRecord]
    public let arguments: [String]
    public let tool: String
    public var title: String?
    public var controls: [String]
    /// What differs from run to run: when, where, by whom.
    public var clock: [(name: String, value: Cell)]

    public init(
        archive: Archive, times: TimeFormat, request: SearchRequest, exports: [ExportRecord], arguments: [String],
        tool: String, title: String?, controls: [String], clock: [(name: String, value: Cell)]
    ) throws {
        self.archive = archive
        log = try AuditRecords(archive: archive.path)
        self.times = times
        self.request = request
        self.exports = exports
        self.arguments = arguments
        self.tool = tool
        self.title = title
        self.controls = controls
        self.clock = clock
    }

    var zone: Zone { times.zone }

    func text(_ microseconds: Int64) -> String { times.text(Instant(microseconds: microseconds)) }

    func cell(_ microseconds: Int64?) -> Cell { microseconds.map { .text(text($0)) } ?? .null }

    /// The command that gives a number again.
    func command(_ subcommand: String, _ query: String, _ options: [String] = []) -> String {
        var words = ["coldtrail", subcommand, query.isEmpty ? "*" : query] + options
        if let from = request.from { words += ["--from", from.formatted()] }
        if let to = request.to { words += ["--to", to.formatted()] }
        if request.exportIDs != nil { for export in exports { words += ["--export", export.label] } }
        return words.map(ShellText.quoted).joined(separator: " ")
    }

    func scope(seed: UInt64? = nil, asOf: Instant? = nil) -> ReportScope {
        ReportScope(
            from: request.from.map(times.text), to: request.to.map(times.text), asOf: asOf.map(times.text),
            zone: zone.name, exports: exports.map(\.label), query: request.query.canonical, seed: seed,
            coveredFirst: exports.compactMap(\.minTime).min().map(text),
            coveredLast: exports.compactMap(\.maxTime).max().map(text))
    }

    func report(
        _ kind: ReportKind, title: String, scope: ReportScope, sections: [ReportSection],
        clock more: [(name: String, value: Cell)] = []
    ) -> Report {
        Report(
            kind: kind, title: self.title ?? title, controls: controls, arguments: arguments, tool: tool, scope: scope,
            archive: ArchiveState(head: log.head, exports: exports), sections: sections, clock: clock + more)
    }

    func counts(by grouping: Grouping, _ request: SearchRequest? = nil) throws -> GroupCounts {
        let counts = try Searcher(archive: archive, request: request ?? self.request).counts(by: grouping)
        try check(counts.lost)
        return counts
    }

    /// A report with holes would be worse than none.
    func check(_ lost: [LostEvents]) throws {
        guard let loss = lost.first else { return }
        throw ArchiveError(
            .damaged, "\(loss.label): events cannot be read: \(loss.reason)", path: archive.path,
            remedy: "run `coldtrail verify`; make the report from a sound copy of the archive")
    }

    /// The fields that tell apart where events come from, the most telling first.
    public static let usualSources = ["sekoiaio.intake.uuid", "event.dialect", "host.name"]

    /// The first of the usual fields that an event in scope has.
    func sourceField() throws -> String? {
        try Self.usualSources.first { try hasField($0) }
    }

    func hasField(_ name: String) throws -> Bool {
        let ids = Set(exports.map(\.id))
        for partition in archive.partitions where ids.contains(partition.exportID) && partition.events > 0 {
            if let field = try archive.open(partition).field(named: name), field.events > 0 { return true }
        }
        return false
    }
}

extension [UInt8]? {
    var reportCell: Cell { map { .bytes($0) } ?? .text("(none)") }
}
