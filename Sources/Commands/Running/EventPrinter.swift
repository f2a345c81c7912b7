import Archive
import Events
import Rendering
import Search

/// Writes hits in the format that was asked for.
struct EventPrinter {
    private enum Shape {
        /// The lines themselves.
        case events
        case ids
        case rows(EventRow)
    }

    private let shape: Shape
    private var events: EventWriter
    /// Set for rows.
    private var rows: RowWriter?
    private let context: Int
    private let fetcher: EventFetcher
    private let eventTimes: EventTimes
    /// Rows with neighbours have a column that points at the hit.
    private let marksHits: Bool
    private var isFirst = true

    /// - Parameters:
    ///   - columns: nil for the default ones: time, citation, event.
    ///   - context: lines before and after each hit.
    init(
        format: Format, columns: [String]?, sink: OutputSink, archive: Archive, times: TimeFormat, context: Int,
        options: RowOptions
    ) throws {
        self.context = context
        fetcher = EventFetcher(archive: archive)
        eventTimes = EventTimes(archive: archive)
        events = EventWriter(sink: sink)
        marksHits = context > 0 && format == .table
        switch format {
        case .ids:
            shape = .ids
        case .raw:
            shape = .events
        case .jsonl where columns == nil:
            shape = .events
        case .table, .csv, .tsv, .jsonl, .json:
            let row = EventRow(columns: columns, times: times)
            shape = .rows(row)
            let names = marksHits ? [OutputColumn(" ")] + row.columns : row.columns
            rows = try RowWriter(columns: names, format: format, sink: sink, options: options)
        }
    }

    /// - Parameter line: the event's bytes without the line feed.
    mutating func write(_ hit: Hit, _ line: UnsafeRawBufferPointer) throws {
        guard context > 0 else { return try put(hit.export, hit.line, hit.time, line, isHit: true) }
        try separate()
        for found in try fetcher.line(hit.line, of: hit.export, context: context) {
            let isHit = found.line == hit.line
            let time = isHit ? hit.time : marksHits ? try eventTimes.time(of: found.line, in: hit.export) : nil
            try found.bytes.withUnsafeBytes { try put(hit.export, found.line, time, $0, isHit: isHit) }
        }
    }

    mutating func finish() throws {
        try rows?.finish()
    }

    /// An empty row between the neighbourhoods of a table.
    private mutating func separate() throws {
        if case .rows(let row) = shape, marksHits, !isFirst {
            try rows?.write(Array(repeating: .null, count: row.columns.count + 1))
        }
        isFirst = false
    }

    private mutating func put(
        _ export: ExportRecord, _ number: UInt64, _ time: Instant?, _ line: UnsafeRawBufferPointer, isHit: Bool
    ) throws {
        switch shape {
        case .events: try events.write(event: line)
        case .ids: try events.write(label: export.label, lineNumber: Int(clamping: number))
        case .rows(let row):
            var cells = row.cells(export: export, line: number, time: time, bytes: line)
            if marksHits { cells.insert(.text(isHit ? ">" : ""), at: 0) }
            try rows?.write(cells)
        }
    }
}
