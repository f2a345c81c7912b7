import Events

/// One block's place inside a chunk.
public struct FrameInfo: Sendable {
    /// Events in the block.
    public var events: Int
    /// Bytes of its lines with their line feeds.
    public var rawBytes: Int
    /// Bytes of its zstd frame.
    public var bytes: Int

    public init(events: Int, rawBytes: Int, bytes: Int) {
        self.events = events
        self.rawBytes = rawBytes
        self.bytes = bytes
    }
}

/// One field's part of a chunk.
public struct ColumnSection: Sendable {
    public var name: [UInt8]
    public var selected: Bool
    public var holdsObjects: Bool
    /// Events in which the field has a value.
    public var events: UInt64
    /// Bytes of all its values as written.
    public var valueBytes: UInt64
    /// Bytes of the distinct entries, those longer than `PartitionFormat.longestEntry` left out.
    public var entryBytes: UInt64
    /// Values that have an entry of these.
    public var longValues: UInt64
    /// Whether there are values that only the line tells.
    public var seesLines: Bool
    /// Where its cells are inside the chunk's bytes (empty for a field that is not selected).
    public var range: Range<Int>

    public init(
        name: [UInt8], selected: Bool, holdsObjects: Bool, events: UInt64, valueBytes: UInt64, entryBytes: UInt64,
        longValues: UInt64, seesLines: Bool, range: Range<Int>
    ) {
        self.name = name
        self.selected = selected
        self.holdsObjects = holdsObjects
        self.events = events
        self.valueBytes = valueBytes
        self.entryBytes = entryBytes
        self.longValues = longValues
        self.seesLines = seesLines
        self.range = range
    }
}

/// Consecutive events of a partition, indexed and compressed, waiting for the partition to be written.
///
/// The chunks of a span share their bytes, and the first has the frames of all. The bytes hold line numbers (u64), times (i64 microseconds), nanoseconds (i16, only if one is not zero), fingerprints
/// (16 bytes), the sorted term run, the cut words, the columns, frames, places, joints. They live in memory or in a spill file.
public struct PartitionChunk: Sendable {
    public enum Storage: Sendable {
        case memory(ChunkMemory)
        case spilled(SpillFile, at: UInt64, count: Int)
    }

    public var events: Int
    public var rawBytes: UInt64
    public var undated: Int
    public var frames: [FrameInfo]
    public var framesRange: Range<Int>
    public var linesRange: Range<Int>
    public var timesRange: Range<Int>
    public var nanosRange: Range<Int>
    public var fingerprintsRange: Range<Int>
    public var termsRange: Range<Int>
    /// The list of the words that are cut in the term run; nil: too long to be kept (`CutWords.limit`).
    public var cutWordsRange: Range<Int>?
    /// Per event the number of its frame in the span, a byte each; empty: events stand in frames in their order.
    public var placesRange: Range<Int>
    /// Per frame the joints of words in it, a bit for each row of `JointTable`.
    public var jointsRange: Range<Int>
    public var columns: [ColumnSection]
    public var storage: Storage

    public init(
        events: Int, rawBytes: UInt64, undated: Int, frames: [FrameInfo], framesRange: Range<Int>,
        linesRange: Range<Int>, timesRange: Range<Int>, nanosRange: Range<Int>, fingerprintsRange: Range<Int>,
        termsRange: Range<Int>, cutWordsRange: Range<Int>?, placesRange: Range<Int>, jointsRange: Range<Int>,
        columns: [ColumnSection],
        storage: Storage
    ) {
        self.events = events
        self.rawBytes = rawBytes
        self.undated = undated
        self.frames = frames
        self.framesRange = framesRange
        self.linesRange = linesRange
        self.timesRange = timesRange
        self.nanosRange = nanosRange
        self.fingerprintsRange = fingerprintsRange
        self.termsRange = termsRange
        self.cutWordsRange = cutWordsRange
        self.placesRange = placesRange
        self.jointsRange = jointsRange
        self.columns = columns
        self.storage = storage
    }

    /// Copies a part of the bytes into `out`, replacing what it held.
    public func load(_ range: Range<Int>, into out: inout [UInt8]) throws(ArchiveError) {
        if out.count != range.count { out = [UInt8](repeating: 0, count: range.count) }
        let result = out.withUnsafeMutableBytes { room -> Result<Void, ArchiveError> in
            do throws(ArchiveError) { return .success(try read(range, into: room)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Copies a part of the bytes to `room`, which has just as many.
    func read(_ range: Range<Int>, into room: UnsafeMutableRawBufferPointer) throws(ArchiveError) {
        switch storage {
        case .memory(let memory):
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory.bytes[range]))
        case .spilled(let file, let at, _):
            try file.read(at: at + UInt64(range.lowerBound), into: room)
        }
    }
}
