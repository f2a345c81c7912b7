import Events

/// Counts distinct values of many fields exactly, in bounded memory.
///
/// Values are known by hashes of 104 bits with a random seed (for a thousand million values the odds of one collision are
/// 1 in 10¹³). When there are too many for the memory, only those in the lower half of the hash space are kept, and another
/// pass counts the rest: passes are repeated until the whole space is covered.
struct DistinctCounter {
    /// Values held at a time: 16 bytes each, in tables that are at most three quarters full.
    private static let capacity = 6_000_000
    /// Tables by the last bits of the hash: each grows alone, so that little is held twice.
    private static let tableBits: UInt64 = 4

    /// What a value is known by.
    struct Key {
        fileprivate let slot: HashTable.Slot
    }

    /// Makes keys, on any thread.
    struct Hasher: Sendable {
        fileprivate let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        /// The part of the hash space that this pass counts.
        fileprivate var from: UInt64 = 0
        fileprivate var through: UInt64 = .max
    }

    private var tables: [HashTable]
    private var used = 0
    private(set) var hasher = Hasher()
    /// By field number.
    private(set) var counts: [Int] = []
    private let capacity: Int

    init(capacity: Int = DistinctCounter.capacity) {
        self.capacity = capacity
        tables = (0..<1 << Self.tableBits).map { _ in HashTable() }
    }

    /// Whether everything is counted; if not, the next pass over all values must follow.
    mutating func finishPass() -> Bool {
        if hasher.through == .max { return true }
        hasher.from = hasher.through + 1
        hasher.through = .max
        for table in tables { table.removeAll { _ in true } }
        used = 0
        return false
    }

    /// Counts a value.
    ///
    /// - Parameter field: below 2²⁴ - 1.
    mutating func insert(_ text: UnsafeRawBufferPointer, field: Int) {
        if let key = hasher.key(text, field: field) { insert(key) }
    }

    /// Counts a value by its key, which may have been made when more of the hash space was counted.
    mutating func insert(_ key: Key) {
        let slot = key.slot
        guard slot.low <= hasher.through, tables[Int(slot.low & (1 << Self.tableBits - 1))].insert(slot) else { return }
        while counts.count <= slot.field { counts.append(0) }
        counts[slot.field] += 1
        used += 1
        if used > capacity { makeRoom() }
    }

    /// Keeps the lower half of what this pass counts.
    private mutating func makeRoom() {
        hasher.through = hasher.from + (hasher.through - hasher.from) / 2
        let through = hasher.through
        used = 0
        for table in tables {
            table.removeAll { slot in
                if slot.low <= through { return false }
                counts[slot.field] -= 1
                return true
            }
            used += table.count
        }
    }
}

extension DistinctCounter.Hasher {
    /// Nil: this pass does not count the value.
    func key(_ text: UnsafeRawBufferPointer, field: Int) -> DistinctCounter.Key? {
        let low = hash(text, seeds.0 &+ UInt64(field) &* 0x9E37_79B9_7F4A_7C15)
        guard low >= from, low <= through else { return nil }
        return DistinctCounter.Key(
            slot: HashTable.Slot(low: low, high: hash(text, seeds.1 ^ UInt64(field)), field: field))
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

/// A set of hashes with open addressing. A class, so that it is changed in place.
fileprivate final class HashTable {
    struct Slot {
        let low: UInt64
        /// The upper 40 bits of the hash's other half, and the field's number plus 1; 0: free.
        private let rest: UInt64

        static let free = Slot(low: 0, rest: 0)

        private init(low: UInt64, rest: UInt64) { (self.low, self.rest) = (low, rest) }

        init(low: UInt64, high: UInt64, field: Int) {
            precondition(field < 1 << 24 - 1, "too many fields")
            self.init(low: low, rest: high & ~(1 << 24 - 1) | UInt64(field + 1))
        }

        var field: Int { Int(rest & (1 << 24 - 1)) - 1 }
        var isFree: Bool { rest == 0 }
        var place: Int { Int(truncatingIfNeeded: rest >> 24) }

        func isEqual(_ other: Slot) -> Bool { low == other.low && rest == other.rest }
    }

    /// A power of two of them, at most three quarters in use.
    private var slots = [Slot](repeating: .free, count: 64)
    private(set) var count = 0

    /// False: it was there.
    func insert(_ slot: Slot) -> Bool {
        var at = slot.place & (slots.count - 1)
        while !slots[at].isFree {
            if slots[at].isEqual(slot) { return false }
            at = (at + 1) & (slots.count - 1)
        }
        slots[at] = slot
        count += 1
        if count * 4 > slots.count * 3 { replace(slots, size: slots.count * 2) }
        return true
    }

    func removeAll(where isUnwanted: (Slot) -> Bool) {
        replace(slots.filter { !$0.isFree && !isUnwanted($0) }, size: slots.count)
    }

    private func replace(_ old: [Slot], size: Int) {
        slots = Array(repeating: .free, count: size)
        count = 0
        for slot in old where !slot.isFree {
            var at = slot.place & (size - 1)
            while !slots[at].isFree { at = (at + 1) & (size - 1) }
            slots[at] = slot
            count += 1
        }
    }
}
