import Crypto

/// The cells of one row that are not 0, before they are written.
struct CellRow {
    /// Ascending; each with the code at the same position.
    private(set) var places: [UInt32] = []
    private(set) var codes: [UInt32] = []
    private(set) var low = UInt32.max
    private(set) var high: UInt32 = 0

    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ code: UInt32, at place: Int) {
        places.append(UInt32(truncatingIfNeeded: place))
        codes.append(code)
        low = min(low, code)
        high = max(high, code)
    }

    mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        codes.removeAll(keepingCapacity: true)
        (low, high) = (.max, 0)
    }

    /// Replaces what `bitmap` holds by the set of the events that have a value, a bit for each of `count`.
    func write(bitmap: inout [UInt8], count: Int) {
        bitmap.removeAll(keepingCapacity: true)
        bitmap.append(contentsOf: repeatElement(0, count: (count + 7) / 8))
        for place in places { bitmap[Int(place >> 3)] |= 1 << (place & 7) }
    }
}

/// The sets of events that were written, so that fields whose values stand in the same events share one.
struct PresenceSets {
    private struct Key: Hashable {
        var row: Int
        var digest: (UInt64, UInt64)

        static func == (a: Key, b: Key) -> Bool { a.row == b.row && a.digest == b.digest }

        func hash(into hasher: inout Hasher) { hasher.combine(digest.0) }
    }

    private var known: [Key: Int64] = [:]

    /// The row of the table `cells` that holds the set: `proposed` if there is none yet.
    mutating func id(of bitmap: [UInt8], row: Int, proposed: Int64) -> Int64 {
        // Equal sets are told by 128 bits of SHA-256, not by keeping them.
        let digest = SHA256.hash(data: bitmap).withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        let key = Key(row: row, digest: digest)
        if let id = known[key] { return id }
        known[key] = proposed
        return proposed
    }
}
