import Search

/// Groups rows by the values of keys; the items of a list count singly (S23).
///
/// Used by one thread at a time; what several have grouped is merged.
final class GroupRows {
    private let stage: GroupingStage
    private let budget: MemoryBudget
    /// The groups by their keys as bytes, from which the keys are read again.
    private let numbers = ValueTable()
    /// Keys that bytes do not tell wholly.
    private var others: [Int: [Value]] = [:]
    private let states: GroupStates
    private var counted = 0

    // One row's, kept to be used again.
    private var rowKeys: [Value]
    private var arguments: [Value]
    private var buffer: [UInt8] = []

    init(_ stage: GroupingStage, budget: MemoryBudget) {
        self.stage = stage
        self.budget = budget
        states = GroupStates(stage.aggregates.map(\.kind), isOneGroup: stage.keys.isEmpty)
        rowKeys = Array(repeating: .null, count: stage.keys.count)
        arguments = Array(repeating: .null, count: stage.aggregates.count)
    }

    private var count: Int { numbers.count }
    private var keys: [Compiled] { stage.keys }
    private var aggregates: [Aggregate] { stage.aggregates }

    func add(_ row: Row) throws -> Bool {
        for place in aggregates.indices { arguments[place] = try aggregates[place].argument?.value(row) ?? .null }
        var hasLists = false
        for place in keys.indices {
            rowKeys[place] = try keys[place].value(row)
            if case .list = rowKeys[place] { hasLists = true }
        }
        if hasLists {
            let choices = rowKeys.map { key -> [Value] in
                let items = key.items
                return items.isEmpty ? [.null] : items.count == 1 ? items : Self.distinct(items)
            }
            try expand(choices, 0, row.weight)
        } else {
            try enter(row.weight)
        }
        return true
    }

    private static func distinct(_ items: [Value]) -> [Value] {
        let seen = ValueTable()
        return items.filter { item in
            let before = seen.count
            var key: [UInt8] = []
            item.appendGroupKey(to: &key)
            _ = key.withUnsafeBytes { seen.intern($0) }
            return seen.count > before
        }
    }

    private func expand(_ choices: [[Value]], _ place: Int, _ weight: Int64) throws {
        guard place < choices.count else { return try enter(weight) }
        for value in choices[place] {
            rowKeys[place] = value
            try expand(choices, place + 1, weight)
        }
    }

    /// Counts the row in the group of `rowKeys`.
    private func enter(_ weight: Int64) throws {
        states.add(arguments, weight, to: keys.isEmpty && count > 0 ? 0 : number(of: rowKeys))
        try accountAtTimes(1)
    }

    /// Counts a row in the group whose keys have these bytes; no map is among them.
    func add(_ row: Row, key: UnsafeRawBufferPointer) throws {
        for place in aggregates.indices { arguments[place] = try aggregates[place].argument?.value(row) ?? .null }
        let group = Int(numbers.intern(key)) - 1
        states.grow(to: numbers.count)
        states.add(arguments, row.weight, to: group)
        try accountAtTimes(1)
    }

    /// The same for many rows, where no aggregate has an argument.
    func add(keys: [UnsafeRawBufferPointer], weights: [Int64]) throws {
        numbers.intern(keys) { place, number in
            states.grow(to: numbers.count)
            states.add(arguments, weights[place], to: Int(number) - 1)
        }
        try accountAtTimes(keys.count)
    }

    private func accountAtTimes(_ rows: Int) throws {
        counted += rows
        guard counted >= 256 else { return }
        counted = 0
        try account()
    }

    /// The group of the keys, a new one if there is none.
    private func number(of keys: [Value]) -> Int {
        buffer.removeAll(keepingCapacity: true)
        for value in keys { value.appendGroupPart(to: &buffer) }
        let before = numbers.count
        let number = Int(buffer.withUnsafeBytes { numbers.intern($0) }) - 1
        if numbers.count > before {
            states.grow(to: numbers.count)
            if keys.contains(where: { if case .map = $0 { true } else { false } }) { others[number] = keys }
        }
        return number
    }

    private func keys(of group: Int) -> [Value] {
        if let known = others[group] { return known }
        return numbers.withText(UInt32(group + 1)) { Value.keys(inGroupParts: $0) }
    }

    /// Tells the budget what is used now.
    private func account() throws {
        try budget.use(numbers.memory + others.count * 256 + states.memory, by: ObjectIdentifier(self))
    }

    /// Takes in what another one has grouped.
    func merge(_ other: GroupRows) throws {
        let groups = numbers.intern(all: other.numbers).map { $0 - 1 }
        states.grow(to: numbers.count)
        for (group, keys) in other.others { others[Int(groups[group])] = keys }
        states.merge(other.states, groups)
        budget.free(ObjectIdentifier(other))
        try account()
    }

    /// Gives the groups out, in ascending order of their keys, nulls last.
    func finish(_ next: Sink) throws {
        // Without keys there is one row even for no input.
        if keys.isEmpty, count == 0 { _ = number(of: []) }
        try account()
        var results = states.results(groups: count)
        let wanted = stage.leading.map { leading($0, results.counts($0.aggregate, groups: count)) }
        for group in sorted(wanted ?? Array(0..<count)) {
            let row = keys(of: group) + aggregates.indices.map { results.take($0, of: group) }
            if try !next.push(Row(columns: try stage.finished(row), event: nil)) { break }
        }
        try next.finish()
        budget.free(ObjectIdentifier(self))
    }

    /// The groups that stand in front by their counts, in no order.
    private func leading(_ leading: LeadingGroups, _ counts: [Int64]) -> [Int] {
        var best = BoundedHeap<Int64>(capacity: leading.limit)
        var last = Int64.max
        for count in counts {
            let rank = leading.rank(count)
            if rank >= last { continue }
            best.insert(rank)
            if best.isFull, let worst = best.worst { last = worst }
        }
        guard best.isFull, !keys.isEmpty else { return Array(counts.indices) }
        let ahead = counts.indices.filter { leading.rank(counts[$0]) < last }
        // Of those with the last one's count the first by their keys.
        var tied = BoundedHeap<OrderedGroup>(capacity: max(1, leading.limit - ahead.count))
        for group in counts.indices where leading.rank(counts[group]) == last {
            let prefix = prefix(of: group)
            if tied.isFull, let worst = tied.worst, prefix > worst.prefix { continue }
            tied.insert(OrderedGroup(prefix: prefix, group: group, rows: self))
        }
        return ahead + tied.elements.map(\.group)
    }

    /// The groups in the order of their keys.
    private func sorted(_ groups: [Int]) -> [Int] {
        guard !keys.isEmpty else { return groups }
        return groups.map { OrderedGroup(prefix: prefix(of: $0), group: $0, rows: self) }.sorted().map(\.group)
    }

    /// A number that stands for the first key, and decides most comparisons.
    private func prefix(of group: Int) -> (UInt8, UInt64) {
        numbers.withText(UInt32(group + 1)) { Value.firstKey(inGroupParts: $0).orderPrefix }
    }

    private struct OrderedGroup: Comparable {
        let prefix: (UInt8, UInt64)
        let group: Int
        unowned let rows: GroupRows

        static func == (a: Self, b: Self) -> Bool { a.group == b.group }

        static func < (a: Self, b: Self) -> Bool {
            if a.prefix != b.prefix { return a.prefix < b.prefix }
            for (x, y) in zip(a.rows.keys(of: a.group), b.rows.keys(of: b.group)) {
                let order = Value.order(x, y)
                if order != 0 { return order < 0 }
            }
            return a.group < b.group
        }
    }
}
