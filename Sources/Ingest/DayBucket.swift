import Archive

/// An event waiting for its partition.
struct EventRow: BitwiseCopyable, Sendable {
    var line: UInt64
    /// Microseconds, or `undatedTime`.
    var time: Int64
    var nanoseconds: Int32
    /// Bytes of the line without its line feed.
    var length: UInt32
}

/// Consecutive events of a partition, on their way to a worker.
final class EventRun: @unchecked Sendable {
    var memory: RawMemory
    var rows: ContiguousArray<EventRow>

    init(memory: RawMemory, rows: ContiguousArray<EventRow>) {
        self.memory = memory
        self.rows = rows
    }
}

/// The events of one UTC day that are not yet in a chunk, in line order; parts may lie in the spill file.
struct DayBucket {
    private struct Extent {
        var at: UInt64
        var bytes: Int
        var rowsAt: UInt64
        var rows: Int
    }

    /// Room for a span with its last line, in bytes.
    static let fullCapacity = CutRules.spanBytes + (64 << 10)

    /// Of memory for so many bytes: one that comes back if it is about a span.
    static func capacity(for bytes: Int) -> Int {
        bytes > CutRules.spanBytes / 4 * 3 ? max(bytes, fullCapacity) : bytes
    }

    private var extents: [Extent] = []
    private var memory: RawMemory?
    private var rows: ContiguousArray<EventRow> = []
    /// Bytes of all waiting lines with their line feeds.
    private(set) var rawBytes = 0
    private(set) var events = 0

    /// Bytes that a spill would free.
    var memoryBytes: Int { (memory?.capacity ?? 0) + rows.count * MemoryLayout<EventRow>.stride }

    /// Appends a line and returns by how many bytes the memory use grew.
    mutating func append(_ line: UnsafePointer<UInt8>, _ row: EventRow) -> Int {
        let before = memoryBytes
        let length = Int(row.length)
        let needed = (memory?.count ?? 0) + length + 1
        if needed > memory?.capacity ?? 0 { grow(to: needed) }
        if let memory {
            (memory.base + memory.count).update(from: line, count: length)
            memory.base[memory.count + length] = 0x0A
            memory.count += length + 1
        }
        rows.append(row)
        rawBytes += length + 1
        events += 1
        return memoryBytes - before
    }

    /// Takes room for a whole span if some is kept: so much is filled and given back again and again. Else it doubles, and
    /// from a quarter of a span on grows by quarters, since many days may wait for long.
    private mutating func grow(to needed: Int) {
        let old = memory
        let present = old?.capacity ?? 1024
        let quarter = CutRules.spanBytes / 4
        let grown = max(needed, present < quarter ? min(present * 2, quarter) : present + quarter)
        let kept = grown < Self.fullCapacity ? RawMemory.kept(capacity: Self.fullCapacity) : nil
        let new = kept ?? RawMemory(capacity: needed <= Self.fullCapacity ? Self.capacity(for: grown) : grown)
        if let old {
            new.base.update(from: old.base, count: old.count)
            new.count = old.count
        }
        memory = new
    }

    /// Moves what is in memory to disk.
    mutating func spill(to file: SpillFile) throws {
        guard let memory, memory.count > 0 else { return }
        let at = try file.append(UnsafeRawBufferPointer(start: memory.base, count: memory.count))
        let rowsAt = try rows.withUnsafeBytes { try file.append($0) }
        extents.append(Extent(at: at, bytes: memory.count, rowsAt: rowsAt, rows: rows.count))
        self.memory = nil
        rows = []
    }

    /// Takes everything out, in line order.
    mutating func take(from file: SpillFile?) throws -> EventRun {
        if extents.isEmpty, let memory {
            let run = EventRun(memory: memory, rows: rows)
            self = DayBucket()
            return run
        }
        let all = RawMemory(capacity: Self.capacity(for: rawBytes))
        var allRows = ContiguousArray<EventRow>()
        allRows.reserveCapacity(events)
        for extent in extents {
            guard let file else { break }
            try file.read(
                at: extent.at, into: UnsafeMutableRawBufferPointer(start: all.base + all.count, count: extent.bytes))
            all.count += extent.bytes
            var rows = ContiguousArray(
                repeating: EventRow(line: 0, time: 0, nanoseconds: 0, length: 0), count: extent.rows)
            try rows.withUnsafeMutableBytes { try file.read(at: extent.rowsAt, into: $0) }
            allRows.append(contentsOf: rows)
            file.release(extent.at..<extent.at + UInt64(extent.bytes))
        }
        if let memory {
            (all.base + all.count).update(from: memory.base, count: memory.count)
            all.count += memory.count
            allRows.append(contentsOf: rows)
        }
        self = DayBucket()
        return EventRun(memory: all, rows: allRows)
    }
}

/// Where partitions, spans and chunks are cut. Everything depends on lines and bytes alone, so the same input gives the
/// same files for any number of workers and any memory.
enum CutRules {
    /// Raw bytes from which a day gets a partition of its own; smaller days share one with their neighbours.
    static let ownPartition = 16 << 20
    /// A span is closed when it has this many raw bytes or events: lines that are alike are put together within one.
    static let spanBytes = 16 << 20
    static let spanEvents = 32_768
    /// A chunk is closed when it has this many raw bytes or events, and at a span's end: its terms fit the second-level cache.
    static let chunkBytes = 4 << 20
    static let chunkEvents = 8_192
    /// A partition is closed when it has this many raw bytes or events.
    static let partitionBytes = 1 << 30
    static let partitionEvents = 1 << 22
    /// Raw bytes of a block.
    static let blockBytes = 256 << 10
    /// The same where lines that are alike stand together: less is enough then. A span has at most 256 of these blocks.
    static let sortedBlockBytes = 72 << 10
    /// The same where they are also written by a model, and few bytes are left of a block.
    static let modelledBlockBytes = 128 << 10

    /// Cuts a run into full spans; what does not fill one is returned last with `isFull` false.
    static func spans(_ run: EventRun) -> [(run: EventRun, isFull: Bool)] {
        let cuts = cut(run.rows, bytes: spanBytes, events: spanEvents)
        if cuts.count == 1 { return [(run, cuts[0].isFull)] }
        var start = 0
        return cuts.map { rows, bytes, isFull in
            let memory = RawMemory(capacity: DayBucket.capacity(for: bytes))
            memory.base.update(from: run.memory.base + start, count: bytes)
            memory.count = bytes
            start += bytes
            return (EventRun(memory: memory, rows: ContiguousArray(run.rows[rows])), isFull)
        }
    }

    /// Cuts a span's events into chunks.
    static func chunks(_ rows: ContiguousArray<EventRow>) -> [Range<Int>] {
        cut(rows, bytes: chunkBytes, events: chunkEvents).map(\.rows)
    }

    private static func cut(
        _ rows: ContiguousArray<EventRow>, bytes most: Int, events: Int
    ) -> [(rows: Range<Int>, bytes: Int, isFull: Bool)] {
        var cuts: [(rows: Range<Int>, bytes: Int, isFull: Bool)] = []
        var bytes = 0
        var first = 0
        for (i, row) in rows.enumerated() {
            bytes += Int(row.length) + 1
            let isFull = bytes >= most || i - first + 1 >= events
            if isFull || i == rows.count - 1 {
                cuts.append((first..<i + 1, bytes, isFull))
                bytes = 0
                first = i + 1
            }
        }
        return cuts
    }
}
