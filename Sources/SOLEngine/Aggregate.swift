/// One aggregate of a stage.
struct Aggregate {
    enum Kind: String {
        case count, sum, min, max, avg, countDistinct = "count_distinct", makeSet = "make_set", countif

        /// Whether each distinct value is remembered.
        var keepsValues: Bool { self == .countDistinct || self == .makeSet }
        /// Whether it is a number of rows or values, which is never missing.
        var isCount: Bool { self == .count || self == .countif || self == .countDistinct }
    }

    var kind: Kind
    var argument: Compiled?
}

/// What a sum, an average, a smallest or largest value has seen so far.
struct AggregateState {
    private let kind: Aggregate.Kind
    private var count: Int64 = 0
    private var sum = ExactSum()
    private var best: Value = .null

    init(_ kind: Aggregate.Kind) {
        self.kind = kind
    }

    mutating func add(_ value: Value, _ weight: Int64) {
        switch kind {
        case .sum, .avg:
            if case .list(let items) = value {
                for item in items { add(number: item, weight) }
            } else {
                add(number: value, weight)
            }
        case .min, .max:
            if case .list(let items) = value {
                for item in items { compare(item) }
            } else {
                compare(value)
            }
        // They are kept otherwise.
        case .count, .countif, .countDistinct, .makeSet: break
        }
    }

    mutating func merge(_ other: AggregateState) {
        count += other.count
        sum.add(other.sum)
        compare(other.best)
    }

    private mutating func add(number item: Value, _ weight: Int64) {
        switch item {
        case .integer(let number): sum.add(number, times: weight)
        case .number(let number): sum.add(number, times: weight)
        case .null, .boolean, .string, .time, .timespan, .list, .map: return
        }
        count += weight
    }

    private mutating func compare(_ item: Value) {
        switch item {
        case .integer, .number, .time, .timespan: break
        case .null, .boolean, .string, .list, .map: return
        }
        if best.isNull {
            best = item
        } else {
            let order = Value.order(item, best)
            if kind == .min ? order < 0 : order > 0 { best = item }
        }
    }

    var result: Value {
        switch kind {
        case .sum: count == 0 ? .null : sum.value
        case .avg: count == 0 ? .null : .finite(sum.double / Double(count))
        case .min, .max: best
        case .count, .countif, .countDistinct, .makeSet: .null
        }
    }
}
