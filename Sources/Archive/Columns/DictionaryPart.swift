/// Consecutive entries of a field's dictionary.
///
/// An entry is the value's JSON text as written; several values of one event are joined by line feeds.
public struct DictionaryPart {
    /// From 2; the entries that follow have the codes that follow.
    public let firstCode: UInt32
    public let entries: Int
    /// Where the entries lie, in order; nowhere if there are `numbers`.
    public let bytes: UnsafeRawBufferPointer
    /// The entries as integers, if they were asked for and are kept so.
    public let numbers: NumberedEntries?
    /// The least and the greatest entry, as the partition says; nil: unknown, or not all are plain.
    let bounds: (low: [UInt8], high: [UInt8])?

    init(
        firstCode: Int64, entries: Int64, bounds: (low: [UInt8], high: [UInt8])?, _ bytes: UnsafeRawBufferPointer
    ) throws(ArchiveError) {
        guard firstCode >= 2, firstCode <= UInt32.max, entries >= 0, entries <= bytes.count,
            entries <= Int64(UInt32.max) - firstCode
        else { throw ArchiveError(.damaged, "an impossible part of a dictionary") }
        (self.firstCode, self.entries, self.bytes) = (UInt32(firstCode), Int(entries), bytes)
        self.bounds = bounds
        numbers = nil
    }

    /// Entries without their texts.
    init(_ numbers: NumberedEntries, bounds: (low: [UInt8], high: [UInt8])?) {
        (firstCode, entries, bytes) = (numbers.firstCode, numbers.entries, UnsafeRawBufferPointer(start: nil, count: 0))
        self.bounds = bounds
        self.numbers = numbers
    }

    /// Whether the entries are in order, and, if the part tells its bounds, all plain, from the one to the other.
    func isAsItSays() throws -> Bool {
        var last: [UInt8] = []
        var first: [UInt8] = []
        var isSound = true
        try forEachEntry { _, entry in
            let entry = Array(entry)
            if first.isEmpty { first = entry }
            isSound = isSound && EntryRange.order(last, entry) < 0
            if bounds != nil { isSound = isSound && entry.withUnsafeBytes { EntryRange.isPlain($0) } }
            last = entry
        }
        guard let bounds else { return isSound }
        return isSound && bounds.low == first && bounds.high == last
    }

    /// Calls `body` with each code and entry, in ascending order. Not if there are `numbers`.
    ///
    /// - Throws: `ArchiveError.damaged` if the part is cut off; what `body` throws.
    @inlinable
    public func forEachEntry(_ body: (UInt32, UnsafeRawBufferPointer) throws -> Void) throws {
        try forEachEntry(holding: { $0 }, body)
    }

    /// The same for the entries that hold a place of interest; the others are only passed over.
    ///
    /// Inlinable: a dictionary has tens of thousands of entries, and a call costs more than most tests of one.
    ///
    /// - Parameter next: told an offset in `bytes`, gives the first place of interest there or behind; offsets ascend.
    @inlinable
    public func forEachEntry(
        holding next: (Int) -> Int, _ body: (UInt32, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard entries > 0 else { return }
        guard let base = bytes.baseAddress else { throw Self.cutOff }
        var at = 0
        var place = -1
        for number in 0..<entries {
            guard at < bytes.count else { throw Self.cutOff }
            // As a rule a length is one byte.
            var length = Int(base.load(fromByteOffset: at, as: UInt8.self))
            at &+= 1
            if length >= 0x80 { (length, at) = try longLength(at: at - 1) }
            guard length <= bytes.count &- at else { throw Self.cutOff }
            if place < at { place = next(at) }
            if place < at &+ length || place == at {
                try body(
                    firstCode &+ UInt32(truncatingIfNeeded: number),
                    UnsafeRawBufferPointer(start: base + at, count: length))
            }
            at &+= length
        }
    }

    /// A length of more than one byte, and the offset behind it.
    @usableFromInline
    func longLength(at offset: Int) throws -> (length: Int, end: Int) {
        var reader = ByteReader(bytes, at: offset)
        return (try reader.length(), reader.at)
    }

    @usableFromInline
    static var cutOff: ArchiveError { ArchiveError(.damaged, "a dictionary is cut off") }
}
