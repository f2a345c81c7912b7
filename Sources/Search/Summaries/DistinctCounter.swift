import Events

/// Counts distinct values of many fields exactly, in bounded memory.
///
/// Values are known by 128-bit hashes with a random seed. When there are too many for the memory, only those in the
/// lower half of the hash space are kept, and another pass counts the rest: `run` repeats passes until the whole space
/// is covered.
struct DistinctCounter {
    private struct Slot {
        var low: UInt64
        var high: UInt64
        /// 0: free; else the field's number plus 1.
        var field: UInt32
    }

    /// Values held at a time; a slot takes 24 bytes and half of them are in use at most.
    private static let capacity = 1 << 21

    private var slots: [Slot]
    private var used = 0
    private let seeds: (UInt64, UInt64)
    /// The part of the hash space that this pass counts.
    private var from: UInt64 = 0
    private var through: UInt64 = .max
    /// By field number.
    private(set) var counts: [Int] = []
    private let capacity: Int

    init(capacity: Int = DistinctCounter.capacity) {
        self.capacity = capacity
        slots = Array(repeating: Slot(low: 0, high: 0, field: 0), count: 1 << 10)
        seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
    }

    /// Whether everything is counted; if not, the next pass over all values must follow.
    mutating func finishPass() -> Bool {
        if through == .max { return true }
        from = through + 1
        through = .max
        for index in slots.indices { slots[index].field = 0 }
        used = 0
        return false
    }

    /// Returns whether the value is new among those counted in this pass.
    @discardableResult
    mutating func insert(_ text: UnsafeRawBufferPointer, field: Int) -> Bool {
        let low = hash(text, seeds.0 &+ UInt64(field) &* 0x9E37_79B9_7F4A_7C15)
        guard low >= from, low <= through else { return false }
        let high = hash(text, seeds.1 ^ UInt64(field))
        let tag = UInt32(truncatingIfNeeded: field &+ 1)
        var at = Int(truncatingIfNeeded: high) & (slots.count - 1)
        while slots[at].field != 0 {
            if slots[at].field == tag, slots[at].low == low, slots[at].high == high { return false }
            at = (at + 1) & (slots.count - 1)
        }
        while counts.count <= field { counts.append(0) }
        counts[field] += 1
        slots[at] = Slot(low: low, high: high, field: tag)
        used += 1
        if used * 2 > slots.count { makeRoom() }
        return true
    }

    private mutating func makeRoom() {
        var size = slots.count * 2
        if used >= capacity {
            size = slots.count
            through = from + (through - from) / 2
        }
        let old = slots
        slots = Array(repeating: Slot(low: 0, high: 0, field: 0), count: size)
        used = 0
        for slot in old where slot.field != 0 {
            guard slot.low <= through else {
                counts[Int(slot.field) - 1] -= 1
                continue
            }
            var at = Int(truncatingIfNeeded: slot.high) & (size - 1)
            while slots[at].field != 0 { at = (at + 1) & (size - 1) }
            slots[at] = slot
            used += 1
        }
    }

    @inline(__always)
    private func hash(_ text: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(text.count) &* 0xA076_1D64_78BD_642F
        var at = 0
        while at + 8 <= text.count {
            state = Self.mix(state ^ text.loadUnaligned(fromByteOffset: at, as: UInt64.self), 0xE703_7ED1_A0B4_28DB)
            at += 8
        }
        var tail: UInt64 = 0
        while at < text.count {
            tail = tail << 8 | UInt64(text[at])
            at += 1
        }
        return Self.mix(Self.mix(state ^ tail, 0x8EBC_6AF0_9C88_C6E3), seed | 1)
    }

    @inline(__always)
    private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
