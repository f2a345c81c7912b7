#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A place in a chunk's sorted term run.
///
/// A record: length (1 byte), folded bytes, then SQLite varints: events, first event, last event (numbers inside the
/// chunk, from 1), bytes of deltas; then the deltas themselves, coded as the segment has them. The memory belongs to
/// `RunWindow`; at least 16 bytes behind `end` are readable.
struct RunCursor: BitwiseCopyable {
    /// The next record.
    private(set) var at: UnsafePointer<UInt8>
    private(set) var end: UnsafePointer<UInt8>
    /// Events of the partition before this chunk.
    let rowBase: UInt64

    private(set) var term: UnsafePointer<UInt8>
    private(set) var termLength = 0
    /// The first eight bytes, big-endian, filled with zeros, and the next eight.
    private(set) var low: UInt64 = 0
    private(set) var high: UInt64 = 0
    private(set) var count = 0
    private(set) var first: UInt64 = 0
    private(set) var last: UInt64 = 0
    private(set) var deltas: UnsafePointer<UInt8>
    private(set) var deltaBytes = 0

    init(_ bytes: UnsafeRawBufferPointer, rowBase: UInt64) {
        guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { preconditionFailure("a run has memory") }
        at = base
        end = base + bytes.count
        term = base
        deltas = base
        self.rowBase = rowBase
    }

    /// Bytes that have not been read.
    var unread: Int { end - at }

    /// Goes on in other memory.
    mutating func move(to bytes: UnsafeRawBufferPointer) {
        self = RunCursor(bytes, rowBase: rowBase)
    }

    /// Reads the next record; false at the end. A run that was read back wrongly from disk ends the process rather
    /// than give a wrong index.
    @inline(__always)
    mutating func advance() -> Bool {
        if at >= end { return false }
        termLength = Int(at.pointee)
        term = at + 1
        let raw = UnsafeRawPointer(term)
        let words = (raw.loadUnaligned(as: UInt64.self), raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        low = Self.kept(words.0, termLength).bigEndian
        high = Self.kept(words.1, termLength &- 8).bigEndian
        at = term + termLength
        count = Int(truncatingIfNeeded: varint())
        first = varint()
        last = varint()
        deltaBytes = Int(truncatingIfNeeded: varint())
        deltas = at
        precondition(deltaBytes >= 0 && deltaBytes <= end - at, "a temporary file was read back wrongly")
        at += deltaBytes
        return true
    }

    /// The first `count` bytes of a little-endian word; none below 1, all from 8 on.
    @inline(__always)
    private static func kept(_ word: UInt64, _ count: Int) -> UInt64 {
        let bits = UInt64(truncatingIfNeeded: min(max(count, 0), 8) &* 4)
        return word & ~((UInt64.max &<< bits) &<< bits)
    }

    @inline(__always)
    private mutating func varint() -> UInt64 {
        var value: UInt64 = 0
        while true {
            let byte = at.pointee
            at += 1
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 || at >= end { return value }
        }
    }
}

/// The memory a cursor reads: the chunk's own, or a window over what was spilled.
final class RunWindow {
    /// Larger than any record: 8,192 events of at most 2 bytes, a term and the counts.
    private static let recordBytes = 20 << 10
    private static let windowBytes = 64 << 10

    private let chunk: PartitionChunk
    private let window: UnsafeMutableRawBufferPointer?
    /// The part of the chunk's bytes that the window has not held.
    private var rest: Range<Int>

    init(_ chunk: PartitionChunk) {
        self.chunk = chunk
        switch chunk.storage {
        case .memory:
            window = nil
            rest = 0..<0
        case .spilled:
            window = .allocate(byteCount: Self.windowBytes + ChunkMemory.slack, alignment: 16)
            rest = chunk.termsRange
        }
    }

    deinit {
        window?.deallocate()
    }

    func start(rowBase: UInt64) throws(ArchiveError) -> RunCursor {
        switch chunk.storage {
        case .memory(let memory):
            return RunCursor(UnsafeRawBufferPointer(rebasing: memory.bytes[chunk.termsRange]), rowBase: rowBase)
        case .spilled:
            guard let window else { preconditionFailure("a spilled chunk has a window") }
            var cursor = RunCursor(UnsafeRawBufferPointer(rebasing: window[..<0]), rowBase: rowBase)
            try refill(&cursor)
            return cursor
        }
    }

    /// Reads more when less than a record is left.
    @inline(__always)
    func refillIfNeeded(_ cursor: inout RunCursor) throws(ArchiveError) {
        if cursor.unread < Self.recordBytes, !rest.isEmpty { try refill(&cursor) }
    }

    @inline(never)
    private func refill(_ cursor: inout RunCursor) throws(ArchiveError) {
        guard let window, let base = window.baseAddress else { return }
        let kept = cursor.unread
        memmove(base, cursor.at, kept)
        let count = min(Self.windowBytes - kept, rest.count)
        try chunk.read(
            rest.lowerBound..<rest.lowerBound + count,
            into: UnsafeMutableRawBufferPointer(start: base + kept, count: count))
        rest = rest.lowerBound + count..<rest.upperBound
        cursor.move(to: UnsafeRawBufferPointer(start: base, count: kept + count))
    }
}
