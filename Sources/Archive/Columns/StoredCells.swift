/// The cells of one chunk of 65,536 events as a partition keeps them: the events that have a value, and their codes.
///
/// They lie in a `CellMemory`, until that is used again.
public struct StoredCells {
    /// Events of the chunk.
    public let count: Int
    /// The least and the greatest code, as the partition says.
    public let codes: ClosedRange<UInt32>
    /// The events that have a value; nil: all have one (before format 3.0: `values` has a code for each event, 0 for none).
    let presence: UnsafeBufferPointer<UInt64>?
    /// Of these events; nil: they were not asked for.
    let values: CodeCells?
    private let memory: CellMemory

    init(
        count: Int, codes: ClosedRange<UInt32>, presence: UnsafeBufferPointer<UInt64>?, values: CodeCells?,
        in memory: CellMemory
    ) {
        (self.count, self.codes, self.presence, self.values) = (count, codes, presence, values)
        self.memory = memory
    }

    /// False: codes were not asked for, only which events have one.
    public var hasValues: Bool { values != nil }

    /// The codes of all events.
    public func expanded() -> CodeCells? {
        guard let values, let presence else { return values }
        let width = CodeCells.width(for: codes.upperBound)
        let room = memory.room(.expanded, count * width)
        values.scatter(presence, events: count, into: room)
        return CodeCells(count: count, width: width, base: 0, codes: codes, UnsafeRawBufferPointer(room))
    }

    /// Counts events by their codes.
    ///
    /// - Returns: false if there is a code that `counts` has no place for, or codes were not asked for.
    public func count(into counts: inout [UInt64]) -> Bool {
        guard let values, !counts.isEmpty else { return false }
        counts[0] &+= UInt64(count - values.count)
        return counts.withUnsafeMutableBufferPointer { values.count(into: $0) }
    }

    /// Sets the bits of the events whose codes lie in `wanted` (from 1), 64 events a word, and clears those of the others.
    ///
    /// - Parameter words: those of the chunk's events and of all that follow.
    /// - Returns: the greatest code; nil if codes were not asked for.
    public func mark(_ wanted: ClosedRange<UInt32>, _ words: UnsafeMutableBufferPointer<UInt64>) -> UInt32? {
        precondition(wanted.lowerBound > 0 && (count + 63) / 64 <= words.count)
        guard let values else { return nil }
        guard let presence else { return values.mark(wanted, words) }
        let marks = memory.words(.marks, events: values.count)
        let greatest = values.mark(wanted, marks)
        Self.deposit(marks, presence, words)
        return greatest
    }

    /// The same by a table with a number for each code (of code 0: 0): its lowest bit is for `first`, the next for `second`.
    ///
    /// - Returns: false if there is a code that the table has no place for, or codes were not asked for.
    public func mark(
        by table: UnsafeBufferPointer<UInt8>, _ first: UnsafeMutableBufferPointer<UInt64>,
        _ second: UnsafeMutableBufferPointer<UInt64>
    ) -> Bool {
        precondition((count + 63) / 64 <= min(first.count, second.count))
        guard let values else { return false }
        guard let presence else { return values.mark(by: table, first, second) }
        let firstMarks = memory.words(.marks, events: values.count)
        let secondMarks = memory.words(.furtherMarks, events: values.count)
        guard values.mark(by: table, firstMarks, secondMarks) else { return false }
        Self.deposit(firstMarks, presence, first)
        Self.deposit(secondMarks, presence, second)
        return true
    }

    /// Sets the bits of the events that have a value, and clears those of the others. Only where codes were not asked for.
    public func markPresent(_ words: UnsafeMutableBufferPointer<UInt64>) {
        precondition((count + 63) / 64 <= words.count)
        if let presence {
            for place in presence.indices { words[place] = presence[place] }
            return
        }
        for place in 0..<count / 64 { words[place] = ~0 }
        if count & 63 != 0 { words[count / 64] = (1 << UInt64(count & 63)) - 1 }
    }

    /// Gives each event of a set its bit of a sequence that has one for each of them.
    private static func deposit(
        _ bits: UnsafeMutableBufferPointer<UInt64>, _ events: UnsafeBufferPointer<UInt64>,
        _ words: UnsafeMutableBufferPointer<UInt64>
    ) {
        var at = 0
        for place in events.indices {
            let set = events[place]
            let count = set.nonzeroBitCount
            if count == 0 {
                words[place] = 0
                continue
            }
            let (word, shift) = (at >> 6, UInt64(at & 63))
            var own = bits[word] >> shift
            if shift != 0, word + 1 < bits.count { own |= bits[word + 1] << (64 - shift) }
            let mask = UInt64.max >> UInt64(64 - count)
            own &= mask
            // Whichever are fewer are put at their places.
            words[place] =
                own.nonzeroBitCount * 2 <= count ? deposited(own, set) : set & ~deposited(own ^ mask, set)
            at += count
        }
    }

    /// The bits of `set` whose numbers, counted from the lowest, are bits of `bits`.
    @inline(__always)
    private static func deposited(_ bits: UInt64, _ set: UInt64) -> UInt64 {
        var (bits, set, result): (UInt64, UInt64, UInt64) = (bits, set, 0)
        while bits != 0 {
            if bits & 1 != 0 { result |= set & (0 &- set) }
            set &= set &- 1
            bits >>= 1
        }
        return result
    }
}
