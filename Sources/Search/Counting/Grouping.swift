import Events

/// By what events are counted.
public struct Grouping: Sendable {
    /// Names of fields; may be empty if `intervals` is given.
    public var fields: [String]
    /// Counts also by time: for the earliest and the latest time of the matching events (microseconds) the beginnings of the
    /// intervals, ascending; the first one not later than the earliest time. Undated events form a group of their own.
    public var intervals: (@Sendable (_ times: ClosedRange<Int64>) -> [Int64])?
    /// Whether the earliest and latest time of each group are wanted.
    public var wantsTimes: Bool
    /// Reads every value from the lines, without columns: to check what columns say.
    public var fromLines = false
    /// Stops with `OtherKinds` at a value that is no string.
    var onlyStrings = false

    public init(
        fields: [String], intervals: (@Sendable (_ times: ClosedRange<Int64>) -> [Int64])? = nil,
        wantsTimes: Bool = false
    ) {
        self.fields = fields
        self.intervals = intervals
        self.wantsTimes = wantsTimes
    }
}

/// Where texts alone do not tell values apart.
struct OtherKinds: Error {}

/// A group of events.
public struct EventGroup: Sendable, Equatable {
    /// Index into `GroupCounts.intervals`; nil: undated, or not counted by time.
    public var interval: Int?
    /// The text of each field's value; nil: the events have none (R16).
    public var values: [[UInt8]?]
    public var count: UInt64
    /// Earliest and latest time, microseconds; nil if not asked for or no event is dated.
    public var times: ClosedRange<Int64>?
}

/// Exact counts of the matching events by group.
///
/// An event with a list counts in the group of each of its items, equal items once; of several lists, in every
/// combination. So the counts may add up to more than `events`.
public struct GroupCounts: Sendable {
    /// Matching events.
    public let events: UInt64
    /// Beginnings of the intervals, microseconds; empty if not counted by time.
    public let intervals: [Int64]
    /// Earliest and latest time of the matching events; nil if not counted by time, or none is dated.
    public let times: ClosedRange<Int64>?
    public let partialLabels: [String]
    /// Not empty: the counts are lower bounds.
    public let lost: [LostEvents]
    let table: GroupTable

    /// The number of groups, the one without a value included.
    public var count: Int { table.groups.count }

    /// Sum of the groups' counts.
    public var total: UInt64 { table.groups.reduce(0) { $0 + table.tally($1).count } }

    /// Distinct values of a field among the groups.
    public func distinctValues(of field: Int) -> Int { table.values[field].count }

    /// The groups by count, most first.
    ///
    /// - Parameters:
    ///   - limit: at most so many; nil: all.
    ///   - rare: fewest first.
    public func ranked(limit: Int? = nil, rare: Bool = false) -> RankedGroups {
        let groups = table.groups
        guard let limit, limit < groups.count else {
            return RankedGroups(table, order: GroupOrder(table).sorted(groups) { rare ? $0.count : ~$0.count })
        }
        var best = BoundedHeap<RankedGroup>(capacity: max(0, limit))
        for group in groups {
            let ranked = RankedGroup(group: group, table: table, rare: rare)
            if limit > 0 { best.insert(ranked) }
        }
        return RankedGroups(table, order: best.elements.sorted().map { UInt32($0.group) })
    }

    /// Calls `body` with the groups by interval and values, ascending, a missing one last.
    public func forEach(_ body: (EventGroup) throws -> Void) rethrows {
        for group in GroupOrder(table).sorted(table.groups, { _ in 0 }) { try body(table.event(group: Int(group))) }
    }
}

/// A group with what decides its place.
private struct RankedGroup: Comparable {
    let group: Int
    /// Most first: ascending order puts the largest count in front.
    private let rank: UInt64
    private let table: GroupTable

    init(group: Int, table: GroupTable, rare: Bool) {
        self.group = group
        self.table = table
        let count = table.tally(group).count
        rank = rare ? count : ~count
    }

    static func == (a: Self, b: Self) -> Bool { a.group == b.group }

    static func < (a: Self, b: Self) -> Bool {
        if a.rank != b.rank { return a.rank < b.rank }
        return a.table.isSmaller(a.group, than: b.group)
    }
}
