/// Distinct texts, numbered from 1 in the order in which they were met.
///
/// The texts lie one after the other in one piece of memory, so that a million of them take little more than their bytes.
struct ValueTable {
    /// Where each text ends; the first one begins at 0.
    private var ends: [Int] = []
    private var bytes: [UInt8] = []
    /// Number of a text, or 0; a power of two, at most half full.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)
    private let seed = UInt64.random(in: .min ... .max)

    var count: Int { ends.count }

    /// Bytes that the table takes.
    var memory: Int { bytes.capacity + 8 * ends.capacity + 4 * slots.count }

    /// The number of a text, a new one if it was never met.
    mutating func intern(_ text: UnsafeRawBufferPointer) -> UInt32 {
        var at = Int(truncatingIfNeeded: hash(text)) & (slots.count - 1)
        while slots[at] != 0 {
            if isEqual(slots[at], text) { return slots[at] }
            at = (at + 1) & (slots.count - 1)
        }
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
        slots[at] = UInt32(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return UInt32(ends.count)
    }

    /// The text of a number.
    func withText<Result>(_ number: UInt32, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let range = range(number)
        return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Whether the first text is the smaller one, by bytes.
    func isSmaller(_ first: UInt32, than second: UInt32) -> Bool {
        bytes[range(first)].lexicographicallyPrecedes(bytes[range(second)])
    }

    private func range(_ number: UInt32) -> Range<Int> {
        let index = Int(number) - 1
        return (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    private func isEqual(_ number: UInt32, _ text: UnsafeRawBufferPointer) -> Bool {
        let range = range(number)
        guard range.count == text.count else { return false }
        return bytes.withUnsafeBytes { $0[range].elementsEqual(text) }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in 1...UInt32(ends.count) {
            var at = Int(truncatingIfNeeded: withText(number) { hash($0) }) & (slots.count - 1)
            while slots[at] != 0 { at = (at + 1) & (slots.count - 1) }
            slots[at] = number
        }
    }

    private func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var state = seed ^ UInt64(text.count) &* 0xA076_1D64_78BD_642F
        var at = 0
        while at &+ 8 <= text.count {
            state = Self.mix(state ^ text.loadUnaligned(fromByteOffset: at, as: UInt64.self), 0xE703_7ED1_A0B4_28DB)
            at &+= 8
        }
        var tail: UInt64 = 0
        while at < text.count {
            tail = tail << 8 | UInt64(text[at])
            at &+= 1
        }
        return Self.mix(state ^ tail, 0x8EBC_6AF0_9C88_C6E3)
    }

    @inline(__always)
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}

/// Distinct pairs of numbers, numbered from 0 in the order in which they were met.
struct PairTable {
    private var pairs: [UInt64] = []
    /// Number of a pair plus 1, or 0.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)

    var count: Int { pairs.count }
    var memory: Int { 8 * pairs.capacity + 4 * slots.count }

    @inline(__always)
    mutating func intern(_ first: UInt32, _ second: UInt32) -> UInt32 {
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

    func pair(_ number: UInt32) -> (first: UInt32, second: UInt32) {
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
