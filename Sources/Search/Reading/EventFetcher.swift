import Archive

/// A line of an export as it is archived.
public struct ArchivedLine: Sendable {
    public enum Content: Sendable, Equatable {
        case event
        /// Not an event: why.
        case other(OtherKind)
    }

    /// From 1.
    public var line: UInt64
    public var content: Content
    /// The line's exact bytes without the line feed.
    public var bytes: [UInt8]
}

/// Gets single lines of an export with their neighbours, rejects and blank lines included.
public final class EventFetcher {
    private let archive: Archive
    private let pool: ReaderPool

    public init(archive: Archive) {
        self.archive = archive
        pool = ReaderPool(archive)
    }

    /// The line; nil if the export has no such line.
    ///
    /// - Throws: `ArchiveError`, `.damaged` if the block with the line cannot be read.
    public func line(_ line: UInt64, of export: ExportRecord) throws -> ArchivedLine? {
        try lines(line...line, of: export).first
    }

    /// A line with up to `context` lines before and after it, ascending; empty if the export has no such line.
    public func line(_ line: UInt64, of export: ExportRecord, context: Int) throws -> [ArchivedLine] {
        guard line >= 1, line <= export.lines else { return [] }
        let context = UInt64(max(0, context))
        let low = line > context ? line - context : 1
        let (sum, overflow) = line.addingReportingOverflow(context)
        return try lines(max(1, low)...min(export.lines, overflow ? .max : sum), of: export)
    }

    /// All lines of a range, ascending. They are all in memory at once.
    public func lines(_ range: ClosedRange<UInt64>, of export: ExportRecord) throws -> [ArchivedLine] {
        var found: [ArchivedLine] = []
        for partition in archive.partitions(of: export) {
            if partition.events > 0, partition.firstLine <= range.upperBound, partition.lastLine >= range.lowerBound {
                try appendEvents(of: partition, in: range, to: &found)
            }
            if partition.holdsRemainder { try appendOthers(of: partition, in: range, to: &found) }
        }
        return found.sorted { $0.line < $1.line }
    }

    private func appendEvents(
        of partition: PartitionRecord, in range: ClosedRange<UInt64>, to found: inout [ArchivedLine]
    ) throws {
        let reader = try pool.reader(of: partition)
        var event = try firstEvent(atOrAfter: range.lowerBound, reader)
        var last = event
        while last < reader.events, try reader.line(of: last + 1) <= range.upperBound { last += 1 }
        let lines = OrderedLines(reader)
        while event <= reader.events {
            let line = try reader.line(of: event)
            if line > range.upperBound { return }
            found.append(
                ArchivedLine(
                    line: line, content: .event, bytes: try lines.withLine(event, through: last) { Array($0) }))
            event += 1
        }
    }

    /// The first event whose line is not smaller; one beyond the last event if there is none.
    private func firstEvent(atOrAfter line: UInt64, _ reader: PartitionReader) throws -> Int {
        var low = 1
        var high = reader.events + 1
        while low < high {
            let middle = (low + high) / 2
            if try reader.line(of: middle) < line { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func appendOthers(
        of partition: PartitionRecord, in range: ClosedRange<UInt64>, to found: inout [ArchivedLine]
    ) throws {
        struct Beyond: Error {}
        let first = found.count
        do {
            try pool.reader(of: partition).forEachOther { record in
                if record.line > range.upperBound { throw Beyond() }
                guard record.line >= range.lowerBound else { return }
                if record.part > 0, found.count > first, found[found.count - 1].line == record.line {
                    found[found.count - 1].bytes.append(contentsOf: record.bytes)
                } else {
                    found.append(ArchivedLine(line: record.line, content: .other(record.kind), bytes: record.bytes))
                }
            }
        } catch is Beyond {}
    }
}
