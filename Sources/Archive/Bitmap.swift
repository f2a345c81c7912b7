/// A set of a partition's events: one bit for each of the event numbers 1…n.
///
/// Event `e` is bit `(e - 1) % 64` of word `(e - 1) / 64`, so that chunks whose size is a multiple of 64 events begin
/// on a word. Bits after the last event are always clear.
public struct Bitmap: Hashable, Sendable {
    /// The largest event number that can be a member; n.
    public let eventCount: UInt64
    private var words: ContiguousArray<UInt64>

    /// The largest `eventCount`: 2^32 (512 MiB of bits). Check a stored count against a tighter limit first.
    public static let maximumEventCount: UInt64 = 1 << 32

    /// An empty set over the events 1…`eventCount`.
    public init(eventCount: UInt64) {
        precondition(eventCount <= Bitmap.maximumEventCount, "too many events for a bitmap")
        self.eventCount = eventCount
        words = ContiguousArray(repeating: 0, count: Int((eventCount + 63) / 64))
    }

    /// The set of all events 1…`eventCount`.
    public init(allOf eventCount: UInt64) {
        self.init(eventCount: eventCount)
        for index in words.indices { words[index] = ~0 }
        clearTail()
    }

    // MARK: Members

    /// Whether the event is in the set; false for 0 and for numbers beyond `eventCount`.
    @inline(__always)
    public func contains(_ event: UInt64) -> Bool {
        guard event &- 1 < eventCount else { return false }
        return words[Int((event &- 1) >> 6)] & (1 << ((event &- 1) & 63)) != 0
    }

    /// Adds an event.
    @inline(__always)
    public mutating func set(_ event: UInt64) {
        precondition(event &- 1 < eventCount, "event number out of range")
        words[Int((event &- 1) >> 6)] |= 1 << ((event &- 1) & 63)
    }

    /// Removes an event.
    @inline(__always)
    public mutating func clear(_ event: UInt64) {
        precondition(event &- 1 < eventCount, "event number out of range")
        words[Int((event &- 1) >> 6)] &= ~(1 << ((event &- 1) & 63))
    }

    /// Adds all events of a range.
    public mutating func set(_ events: ClosedRange<UInt64>) {
        precondition(events.lowerBound >= 1 && events.upperBound <= eventCount, "event number out of range")
        let first = events.lowerBound - 1
        let last = events.upperBound - 1
        let head: UInt64 = ~0 << (first & 63)
        let tail: UInt64 = ~0 >> (63 - (last & 63))
        let (low, high) = (Int(first >> 6), Int(last >> 6))
        if low == high {
            words[low] |= head & tail
            return
        }
        words[low] |= head
        for index in (low + 1)..<high { words[index] = ~0 }
        words[high] |= tail
    }

    /// Whether there are no members.
    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// The number of members.
    public var count: UInt64 { words.reduce(0) { $0 + UInt64($1.nonzeroBitCount) } }

    /// Access to the words, in the layout described above. `body` must not set bits beyond `eventCount`.
    @inline(__always)
    public mutating func withUnsafeMutableWords<Result, Failure: Error>(
        _ body: (UnsafeMutableBufferPointer<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try words.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in try body(buffer) }
    }

    /// Read access to the words, in the layout described above.
    @inline(__always)
    public func withUnsafeWords<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt64>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try words.withUnsafeBufferPointer { (buffer) throws(Failure) in try body(buffer) }
    }

    // MARK: Set algebra

    /// Keeps the events that are also in `other`, a set over the same events.
    public mutating func formAnd(_ other: Bitmap) {
        combine(other) { $0 & $1 }
    }

    /// Adds the events of `other`, a set over the same events.
    public mutating func formOr(_ other: Bitmap) {
        combine(other) { $0 | $1 }
    }

    /// Removes the events of `other`, a set over the same events.
    public mutating func formAndNot(_ other: Bitmap) {
        combine(other) { $0 & ~$1 }
    }

    /// Exchanges members and non-members.
    public mutating func formComplement() {
        for index in words.indices { words[index] = ~words[index] }
        clearTail()
    }

    /// The events 1…n that are not in this set.
    public func complement() -> Bitmap {
        var result = self
        result.formComplement()
        return result
    }

    @inline(__always)
    private mutating func combine(_ other: Bitmap, _ operation: (UInt64, UInt64) -> UInt64) {
        precondition(eventCount == other.eventCount, "bitmaps of different partitions")
        for index in words.indices { words[index] = operation(words[index], other.words[index]) }
    }

    private mutating func clearTail() {
        let used = eventCount & 63
        if used != 0 { words[words.count - 1] &= (1 << used) - 1 }
    }
}
