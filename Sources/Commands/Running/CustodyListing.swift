import Archive
import Events
import Rendering

/// `exports --custody`: for each export what the audit log and the catalog say of its origin.
struct CustodyListing {
    let archive: Archive
    let times: TimeFormat

    /// The members of an export's custody, in the order in which they are read best.
    static func facts(
        of export: ExportRecord, _ record: [String: String], _ times: TimeFormat
    ) -> [(key: String, value: Cell)] {
        func recorded(_ key: String) -> Cell { record[key].map { .text($0) } ?? .null }
        func integer(_ value: UInt64) -> Cell { .integer(Int(clamping: value)) }
        return [
            ("label", .text(export.label)), ("action", recorded("action")),
            ("ingested_at", times.cell(Instant(microseconds: export.ingestedAt))), ("operator", recorded("operator")),
            ("host", recorded("host")), ("tool_version", .text(export.toolVersion)), ("build", recorded("build")),
            ("file", .text(export.fileName)),
            ("path", recorded("path")), ("acquired_at", recorded("acquired_at")),
            ("acquired_from", recorded("acquired_from")), ("job_id", export.jobID.map { .text($0) } ?? .null),
            ("case_id", recorded("case_id")), ("note", export.note.map { .text($0) } ?? .null),
            ("source_sha256", .text(Hex.text(export.sourceDigest))), ("source_bytes", integer(export.sourceBytes)),
            ("content_sha256", .text(Hex.text(export.digest))), ("content_bytes", integer(export.contentBytes)),
            ("merkle_root", .text(Hex.text(export.merkleRoot))), ("lines", integer(export.lines)),
            ("events", integer(export.events)), ("rejects", integer(export.rejects)),
            ("blanks", integer(export.blanks)), ("undated", integer(export.undated)), ("state", .text(export.state)),
            ("damage", export.damage.map { .text($0.detail) } ?? .null), ("kept_source", recorded("kept_source")),
        ]
    }

    func write(_ rows: RowFormatOptions, _ output: OutputOptions, _ global: GlobalOptions) throws {
        let log = try AuditRecords(archive: archive.path)
        let live = log.liveExports
        let all = archive.exports.map { Self.facts(of: $0, live[Hex.text($0.digest)] ?? [:], times) }
        let sink = try output.openSink()
        switch rows.format {
        case .table:
            var writer = try rows.rows([OutputColumn("custody"), OutputColumn("")], sink: sink, color: global.color)
            for facts in all {
                for (key, value) in facts where !value.isNull { try writer.write([.text(key), value]) }
                try writer.write([.null, .null])
            }
            try writer.write([.text("head"), .text(log.head)])
            try writer.finish()
        case .csv, .tsv, .json, .jsonl, .raw, .ids:
            let names = archive.exports.isEmpty ? [] : all[0].map(\.key)
            var writer = try rows.rows(names.map { OutputColumn($0) }, sink: sink, color: global.color)
            for facts in all { try writer.write(facts.map(\.value)) }
            try writer.finish()
        }
        try sink.finish()
        Notes.partial(archive.exports)
    }
}
