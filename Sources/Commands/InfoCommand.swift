import ArgumentParser
import Archive
import Events
import Rendering

/// `coldtrail info`
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Print the archive's totals."
    ).parsedAlone

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var zone: ZoneOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let times = try zone.format()
        let archive = try global.openArchive()
        let totals = ArchiveTotals(archive, head: try AuditRecords(archive: archive.path).head)
        let sink = try output.openSink()
        switch rows.format {
        case .table:
            var writer = try rows.rows(
                [OutputColumn("archive"), OutputColumn(archive.path)], sink: sink, color: global.color)
            for (name, value) in totals.forEyes(times) { try writer.write([.text(name), .text(value)]) }
            try writer.finish()
        case .csv, .tsv, .json, .jsonl, .raw, .ids:
            let cells = totals.cells(times)
            var writer = try rows.rows(
                cells.map { OutputColumn($0.key) }, sink: sink, color: global.color, partial: totals.partial > 0)
            try writer.write(cells.map(\.value))
            try writer.finish()
        }
        try sink.finish()
        Notes.partial(archive.exports)
    }
}

/// Sums over all exports.
struct ArchiveTotals {
    let path: String
    let exports: Int
    let partial: Int
    let partitions: Int
    let events: Int
    let lines: Int
    let rejects: Int
    let blanks: Int
    let undated: Int
    let contentBytes: Int
    let sourceBytes: Int
    /// Bytes of the partitions.
    let archiveBytes: Int
    let first: Instant?
    let last: Instant?
    /// Of the audit log.
    let head: String

    init(_ archive: Archive, head: String) {
        self.head = head
        func sum(_ value: (ExportRecord) -> UInt64) -> Int {
            archive.exports.reduce(0) { $0 + Int(clamping: value($1)) }
        }
        path = archive.path
        exports = archive.exports.count
        partial = archive.exports.count(where: \.isPartial)
        partitions = archive.partitions.count
        events = sum(\.events)
        lines = sum(\.lines)
        rejects = sum(\.rejects)
        blanks = sum(\.blanks)
        undated = sum(\.undated)
        contentBytes = sum(\.contentBytes)
        sourceBytes = sum(\.sourceBytes)
        archiveBytes = archive.partitions.reduce(0) { $0 + Int(clamping: $1.bytes) }
        first = archive.exports.compactMap(\.minTime).min().map { Instant(microseconds: $0) }
        last = archive.exports.compactMap(\.maxTime).max().map { Instant(microseconds: $0) }
    }

    /// Archive bytes over downloaded bytes; nil if nothing was downloaded.
    var ratio: Double? { sourceBytes > 0 ? Double(archiveBytes) / Double(sourceBytes) : nil }

    func cells(_ times: TimeFormat) -> [(key: String, value: Cell)] {
        [
            ("archive", .text(path)), ("exports", .integer(exports)), ("partial_exports", .integer(partial)),
            ("partitions", .integer(partitions)), ("events", .integer(events)), ("lines", .integer(lines)),
            ("rejects", .integer(rejects)), ("blanks", .integer(blanks)), ("undated", .integer(undated)),
            ("first", times.cell(first)), ("last", times.cell(last)), ("content_bytes", .integer(contentBytes)),
            ("source_bytes", .integer(sourceBytes)), ("archive_bytes", .integer(archiveBytes)),
            ("ratio", ratio.map { .double(($0 * 10_000).rounded() / 10_000) } ?? .null), ("audit_head", .text(head)),
        ]
    }

    func forEyes(_ times: TimeFormat) -> [(name: String, value: String)] {
        let share = ratio.map { " (\(HumanText.fixed($0))× the downloads)" } ?? ""
        return [
            ("exports", HumanText.grouped(exports) + (partial > 0 ? " (\(partial) partial)" : "")),
            ("events", HumanText.grouped(events)),
            ("rejects", HumanText.grouped(rejects)),
            ("blank lines", HumanText.grouped(blanks)),
            ("undated", HumanText.grouped(undated)),
            ("first event", first.map { "\(times.text($0)) (\(times.zone.name))" } ?? "none"),
            ("last event", last.map { "\(times.text($0)) (\(times.zone.name))" } ?? "none"),
            ("content", HumanText.bytes(contentBytes)),
            ("downloads", HumanText.bytes(sourceBytes)),
            ("partitions", "\(HumanText.grouped(partitions)), \(HumanText.bytes(archiveBytes))\(share)"),
            ("audit log head", head),
        ]
    }
}
