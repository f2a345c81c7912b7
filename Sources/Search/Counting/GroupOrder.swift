/// The order of a table's groups by interval (undated last), then by the values' bytes (a missing one last).
///
/// Values are sorted once, so that groups are compared by numbers.
struct GroupOrder {
    private let table: GroupTable
    /// By place in a tuple: what its numbers are replaced by, so that smaller ones come first; empty: they are intervals.
    private var places: [[UInt32]] = []
    /// Bits of each place.
    private var widths: [Int] = []

    init(_ table: GroupTable) {
        self.table = table
        if table.hasIntervals { places.append([]) }
        for values in table.values { places.append(values.places()) }
        widths = places.map { $0.isEmpty ? 32 : UInt32.bitWidth - UInt32($0.count).leadingZeroBitCount }
    }

    private struct Item {
        var rank: UInt64
        /// The numbers of the group as far as they fit into 64 bits.
        var key: UInt64
        var group: UInt32
    }

    /// - Parameter rank: what comes before that.
    func sorted(_ groups: [Int], _ rank: (TupleCounts.Tally) -> UInt64) -> [UInt32] {
        let isWhole = widths.reduce(0, +) <= 64
        var items = groups.map { group in
            Item(rank: rank(table.tally(group)), key: isWhole ? key(of: group) : 0, group: UInt32(group))
        }
        items.withUnsafeMutableBufferPointer { items in
            items.sort { a, b in
                if a.rank != b.rank { return a.rank < b.rank }
                return isWhole ? a.key < b.key : isSmaller(a.group, b.group)
            }
        }
        return items.map(\.group)
    }

    private func key(of group: Int) -> UInt64 {
        table.withTuple(group) { tuple in
            var key: UInt64 = 0
            for (place, number) in tuple.enumerated() {
                key = key << UInt64(widths[place]) | UInt64(rank(place, number))
            }
            return key
        }
    }

    private func isSmaller(_ a: UInt32, _ b: UInt32) -> Bool {
        table.withTuple(Int(a)) { a in
            table.withTuple(Int(b)) { b in
                for place in a.indices where a[place] != b[place] {
                    return rank(place, a[place]) < rank(place, b[place])
                }
                return false
            }
        }
    }

    private func rank(_ place: Int, _ number: UInt32) -> UInt32 {
        // Nothing comes last.
        if number == 0 { return places[place].isEmpty ? .max : UInt32(places[place].count) }
        return places[place].isEmpty ? number : places[place][Int(number)]
    }
}
