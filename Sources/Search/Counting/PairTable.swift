/// Distinct pairs of numbers, numbered from 0 in the order in which they were met.
public struct PairTable {
    private var pairs: [UInt64] = []
    /// Number of a pair plus 1, or 0.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)

    public init() {}

    public var count: Int { pairs.count }
    public var memory: Int { 8 * pairs.capacity + 4 * slots.count }

    @inline(__always)
    public mutating func intern(_ first: UInt32, _ second: UInt32) -> UInt32 {
        let pair = UInt64(first) << 32 | UInt64(second)
        var at = place(of: pair)
        while slots[at] != 0 {
            if pairs[Int(slots[at]) - 1] == pair { return slots[at] - 1 }
            at = (at + 1) & (slots.count - 1)
        }
        pairs.append(pair)
        slots[at] = UInt32(pairs.count)
        if pairs.count * 2 > slots.count { grow() }
        return UInt32(pairs.count - 1)
    }

    public func pair(_ number: UInt32) -> (first: UInt32, second: UInt32) {
        let pair = pairs[Int(number)]
        return (UInt32(truncatingIfNeeded: pair >> 32), UInt32(truncatingIfNeeded: pair))
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for (number, pair) in pairs.enumerated() {
            var at = place(of: pair)
            while slots[at] != 0 { at = (at + 1) & (slots.count - 1) }
            slots[at] = UInt32(number + 1)
        }
    }

    private func place(of pair: UInt64) -> Int {
        Int(truncatingIfNeeded: ValueTable.mix(pair ^ 0x9E37_79B9_7F4A_7C15, 0xE703_7ED1_A0B4_28DB)) & (slots.count - 1)
    }
}
