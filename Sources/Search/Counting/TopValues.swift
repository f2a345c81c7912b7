/// The values of one field, most or least frequent, and how many there are.
public struct TopValues: Sendable {
    /// In their order; a missing value is a group of its own.
    public var groups: RankedGroups
    /// Distinct values.
    public var distinct: Int
    /// All groups.
    public var count: Int
    /// Matching events.
    public var events: UInt64
    /// Not empty: the counts are lower bounds.
    public var lost: [LostEvents]

    public init(groups: RankedGroups, distinct: Int, count: Int, events: UInt64, lost: [LostEvents]) {
        self.groups = groups
        self.distinct = distinct
        self.count = count
        self.events = events
        self.lost = lost
    }
}
