import Search

/// The distinct values of every group for one aggregate: each value once, and pairs of group and value.
struct DistinctValues {
    private let kind: Aggregate.Kind
    private let numbers = ValueTable()
    /// By number; only for sets.
    private var values: [Value] = []
    private var pairs = PairTable()
    private var valueMemory = 0

    /// Bytes above which a digest stands for the value.
    private static let longest = 64
    /// Of one run, so that the tables of several threads can be merged.
    private static let keys = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

    /// Without keys there is one group, which has all values.
    private let isOneGroup: Bool

    init(_ kind: Aggregate.Kind, isOneGroup: Bool) {
        self.kind = kind
        self.isOneGroup = isOneGroup
    }

    var memory: Int { numbers.memory + pairs.memory + valueMemory + values.capacity * MemoryLayout<Value>.stride }

    /// - Parameter buffer: for the value's bytes.
    mutating func add(_ value: Value, _ group: Int, _ buffer: inout [UInt8]) {
        switch value {
        case .null: return
        case .list(let items): for item in items { enter(item, group, &buffer) }
        case .boolean, .integer, .number, .string, .time, .timespan, .map: enter(value, group, &buffer)
        }
    }

    private mutating func enter(_ item: Value, _ group: Int, _ buffer: inout [UInt8]) {
        buffer.removeAll(keepingCapacity: true)
        item.appendGroupKey(to: &buffer)
        if kind == .countDistinct, buffer.count > Self.longest {
            // The value itself is not asked for again.
            let digest = buffer.withUnsafeBytes { ValueTable.digest($0, Self.keys) }
            buffer.removeAll(keepingCapacity: true)
            buffer.append(UInt8(ascii: "h"))
            withUnsafeBytes(of: digest) { buffer += $0 }
        }
        let before = numbers.count
        let number = buffer.withUnsafeBytes { numbers.intern($0) }
        if kind == .makeSet, numbers.count > before {
            values.append(item)
            valueMemory += item.heapMemory
        }
        if !isOneGroup { _ = pairs.intern(UInt32(group), number) }
    }

    /// - Parameter groups: the numbers of the other's groups here.
    mutating func merge(_ other: DistinctValues, _ groups: [UInt32]) {
        var known: [UInt32] = [0]
        for number in 0..<other.numbers.count {
            let before = numbers.count
            known.append(other.numbers.withText(UInt32(number + 1)) { numbers.intern($0) })
            if kind == .makeSet, numbers.count > before {
                values.append(other.values[number])
                valueMemory += other.values[number].heapMemory
            }
        }
        for number in 0..<other.pairs.count {
            let pair = other.pairs.pair(UInt32(number))
            _ = pairs.intern(groups[Int(pair.first)], known[Int(pair.second)])
        }
    }

    /// What each group has.
    func results(groups: Int) -> Results {
        if isOneGroup {
            return Results(
                kind: kind, values: values, counts: [Int64(numbers.count)], members: [Array(0..<UInt32(values.count))])
        }
        var results = Results(kind: kind, values: values, counts: Array(repeating: 0, count: groups), members: [])
        for number in 0..<pairs.count { results.counts[Int(pairs.pair(UInt32(number)).first)] += 1 }
        guard kind == .makeSet else { return results }
        results.members = Array(repeating: [], count: groups)
        for number in 0..<pairs.count {
            let pair = pairs.pair(UInt32(number))
            results.members[Int(pair.first)].append(pair.second - 1)
        }
        return results
    }

    struct Results {
        fileprivate let kind: Aggregate.Kind
        fileprivate let values: [Value]
        /// By group.
        fileprivate(set) var counts: [Int64]
        fileprivate var members: [[UInt32]]

        mutating func take(_ group: Int) -> Value {
            guard kind == .makeSet else { return .integer(counts[group]) }
            let set = members[group].map { values[Int($0)] }
            members[group] = []
            return set.isEmpty ? .null : .list(set.sorted { Value.order($0, $1) < 0 })
        }
    }
}
