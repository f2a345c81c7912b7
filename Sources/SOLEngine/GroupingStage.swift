import Search

/// A stage that counts rows together: `count`, `distinct`, `aggregate`.
struct GroupingStage {
    var keys: [Compiled]
    var aggregates: [Aggregate]
    /// By column of the result the aggregate that stands there as it is.
    var aggregateColumns: [Int: Int] = [:]
    /// Makes a row of a group's keys and aggregates.
    var finished: ([Value]) throws -> [Value] = { $0 }
    /// Which groups are wanted; nil: all.
    var leading: LeadingGroups?

    init(keys: [Compiled], aggregates: [Aggregate]) {
        self.keys = keys
        self.aggregates = aggregates
    }

    func make(_ budget: MemoryBudget) -> GroupRows { GroupRows(self, budget: budget) }

    /// Groups what comes one after the other.
    func sink(_ next: Sink) -> Sink {
        let groups = make(MemoryBudget("grouping"))
        return Sink({ try groups.add($0) }, finish: { try groups.finish(next) })
    }

    /// Leaves groups out that the next stage would cut off.
    mutating func limit(by ordering: Ordering) {
        guard let limit = ordering.limit, limit > 0, let number = aggregateColumns[ordering.column],
            aggregates[number].kind.isCount
        else { return }
        leading = LeadingGroups(aggregate: number, limit: limit, rare: ordering.isAscending)
    }
}

/// The groups that stand in front when all are ordered by a count: equal counts in the order of their keys.
struct LeadingGroups {
    var aggregate: Int
    var limit: Int
    /// The smallest counts.
    var rare: Bool

    func rank(_ count: Int64) -> Int64 { rare ? count : -count }
}

/// How a stage orders rows by one column.
struct Ordering {
    var column: Int
    var isAscending: Bool
    /// Rows that are wanted; nil: all.
    var limit: Int?
}

/// Gives groups out as rows, in the order in which they come; those that nobody wants never become rows.
struct GroupOutput<Key> {
    private struct Candidate: Comparable {
        var rank: Int64
        var arrival: Int
        var key: Key
        var count: Int64

        static func == (a: Self, b: Self) -> Bool { a.arrival == b.arrival }
        static func < (a: Self, b: Self) -> Bool { (a.rank, a.arrival) < (b.rank, b.arrival) }
    }

    private let next: Sink
    private let leading: LeadingGroups?
    private let row: (Key, Int64) throws -> [Value]
    private var best: BoundedHeap<Candidate>
    /// The rank of the last one that is kept, once there are as many as are wanted.
    private var worst = Int64.max
    private var arrivals = 0
    private var isDone = false

    /// - Parameter row: makes the row of a group and its count.
    init(_ leading: LeadingGroups?, next: Sink, _ row: @escaping (Key, Int64) throws -> [Value]) {
        self.next = next
        self.leading = leading
        self.row = row
        best = BoundedHeap(capacity: max(1, leading?.limit ?? 1))
    }

    mutating func add(_ key: Key, _ count: Int64) throws {
        guard let leading else {
            if !isDone { isDone = try !next.push(Row(columns: try row(key, count), event: nil)) }
            return
        }
        let rank = leading.rank(count)
        arrivals += 1
        // Of equal ones those that are there come first.
        if rank >= worst { return }
        best.insert(Candidate(rank: rank, arrival: arrivals, key: key, count: count))
        if best.isFull, let last = best.worst { worst = last.rank }
    }

    mutating func finish() throws {
        for one in best.elements.sorted(by: { $0.arrival < $1.arrival }) where !isDone {
            isDone = try !next.push(Row(columns: try row(one.key, one.count), event: nil))
        }
        try next.finish()
    }
}
