/// Groups by count, most or fewest first; ties by interval and values (bytes) ascending, a missing value last.
///
/// A group is made when it is asked for, so that millions of them take little memory.
public struct RankedGroups: RandomAccessCollection, Sendable {
    private enum Source {
        case list([EventGroup])
        case keys(RankedKeys)
        case table(GroupTable, order: [UInt32])
    }

    private let source: Source

    init(_ groups: [EventGroup]) {
        source = .list(groups)
    }

    init(_ table: GroupTable, order: [UInt32]) {
        source = .table(table, order: order)
    }

    init(keys: KeyCounts, _ ranked: [SortedEntries.Entry], rare: Bool) {
        source = .keys(RankedKeys(keys: keys, ranked: ranked, rare: rare))
    }

    public var startIndex: Int { 0 }

    public var endIndex: Int {
        switch source {
        case .list(let groups): groups.count
        case .keys(let keys): keys.count
        case .table(_, let order): order.count
        }
    }

    public subscript(place: Int) -> EventGroup {
        switch source {
        case .list(let groups): groups[place]
        case .keys(let keys): keys[place]
        case .table(let table, let order): table.event(group: Int(order[place]))
        }
    }
}

/// The texts of a field by their counts.
///
/// `@unchecked` is safe: nothing changes once it is made, and the memory of the texts is kept.
private struct RankedKeys: @unchecked Sendable {
    /// Owns the texts.
    private let keys: KeyCounts
    private let ranked: [SortedEntries.Entry]
    /// Where the events without a value stand; nil: there are none.
    private let missingPlace: Int?

    init(keys: KeyCounts, ranked: [SortedEntries.Entry], rare: Bool) {
        self.keys = keys
        self.ranked = ranked
        let missing = keys.missing
        // Of equal counts it is the last.
        missingPlace =
            missing == 0
            ? nil : ranked.partitioningPlace { rare ? $0.count <= missing : $0.count >= missing }
    }

    var count: Int { ranked.count + (missingPlace == nil ? 0 : 1) }

    subscript(place: Int) -> EventGroup {
        var place = place
        if let missingPlace {
            if place == missingPlace {
                return EventGroup(interval: nil, values: [nil], count: keys.missing, times: nil)
            }
            if place > missingPlace { place -= 1 }
        }
        let entry = ranked[place]
        return EventGroup(
            interval: nil, values: [Array(entry.text[1..<entry.length - 1])], count: entry.count, times: nil)
    }
}

extension [SortedEntries.Entry] {
    /// The number of those in front that all fulfil `isFirst`, if none behind them does.
    fileprivate func partitioningPlace(_ isFirst: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isFirst(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
