import ArgumentParser
import Archive
import Events
import Rendering

/// `coldtrail exports`
struct ExportsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exports",
        abstract: "List the exports of the archive: label, file, SHA-256, events, rejects, time range, fields, sizes."
    ).parsedAlone

    @Flag(help: "Who archived each export, when and from where, with digests and counts, from the audit log.")
    var custody = false

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
        if custody { return try CustodyListing(archive: archive, times: times).write(rows, output, global) }
        let sink = try output.openSink()
        let listing = ExportListing(archive: archive, times: times, isForEyes: rows.format == .table)
        var writer = try rows.rows(listing.columns, sink: sink, color: global.color)
        for export in archive.exports { try writer.write(listing.cells(export)) }
        try writer.finish()
        try sink.finish()
        Notes.partial(archive.exports)
    }
}

/// The columns of `exports`.
struct ExportListing {
    let archive: Archive
    let times: TimeFormat
    /// Sizes in units and the columns that matter most; else all of them, exact.
    let isForEyes: Bool

    var columns: [OutputColumn] {
        isForEyes
            ? [
                OutputColumn("label"), OutputColumn("state"), OutputColumn("events", .right),
                OutputColumn("rejects", .right), OutputColumn("first"), OutputColumn("last"),
                OutputColumn("content", .right), OutputColumn("download", .right), OutputColumn("archive", .right),
                OutputColumn("fields"), OutputColumn("file"), OutputColumn("sha256"),
            ]
            : [
                OutputColumn("label"), OutputColumn("file"), OutputColumn("sha256"), OutputColumn("source_sha256"),
                OutputColumn("state"), OutputColumn("partial"), OutputColumn("events", .right),
                OutputColumn("lines", .right), OutputColumn("rejects", .right), OutputColumn("blanks", .right),
                OutputColumn("undated", .right), OutputColumn("first"), OutputColumn("last"), OutputColumn("fields"),
                OutputColumn("content_bytes", .right), OutputColumn("source_bytes", .right),
                OutputColumn("archive_bytes", .right), OutputColumn("partitions", .right), OutputColumn("job_id"),
                OutputColumn("note"), OutputColumn("ingested_at"), OutputColumn("tool_version"),
                OutputColumn("merkle_root"), OutputColumn("damage"), OutputColumn("verified_lines", .right),
            ]
    }

    func cells(_ export: ExportRecord) -> [Cell] {
        let partitions = archive.partitions(of: export)
        let bytes = partitions.reduce(0) { $0 + $1.bytes }
        let first = times.cell(export.minTime.map { Instant(microseconds: $0) })
        let last = times.cell(export.maxTime.map { Instant(microseconds: $0) })
        if isForEyes {
            return [
                .text(export.label), .text(export.state), count(export.events), count(export.rejects), first, last,
                size(export.contentBytes), size(export.sourceBytes), size(bytes),
                .text(export.fields?.joined(separator: ",") ?? "all"), .text(export.fileName),
                .text(Hex.text(export.digest)),
            ]
        }
        return [
            .text(export.label), .text(export.fileName), .text(Hex.text(export.digest)),
            .text(Hex.text(export.sourceDigest)), .text(export.state), .boolean(export.isPartial),
            integer(export.events), integer(export.lines), integer(export.rejects), integer(export.blanks),
            integer(export.undated), first, last, export.fields.map { .list($0.map { .text($0) }) } ?? .null,
            integer(export.contentBytes), integer(export.sourceBytes), integer(bytes), .integer(partitions.count),
            export.jobID.map { .text($0) } ?? .null, export.note.map { .text($0) } ?? .null,
            times.cell(Instant(microseconds: export.ingestedAt)), .text(export.toolVersion),
            .text(Hex.text(export.merkleRoot)), export.damage.map { .text($0.detail) } ?? .null,
            integer(export.damage?.verifiedLines ?? export.lines),
        ]
    }

    private func integer(_ value: UInt64) -> Cell { .integer(Int(clamping: value)) }
    private func count(_ value: UInt64) -> Cell { .text(HumanText.grouped(Int(clamping: value))) }
    private func size(_ value: UInt64) -> Cell { .text(HumanText.bytes(Int(clamping: value))) }
}

extension ExportRecord {
    /// `complete`; `partial`: content is missing or unverified; `damaged`: whole, with garbage after it.
    var state: String {
        damage.map { $0.isPartial ? "partial" : "damaged" } ?? "complete"
    }
}
