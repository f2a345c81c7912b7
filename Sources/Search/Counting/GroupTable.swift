/// Groups with their counts: of one partition, or of all.
///
/// `@unchecked` is safe: a table is filled by one thread at a time (the shared one under a mutex) and never changed once it
/// stands in an answer.
final class GroupTable: @unchecked Sendable {
    /// Whether the first number of a tuple is an interval's (from 1; 0: undated).
    let hasIntervals: Bool
    /// One for each field; in a tuple 0 stands for no value. Shared by the tables of all threads.
    let values: [SharedValues]
    private var tuples: TupleCounts

    init(values: [SharedValues], hasIntervals: Bool) {
        self.hasIntervals = hasIntervals
        self.values = values
        tuples = TupleCounts(width: values.count + (hasIntervals ? 1 : 0))
    }

    var width: Int { tuples.width }

    /// Without the values.
    var memory: Int { tuples.memory }

    /// Numbers of the groups that have events.
    var groups: [Int] { tuples.tallies.indices.filter { tuples.tallies[$0].count > 0 } }

    func tally(_ group: Int) -> TupleCounts.Tally { tuples.tallies[group] }

    @inline(__always)
    func add(_ tuple: UnsafeBufferPointer<UInt32>, _ tally: TupleCounts.Tally) { tuples.add(tuple, tally) }

    /// Takes in the groups of another table with the same values.
    func merge(_ other: GroupTable) {
        if width == 1 { return tuples.addAll(other.tuples) }
        for group in other.groups { other.tuples.withTuple(group) { tuples.add($0, other.tally(group)) } }
    }

    func event(group: Int) -> EventGroup {
        let tuple = tuples.tuple(group)
        let shift = hasIntervals ? 1 : 0
        let tally = tally(group)
        return EventGroup(
            interval: hasIntervals && tuple[0] > 0 ? Int(tuple[0]) - 1 : nil,
            values: values.indices.map { field in
                let number = tuple[field + shift]
                return number == 0 ? nil : values[field].withText(number) { Array($0) }
            },
            count: tally.count, times: tally.first <= tally.last ? tally.first...tally.last : nil)
    }

    /// The numbers that stand for interval and values.
    func withTuple<Result>(
        _ group: Int, _ body: (UnsafeBufferPointer<UInt32>) throws -> Result
    ) rethrows -> Result { try tuples.withTuple(group, body) }

    /// By interval (undated last), then by the values' bytes (a missing one last).
    func isSmaller(_ first: Int, than second: Int) -> Bool {
        let (a, b) = (tuples.tuple(first), tuples.tuple(second))
        for (place, number) in a.enumerated() where number != b[place] {
            if number == 0 || b[place] == 0 { return b[place] == 0 }
            if hasIntervals, place == 0 { return number < b[place] }
            return values[place - (hasIntervals ? 1 : 0)].isSmaller(number, than: b[place])
        }
        return false
    }
}
