import Archive

/// Walks over one partition's events in line order, one block in memory at a time.
final class LineCursor {
    private let archive: Archive
    private let partition: PartitionRecord
    /// Close the file between blocks: for exports whose lines are spread over many partitions.
    var isThrifty = false

    private var reader: PartitionReader?
    private var readerChunk = -1
    private var block: LoadedBlock?
    private var lines: [UInt64] = []
    private var nextBlock = 0
    private var event = 0

    init(_ archive: Archive, _ partition: PartitionRecord) {
        self.archive = archive
        self.partition = partition
    }

    /// The line at which the cursor stands; nil at the end.
    private(set) var line: UInt64?

    /// Goes to the first or next event.
    func advance() throws {
        event += 1
        if block.map({ event >= $0.firstEvent + $0.events }) ?? true { try loadBlock() }
        guard let block else {
            line = nil
            return
        }
        let next = lines[event - block.firstEvent]
        if let line, next <= line { throw ArchiveError(.damaged, "line numbers do not ascend", path: partition.file) }
        line = next
    }

    /// The present line's bytes.
    func withLine(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try block?.withLine(event, body)
    }

    private func loadBlock() throws {
        block = nil
        let reader = try openReader()
        guard nextBlock < (try reader.blocks().count) else {
            self.reader = nil
            return
        }
        let loaded = try reader.load(block: nextBlock)
        nextBlock += 1
        lines.removeAll(keepingCapacity: true)
        for event in loaded.firstEvent..<loaded.firstEvent + loaded.events { lines.append(try reader.line(of: event)) }
        block = loaded
        if isThrifty { self.reader = nil }
    }

    /// A reader keeps the series it has read, so it is renewed for each chunk of them.
    private func openReader() throws -> PartitionReader {
        let chunk = event / PartitionFormat.seriesChunk
        if let reader, chunk == readerChunk { return reader }
        let opened = try archive.open(partition)
        reader = opened
        readerChunk = chunk
        return opened
    }
}
