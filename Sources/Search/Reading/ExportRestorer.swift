import Archive

/// Gives back an export's content byte for byte.
public struct ExportRestorer {
    /// More partitions than this at a time are closed between blocks.
    private static let manyPartitions = 8

    private let archive: Archive

    public init(archive: Archive) {
        self.archive = archive
    }

    /// Hands out the content in order, in pieces that are valid only during the call.
    ///
    /// The caller compares the SHA-256 of what it got with `export.digest`; here only the number of lines is checked.
    /// - Throws: `ArchiveError.damaged` if lines are missing or double, or a block cannot be read; what `body` throws.
    public func restore(_ export: ExportRecord, to body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var merger = LineMerger(archive: archive, export: export, manyPartitions: Self.manyPartitions)
        let others = archive.partitions(of: export).filter(\.holdsRemainder)
        for partition in others {
            // Lines that are not events are in file order; the events before each of them come first.
            try archive.open(partition).forEachOther { record in
                if record.part == 0 { try merger.writeEvents(before: record.line, to: body) }
                try merger.write(record, to: body)
            }
        }
        try merger.writeEvents(before: .max, to: body)
        guard merger.linesWritten == export.lines else {
            throw ArchiveError(
                .damaged, "\(export.label): \(merger.linesWritten) of \(export.lines) lines are there",
                path: archive.path, remedy: "run `coldtrail verify`")
        }
    }
}

/// Merges the partitions' events by line number.
private struct LineMerger {
    private let archive: Archive
    private let export: ExportRecord
    private let manyPartitions: Int
    /// Not yet begun, by first line, the smallest last.
    private var waiting: [PartitionRecord]
    private var active: [LineCursor] = []
    private(set) var linesWritten: UInt64 = 0
    private let lineFeed: [UInt8] = [0x0A]

    init(archive: Archive, export: ExportRecord, manyPartitions: Int) {
        self.archive = archive
        self.export = export
        self.manyPartitions = manyPartitions
        waiting = archive.partitions(of: export).filter { $0.events > 0 }.sorted { $0.firstLine > $1.firstLine }
    }

    mutating func writeEvents(before limit: UInt64, to body: (UnsafeRawBufferPointer) throws -> Void) throws {
        while true {
            let next = linesWritten + 1
            if next >= limit { return }
            while let partition = waiting.last, partition.firstLine <= next {
                waiting.removeLast()
                let cursor = LineCursor(archive, partition)
                try cursor.advance()
                if cursor.line != nil { active.append(cursor) }
                for cursor in active {
                    cursor.neighbours = active.count
                    cursor.isThrifty = active.count > manyPartitions
                }
            }
            guard let place = active.firstIndex(where: { $0.line == next }) else {
                if active.isEmpty, waiting.isEmpty, limit == .max { return }
                throw ArchiveError(.damaged, "\(export.label): line \(next) is missing", path: archive.path)
            }
            let cursor = active[place]
            // Most often the next line is from the same partition.
            while let line = cursor.line, line == linesWritten + 1, line < limit {
                try cursor.withLine(body)
                try endLine(to: body)
                try cursor.advance()
            }
            if cursor.line == nil { active.remove(at: place) }
        }
    }

    mutating func write(_ record: OtherRecord, to body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard record.line == linesWritten + 1 else {
            throw ArchiveError(.damaged, "\(export.label): line \(record.line) is out of place", path: archive.path)
        }
        try record.bytes.withUnsafeBytes(body)
        if !record.isContinued { try endLine(to: body) }
    }

    private mutating func endLine(to body: (UnsafeRawBufferPointer) throws -> Void) throws {
        linesWritten += 1
        if linesWritten < export.lines || export.endsWithNewline { try lineFeed.withUnsafeBytes(body) }
    }
}
