extension Bitmap {
    /// Calls `body` with every member, ascending.
    @inline(__always)
    public func forEach<Failure: Error>(_ body: (UInt64) throws(Failure) -> Void) throws(Failure) {
        try withUnsafeWords { (words) throws(Failure) in
            for index in words.indices {
                var word = words[index]
                while word != 0 {
                    try body(UInt64(index) << 6 + UInt64(word.trailingZeroBitCount) + 1)
                    word &= word &- 1
                }
            }
        }
    }

    /// The smallest member above `event` (0: the first member), or nil.
    public func next(after event: UInt64) -> UInt64? {
        // Bit `event` belongs to the event after it.
        guard event < eventCount else { return nil }
        return withUnsafeWords { words -> UInt64? in
            var index = Int(event >> 6)
            var word = words[index] & (~0 << (event & 63))
            while word == 0 {
                index += 1
                guard index < words.count else { return nil }
                word = words[index]
            }
            return UInt64(index) << 6 + UInt64(word.trailingZeroBitCount) + 1
        }
    }

    /// The largest member below `event` (`eventCount + 1` or more: the last member), or nil.
    public func previous(before event: UInt64) -> UInt64? {
        let limit = min(event == 0 ? 0 : event - 1, eventCount)
        guard limit > 0 else { return nil }
        return withUnsafeWords { words -> UInt64? in
            var index = Int((limit - 1) >> 6)
            var word = words[index] & (~0 >> (63 - ((limit - 1) & 63)))
            while word == 0 {
                guard index > 0 else { return nil }
                index -= 1
                word = words[index]
            }
            return UInt64(index) << 6 + UInt64(63 - word.leadingZeroBitCount) + 1
        }
    }

    /// The members, smallest first.
    public var ascending: some Sequence<UInt64> {
        sequence(state: UInt64(0)) { state -> UInt64? in
            guard let event = next(after: state) else { return nil }
            state = event
            return event
        }
    }

    /// The members, largest first.
    public var descending: some Sequence<UInt64> {
        sequence(state: eventCount + 1) { state -> UInt64? in
            guard let event = previous(before: state) else { return nil }
            state = event
            return event
        }
    }
}
