/// Reads a chunk's sorted term run record by record.
///
/// A record: length (1 byte), folded bytes, then SQLite varints: events, first event, last event (numbers inside the
/// chunk, from 1), bytes of deltas; then the deltas themselves.
struct RunCursor {
    private let chunk: PartitionChunk
    private var window: [UInt8] = []
    private var windowStart: Int
    private var at = 0
    private let end: Int
    /// Events of the partition before this chunk.
    let rowBase: UInt64

    private(set) var termStart = 0
    private(set) var termLength = 0
    /// The first eight bytes, big-endian, zero-filled.
    private(set) var prefix: UInt64 = 0
    private(set) var count: UInt64 = 0
    private(set) var first: UInt64 = 0
    private(set) var last: UInt64 = 0
    private(set) var deltas = 0..<0
    private(set) var isAtEnd = false

    /// Larger than any record: 8,192 events of at most 2 bytes, a term and the counts.
    private static let windowBytes = 64 << 10
    private static let recordBytes = 20 << 10

    init(chunk: PartitionChunk, rowBase: UInt64) throws(ArchiveError) {
        self.chunk = chunk
        self.rowBase = rowBase
        windowStart = chunk.termsRange.lowerBound
        end = chunk.termsRange.upperBound
        if case .memory(let bytes) = chunk.storage {
            window = bytes
            windowStart = 0
            at = chunk.termsRange.lowerBound
        }
        try advance()
    }

    /// The term's bytes and the deltas lie in here.
    func withWindow<R>(_ body: (UnsafePointer<UInt8>) -> R) -> R {
        window.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    mutating func advance() throws(ArchiveError) {
        if windowStart + at >= end {
            isAtEnd = true
            return
        }
        if case .spilled = chunk.storage, window.count - at < Self.recordBytes, windowStart + window.count < end {
            windowStart += at
            at = 0
            try chunk.load(windowStart..<min(windowStart + Self.windowBytes, end), into: &window)
        }
        termLength = Int(window[at])
        termStart = at + 1
        at = termStart + termLength
        prefix = 0
        for i in 0..<min(8, termLength) { prefix |= UInt64(window[termStart + i]) << UInt64(56 - 8 * i) }
        count = varint()
        first = varint()
        last = varint()
        let bytes = Int(varint())
        deltas = at..<at + bytes
        at += bytes
    }

    private mutating func varint() -> UInt64 {
        var value: UInt64 = 0
        for _ in 0..<8 {
            let byte = window[at]
            at += 1
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return value }
        }
        value = value << 8 | UInt64(window[at])
        at += 1
        return value
    }
}
