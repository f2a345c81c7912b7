#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The distinct entries of one column over a partition.
struct DictionaryBuilder {
    private var arena: [UInt8] = []
    private var starts: [Int] = [0]
    private var hashes: [UInt32] = []
    private var slots = [UInt32](repeating: 0, count: 256)
    private var mask = 255
    private var sorted: [UInt32] = []

    var count: Int { starts.count - 1 }

    /// Entries that not every dictionary has.
    var longEntries: Int {
        (0..<count).count { starts[$0 + 1] - starts[$0] > PartitionFormat.longestEntry }
    }

    /// Long values that hardly ever repeat are cheaper to read from their lines than to store twice.
    ///
    /// Short ones (addresses, numbers, names) stay: their column answers ranges and groups at once.
    func isMostlyDistinct(totalBytes: UInt64) -> Bool {
        count >= 64 && arena.count / count >= 32 && UInt64(arena.count) * 2 > totalBytes
    }

    /// The entry's number in order of insertion.
    mutating func insert(_ entry: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in entry { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        hash ^= hash >> 15
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot] - 1)
            if hashes[number] == hash, isEqual(number, entry) { return UInt32(number) }
            slot = (slot + 1) & mask
        }
        arena.append(contentsOf: entry)
        starts.append(arena.count)
        hashes.append(hash)
        slots[slot] = UInt32(count)
        if count * 2 > mask { grow() }
        return UInt32(count - 1)
    }

    private func isEqual(_ number: Int, _ entry: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = starts[number]..<starts[number + 1]
        guard range.count == entry.count, let other = entry.baseAddress else { return range.count == entry.count }
        return arena.withUnsafeBufferPointer { memcmp($0.baseAddress! + range.lowerBound, other, range.count) == 0 }
    }

    private mutating func grow() {
        mask = (mask + 1) * 4 - 1
        slots = [UInt32](repeating: 0, count: mask + 1)
        for number in 0..<count {
            var slot = Int(hashes[number]) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number + 1)
        }
    }

    /// Sorts the entries by their bytes; the result maps insertion numbers to positions.
    mutating func sortedRanks() -> [UInt32] {
        let starts = starts
        sorted = arena.withUnsafeBufferPointer { bytes in
            (0..<UInt32(count)).sorted { a, b in
                let x = starts[Int(a)]..<starts[Int(a) + 1]
                let y = starts[Int(b)]..<starts[Int(b) + 1]
                guard let base = bytes.baseAddress else { return false }
                let order = memcmp(base + x.lowerBound, base + y.lowerBound, min(x.count, y.count))
                return order == 0 ? x.count < y.count : order < 0
            }
        }
        var ranks = [UInt32](repeating: 0, count: count)
        for (position, number) in sorted.enumerated() { ranks[Int(number)] = UInt32(position) }
        return ranks
    }

    /// Bytes of the entry at a position of the sorted order.
    func bytes(sorted position: Int) -> Int {
        let number = Int(sorted[position])
        return starts[number + 1] - starts[number]
    }

    /// The entries at positions of the sorted order.
    func withEntries<Result>(
        sorted positions: ClosedRange<Int>, _ body: ([UnsafeBufferPointer<UInt8>]) throws -> Result
    ) rethrows -> Result {
        try arena.withUnsafeBufferPointer { bytes in
            try body(
                sorted[positions].map { number in
                    UnsafeBufferPointer(rebasing: bytes[starts[Int(number)]..<starts[Int(number) + 1]])
                })
        }
    }
}
