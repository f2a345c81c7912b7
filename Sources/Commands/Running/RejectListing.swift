import Archive
import Rendering

/// Writes rejects in the format that was asked for.
struct RejectListing {
    private enum Shape {
        case raw
        case ids
        case rows
    }

    /// A line of a row whose other parts have not come yet.
    private struct Row {
        var record: OtherRecord
        var bytes: [UInt8] = []
        var length = 0
    }

    /// Bytes of a reject in a row; the whole line is for `--format raw`.
    private static let rowBytes = 64 << 10
    private static let tableBytes = 200

    private let shape: Shape
    private let sink: OutputSink
    private let limit: Int
    private var events: EventWriter
    /// Set for rows.
    private var rows: RowWriter?
    private var row: Row?

    init(format: Format, sink: OutputSink, options: RowOptions) throws {
        self.sink = sink
        limit = format == .table ? Self.tableBytes : Self.rowBytes
        events = EventWriter(sink: sink)
        switch format {
        case .raw: shape = .raw
        case .ids: shape = .ids
        case .table, .csv, .tsv, .json, .jsonl:
            shape = .rows
            let columns = [
                OutputColumn("export"), OutputColumn("line", .right), OutputColumn("offset", .right),
                OutputColumn("reason"), OutputColumn("length", .right), OutputColumn("bytes"),
            ]
            rows = try RowWriter(columns: columns, format: format, sink: sink, options: options)
        }
    }

    /// Takes a reject or the next part of a huge one.
    mutating func add(_ part: OtherRecord, of export: ExportRecord) throws {
        switch shape {
        case .raw:
            try part.bytes.withUnsafeBytes { bytes in
                // A terminal gets each part made visible, on a line of its own.
                if part.isContinued, !sink.isTerminal { return try sink.writeVerbatim(bytes) }
                try events.write(event: bytes)
            }
        case .ids:
            if !part.isContinued { try events.write(label: export.label, lineNumber: Int(clamping: part.line)) }
        case .rows:
            var row = self.row ?? Row(record: part)
            row.bytes += part.bytes.prefix(limit - row.bytes.count)
            row.length += part.bytes.count
            self.row = part.isContinued ? row : nil
            if !part.isContinued { try write(row, of: export) }
        }
    }

    mutating func finish() throws {
        try rows?.finish()
    }

    private mutating func write(_ row: Row, of export: ExportRecord) throws {
        let isCut = row.length > row.bytes.count
        try rows?.write([
            .text(export.label), .integer(Int(clamping: row.record.line)), .integer(Int(clamping: row.record.offset)),
            .text(row.record.kind.explanation), .integer(row.length),
            .bytes(isCut ? row.bytes + Array("…".utf8) : row.bytes),
        ])
    }
}
