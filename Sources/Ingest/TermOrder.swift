/// Sorts a chunk's terms by their bytes.
///
/// A counting sort by the first two bytes leaves small groups; a group is sorted by the first eight bytes as a number,
/// then the next eight, then the rest. Every step depends on the bytes alone.
struct TermOrder {
    struct Key: BitwiseCopyable {
        /// The first eight bytes, big-endian, filled with zeros.
        var prefix: UInt64
        var number: UInt32
    }

    private(set) var keys = Buffer<Key>(capacity: 32768)
    private var unsorted = Buffer<Key>(capacity: 32768)
    private let starts = UnsafeMutablePointer<UInt32>.allocate(capacity: groups + 1)

    private static let groups = 1 << 16

    func free() {
        keys.free()
        unsorted.free()
        starts.deallocate()
    }

    mutating func reset() {
        keys.removeAll(keeping: 1 << 18)
        unsorted.removeAll(keeping: 1 << 18)
    }

    mutating func sort(_ entries: Buffer<TermTable.Entry>, arena: UnsafePointer<UInt8>) {
        let count = entries.count
        keys.reserve(count)
        keys.count = count
        unsorted.reserve(count)
        unsorted.count = count
        starts.update(repeating: 0, count: Self.groups + 1)
        for number in 0..<count {
            let prefix = entries[number].low.bigEndian
            unsorted[number] = Key(prefix: prefix, number: UInt32(truncatingIfNeeded: number))
            starts[Int(prefix >> 48) &+ 1] &+= 1
        }
        for group in 0..<Self.groups { starts[group &+ 1] &+= starts[group] }
        for number in 0..<count {
            let key = unsorted[number]
            let group = Int(key.prefix >> 48)
            keys[Int(starts[group])] = key
            starts[group] &+= 1
        }
        let comparison = Comparison(entries: entries.base, arena: arena)
        var start = 0
        for group in 0..<Self.groups {
            let end = Int(starts[group])
            if end &- start > 1 { Self.sort(keys.base + start, end &- start, comparison, depth: 0) }
            start = end
        }
    }

    private struct Comparison {
        let entries: UnsafeMutablePointer<TermTable.Entry>
        let arena: UnsafePointer<UInt8>

        @inline(__always)
        func precedes(_ a: Key, _ b: Key) -> Bool {
            a.prefix != b.prefix ? a.prefix < b.prefix : precedesBehind(a, b)
        }

        @inline(never)
        private func precedesBehind(_ a: Key, _ b: Key) -> Bool {
            let x = entries + Int(a.number)
            let y = entries + Int(b.number)
            if x.pointee.high != y.pointee.high { return x.pointee.high.bigEndian < y.pointee.high.bigEndian }
            let m = Int(x.pointee.length)
            let n = Int(y.pointee.length)
            if min(m, n) <= TermTable.wordsOfEntry { return m < n }
            return compareBytes(
                arena + Int(x.pointee.tail), m - TermTable.wordsOfEntry,
                arena + Int(y.pointee.tail), n - TermTable.wordsOfEntry) < 0
        }
    }

    /// Quicksort with the middle of three as pivot; insertion sort for what is short. Should an unlucky order make it
    /// deep, the library's sort takes over.
    private static func sort(
        _ start: UnsafeMutablePointer<Key>, _ length: Int, _ comparison: Comparison, depth: Int
    ) {
        var base = start
        var count = length
        while count > 16 {
            if depth > 40 {
                var rest = UnsafeMutableBufferPointer(start: base, count: count)
                rest.sort { comparison.precedes($0, $1) }
                return
            }
            let pivot = middle(base[0], base[count / 2], base[count &- 1], comparison)
            var low = 0
            var high = count &- 1
            while true {
                while comparison.precedes(base[low], pivot) { low &+= 1 }
                while comparison.precedes(pivot, base[high]) { high &-= 1 }
                if low >= high { break }
                (base[low], base[high]) = (base[high], base[low])
                low &+= 1
                high &-= 1
            }
            // Terms are distinct, so one is above the middle of three: both sides are shorter than the whole.
            let split = low == high ? low &+ 1 : low
            if split < count &- split {
                sort(base, split, comparison, depth: depth &+ 1)
                base += split
                count &-= split
            } else {
                sort(base + split, count &- split, comparison, depth: depth &+ 1)
                count = split
            }
        }
        var at = 1
        while at < count {
            let key = base[at]
            var hole = at
            while hole > 0, comparison.precedes(key, base[hole &- 1]) {
                base[hole] = base[hole &- 1]
                hole &-= 1
            }
            base[hole] = key
            at &+= 1
        }
    }

    private static func middle(_ a: Key, _ b: Key, _ c: Key, _ comparison: Comparison) -> Key {
        if comparison.precedes(a, b) {
            return comparison.precedes(b, c) ? b : comparison.precedes(a, c) ? c : a
        }
        return comparison.precedes(a, c) ? a : comparison.precedes(b, c) ? c : b
    }
}
