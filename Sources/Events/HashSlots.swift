/// An open-addressing index from hashes to the positions of elements that the owner stores elsewhere.
public struct HashSlots {
    /// The low 32 bits of the hash above, position + 1 below; 0 is free. A power of two, at most half full.
    private var slots: [UInt64]
    private var count = 0

    public init() {
        slots = [UInt64](repeating: 0, count: 256)
    }

    /// The position of an element with this hash for which `isSame` holds.
    @inline(__always)
    public func position(_ hash: UInt64, where isSame: (Int) -> Bool) -> Int? {
        slots.withUnsafeBufferPointer { slots in
            let mask = slots.count - 1
            var index = Int(hash & 0xFFFF_FFFF) & mask
            while slots[index] != 0 {
                let slot = slots[index]
                if slot >> 32 == hash & 0xFFFF_FFFF, isSame(Int(slot & 0xFFFF_FFFF) - 1) {
                    return Int(slot & 0xFFFF_FFFF) - 1
                }
                index = (index + 1) & mask
            }
            return nil
        }
    }

    /// Enters a position below 2³² - 1 that is not there yet.
    public mutating func insert(_ hash: UInt64, position: Int) {
        if (count + 1) * 2 > slots.count { grow() }
        place((hash & 0xFFFF_FFFF) << 32 | UInt64(position + 1))
        count += 1
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for slot in old where slot != 0 { place(slot) }
    }

    private mutating func place(_ slot: UInt64) {
        let mask = slots.count - 1
        var index = Int(slot >> 32) & mask
        while slots[index] != 0 { index = (index + 1) & mask }
        slots[index] = slot
    }
}

/// Hashing with a random seed, so that nobody can write keys that all fall into one slot. Never stored.
struct SeededHash {
    private let seed = UInt64.random(in: .min ... .max)
    private let factor = UInt64.random(in: .min ... .max) | 1

    /// The hash of a key below a field, eight bytes at a time.
    @inline(__always)
    func hash(_ key: UnsafeRawBufferPointer, below parent: Int) -> UInt64 {
        var hash = mixed(seed ^ UInt64(truncatingIfNeeded: parent), UInt64(key.count))
        guard let base = key.baseAddress else { return hash }
        var offset = 0
        while key.count - offset >= 8 {
            hash = mixed(hash, (base + offset).loadUnaligned(as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        if key.count >= 8 {
            rest = (base + (key.count - 8)).loadUnaligned(as: UInt64.self)
        } else {
            for byte in key { rest = rest << 8 | UInt64(byte) }
        }
        return mixed(hash, rest)
    }

    /// The hash of a field's name, whose pieces come one after the other; start with `nameStart`.
    func nameHash(_ hash: UInt64, appending bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = hash
        for byte in bytes { hash = mixed(hash, UInt64(byte)) }
        return hash
    }

    func nameHash(_ hash: UInt64, appending byte: UInt8) -> UInt64 {
        mixed(hash, UInt64(byte))
    }

    var nameStart: UInt64 { seed }

    /// Multiplies to 128 bits and folds the halves, as wyhash does.
    @inline(__always)
    private func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = ((hash ^ word) &+ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }
}
