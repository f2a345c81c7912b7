import Archive

/// Walks over one partition's events in line order.
final class LineCursor {
    /// Bytes of lines that all cursors of a restore read ahead.
    private static let mostBytes = 96 << 20
    /// Events whose line numbers are held.
    private static let linesHeld = 8_192

    private let archive: Archive
    private let partition: PartitionRecord
    /// Cursors that stand side by side: each reads ahead its share.
    var neighbours = 1 {
        didSet { source.mostBytes = Self.mostBytes / max(1, neighbours) }
    }
    /// Close the file between reads: for exports whose lines are spread over many partitions.
    var isThrifty = false {
        didSet { source.keepsOpen = !isThrifty }
    }

    private let source: OrderedLines
    private var lines: [UInt64] = []
    /// The event of the first of `lines`.
    private var first = 1
    private var event = 0

    init(_ archive: Archive, _ partition: PartitionRecord) {
        self.archive = archive
        self.partition = partition
        source = OrderedLines(opening: { try archive.open(partition) })
    }

    /// The line at which the cursor stands; nil at the end.
    private(set) var line: UInt64?

    /// Goes to the first or next event.
    func advance() throws {
        event += 1
        if event - first >= lines.count { try readNumbers() }
        guard event - first < lines.count else {
            line = nil
            source.close()
            return
        }
        let next = lines[event - first]
        if let line, next <= line { throw ArchiveError(.damaged, "line numbers do not ascend", path: partition.file) }
        line = next
    }

    /// The present line's bytes.
    func withLine(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try source.withLine(event, body)
    }

    /// A reader keeps the series it has read, so a new one is opened for each stretch of them.
    private func readNumbers() throws {
        let reader = try archive.open(partition)
        first = event
        lines.removeAll(keepingCapacity: true)
        for event in event..<min(event + Self.linesHeld, reader.events + 1) { lines.append(try reader.line(of: event)) }
    }
}
