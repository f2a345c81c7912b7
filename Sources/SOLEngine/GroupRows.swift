import Archive
import Search

/// Groups rows by the values of keys; the items of a list count singly (S23).
///
/// Used by one thread at a time; what several have grouped is merged.
final class GroupRows {
    private let keys: [Compiled]
    private let aggregates: [Aggregate]
    private let budget: MemoryBudget
    /// The groups by their keys as bytes, from which the keys are read again.
    private let numbers = ValueTable()
    /// Keys that bytes do not tell wholly.
    private var others: [Int: [Value]] = [:]
    /// Of all groups, one after the other.
    private var states: [AggregateState] = []
    /// By aggregate; empty for one that keeps no values.
    private var distinct: [DistinctValues?]
    private var counted = 0

    // One row's, kept to be used again.
    private var rowKeys: [Value]
    private var arguments: [Value]
    private var buffer: [UInt8] = []

    init(keys: [Compiled], aggregates: [Aggregate], budget: MemoryBudget) {
        self.keys = keys
        self.aggregates = aggregates
        self.budget = budget
        distinct = aggregates.map { $0.kind.keepsValues ? DistinctValues($0.kind, isOneGroup: keys.isEmpty) : nil }
        rowKeys = Array(repeating: .null, count: keys.count)
        arguments = Array(repeating: .null, count: aggregates.count)
    }

    private var count: Int { numbers.count }

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
        let group = keys.isEmpty && count > 0 ? 0 : number(of: rowKeys)
        let first = group * aggregates.count
        for place in aggregates.indices {
            if aggregates[place].kind.keepsValues {
                distinct[place]?.add(arguments[place], group, &buffer)
            } else {
                states[first + place].add(arguments[place], weight)
            }
        }
        counted += 1
        if counted & 255 == 0 { try account() }
    }

    /// The group of the keys, a new one if there is none.
    private func number(of keys: [Value]) -> Int {
        buffer.removeAll(keepingCapacity: true)
        for value in keys { value.appendGroupPart(to: &buffer) }
        return buffer.withUnsafeBytes { number(of: $0) { keys } }
    }

    private func number(of key: UnsafeRawBufferPointer, _ values: () -> [Value]) -> Int {
        let before = numbers.count
        let number = Int(numbers.intern(key)) - 1
        if numbers.count > before {
            for aggregate in aggregates { states.append(AggregateState(aggregate.kind)) }
            if key.contains(Value.otherMark) {
                let values = values()
                if values.contains(where: { if case .map = $0 { true } else { false } }) { others[number] = values }
            }
        }
        return number
    }

    private func keys(of group: Int) -> [Value] {
        if let known = others[group] { return known }
        return numbers.withText(UInt32(group + 1)) { Value.keys(inGroupParts: $0) }
    }

    /// Tells the budget what is used now.
    private func account() throws {
        var memory = numbers.memory + others.count * 256
        memory += states.capacity * MemoryLayout<AggregateState>.stride
        for case let kept? in distinct { memory += kept.memory }
        try budget.use(memory, by: ObjectIdentifier(self))
    }

    /// Takes in what another one has grouped.
    func merge(_ other: GroupRows) throws {
        var groups: [UInt32] = []
        for group in 0..<other.count {
            let number: Int = other.numbers.withText(UInt32(group + 1)) { key in
                self.number(of: key) { other.keys(of: group) }
            }
            groups.append(UInt32(number))
            for place in aggregates.indices {
                states[number * aggregates.count + place].merge(other.states[group * aggregates.count + place])
            }
        }
        for place in distinct.indices {
            if let more = other.distinct[place] { distinct[place]?.merge(more, groups) }
        }
        budget.free(ObjectIdentifier(other))
        try account()
    }

    /// Gives the groups out, in ascending order of their keys, nulls last; `finished` makes a row of keys and aggregates.
    func finish(_ next: Sink, _ finished: ([Value]) throws -> [Value]) throws {
        // Without keys there is one row even for no input.
        if keys.isEmpty, count == 0 { _ = number(of: []) }
        try account()
        var kept = distinct.map { $0?.results(groups: count) }
        for group in sorted() {
            var row = keys(of: group)
            for place in aggregates.indices {
                if kept[place] != nil {
                    row.append(kept[place]?.take(group) ?? .null)
                } else {
                    row.append(states[group * aggregates.count + place].result)
                }
            }
            if try !next.push(Row(columns: try finished(row), event: nil)) { break }
        }
        try next.finish()
        budget.free(ObjectIdentifier(self))
    }

    /// The groups in the order of their keys. Most comparisons are decided by a number that stands for the first key.
    private func sorted() -> [Int] {
        guard !keys.isEmpty else { return Array(0..<count) }
        let order = (0..<count).map { group in
            (prefix: numbers.withText(UInt32(group + 1)) { Value.firstKey(inGroupParts: $0).orderPrefix }, group: group)
        }
        return order.sorted { a, b in
            if a.prefix != b.prefix { return a.prefix < b.prefix }
            for (x, y) in zip(keys(of: a.group), keys(of: b.group)) {
                let order = Value.order(x, y)
                if order != 0 { return order < 0 }
            }
            return a.group < b.group
        }.map(\.group)
    }
}

/// What a program's groups, sorted rows and tables may take together.
///
/// `@unchecked` is safe: what is used is only touched under the mutex.
final class MemoryBudget: @unchecked Sendable {
    private let limit: Int
    private let what: String
    private let mutex = Mutex()
    private var used: [ObjectIdentifier: Int] = [:]
    private var total = 0

    init(limit: Int = ProgramRun.memory, _ what: String) {
        self.limit = limit
        self.what = what
    }

    /// - Throws: `SOLError` if all users together take more than the limit.
    func use(_ bytes: Int, by user: ObjectIdentifier) throws {
        let isTooMuch = mutex.withLock {
            total += bytes - (used.updateValue(bytes, forKey: user) ?? 0)
            return total > limit
        }
        if isTooMuch { throw SOLError.tooMuchMemory(what) }
    }

    func free(_ user: ObjectIdentifier) { mutex.withLock { total -= used.removeValue(forKey: user) ?? 0 } }
}
