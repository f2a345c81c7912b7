import SOLLanguage

/// Groups rows by the values of keys; the items of a list count singly (S23).
final class GroupRows {
    private struct Group {
        var keys: [Value]
        var states: [AggregateState]
    }

    private let keys: [Compiled]
    private let aggregates: [Aggregate]
    private var groups: [[UInt8]: Int] = [:]
    private var all: [Group] = []
    private var memory = 0

    init(keys: [Compiled], aggregates: [Aggregate]) {
        self.keys = keys
        self.aggregates = aggregates
        // Without keys there is one row even for no input.
        if keys.isEmpty { _ = number(of: [], key: []) }
    }

    func add(_ row: Row) throws -> Bool {
        let arguments = try aggregates.map { try $0.argument?.value(row) ?? .null }
        let choices = try keys.map { key -> [Value] in
            let items = try key.value(row).items
            return items.isEmpty ? [.null] : items.count == 1 ? items : Self.distinct(items)
        }
        try expand(choices[...], [], []) { values, key in
            let number = number(of: values, key: key)
            for (index, argument) in arguments.enumerated() {
                memory += all[number].states[index].add(argument)
            }
            guard memory <= ProgramRun.memory else { throw SOLError.tooMuchMemory("grouping") }
        }
        return true
    }

    private static func distinct(_ items: [Value]) -> [Value] {
        var seen: Set<[UInt8]> = []
        return items.filter { seen.insert($0.groupKey).inserted }
    }

    private func expand(
        _ choices: ArraySlice<[Value]>, _ values: [Value], _ key: [UInt8], _ body: ([Value], [UInt8]) throws -> Void
    ) throws {
        guard let first = choices.first else { return try body(values, key) }
        for value in first {
            let part = value.groupKey
            let length = UInt32(part.count)
            let head = [UInt8(length & 255), UInt8(length >> 8 & 255), UInt8(length >> 16 & 255), UInt8(length >> 24)]
            try expand(choices.dropFirst(), values + [value], key + head + part, body)
        }
    }

    private func number(of values: [Value], key: [UInt8]) -> Int {
        if let known = groups[key] { return known }
        groups[key] = all.count
        memory += 160 + key.count + values.reduce(0) { $0 + $1.memory } + 64 * aggregates.count
        all.append(Group(keys: values, states: aggregates.map { AggregateState($0.kind) }))
        return all.count - 1
    }

    /// Gives the groups out, in ascending order of their keys, nulls last; `finished` makes a row of keys and aggregates.
    func finish(_ next: Sink, _ finished: ([Value]) throws -> [Value]) throws {
        all.sort { a, b in
            for (x, y) in zip(a.keys, b.keys) {
                let order = Value.order(x, y)
                if order != 0 { return order < 0 }
            }
            return false
        }
        for group in all {
            let row = try finished(group.keys + group.states.map(\.result))
            if try !next.push(Row(columns: row, event: nil)) { break }
        }
        try next.finish()
    }
}

/// One aggregate of a stage.
struct Aggregate {
    enum Kind: String {
        case count, sum, min, max, avg, countDistinct = "count_distinct", makeSet = "make_set", countif
    }

    var kind: Kind
    var argument: Compiled?
}

/// What an aggregate has seen so far.
struct AggregateState {
    private let kind: Aggregate.Kind
    private var count: Int64 = 0
    private var integers: Int64 = 0
    private var doubles = 0.0
    /// The sum is no longer an integer.
    private var isDouble = false
    private var best: Value = .null
    private var values: [[UInt8]: Value] = [:]

    init(_ kind: Aggregate.Kind) {
        self.kind = kind
    }

    /// Returns the memory that was added.
    mutating func add(_ value: Value) -> Int {
        switch kind {
        case .count: count += 1
        case .countif: if value.isTrue { count += 1 }
        case .sum, .avg: for item in value.items { add(number: item) }
        case .min, .max: for item in value.items { compare(item) }
        case .countDistinct, .makeSet:
            var memory = 0
            for item in value.items {
                let key = item.groupKey
                if values.updateValue(kind == .makeSet ? item : .null, forKey: key) == nil {
                    memory += 96 + key.count + (kind == .makeSet ? item.memory : 0)
                }
            }
            return memory
        }
        return 0
    }

    private mutating func add(number item: Value) {
        guard let double = item.double else { return }
        count += 1
        if !isDouble, case .integer(let number) = item {
            let (sum, overflow) = integers.addingReportingOverflow(number)
            if !overflow {
                integers = sum
                return
            }
        }
        if !isDouble {
            isDouble = true
            doubles = Double(integers)
        }
        doubles += double
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
        case .count, .countif: return .integer(count)
        case .sum: return count == 0 ? .null : isDouble ? .finite(doubles) : .integer(integers)
        case .avg: return count == 0 ? .null : .finite((isDouble ? doubles : Double(integers)) / Double(count))
        case .min, .max: return best
        case .countDistinct: return .integer(Int64(values.count))
        case .makeSet:
            return values.isEmpty ? .null : .list(values.values.sorted { Value.order($0, $1) < 0 })
        }
    }
}

extension ProgramRun {
    func aggregate(_ items: [Item], _ keys: [Item], _ compiler: Compiler, _ scope: inout Scope) throws -> Factory {
        let names = try ItemNames.named(keys + items, self)
        let groupKeys = try keys.map { try compiler.compile($0.value) }
        var collector = AggregateCollector(compiler: compiler)
        let rewritten = try items.map { item in
            let before = collector.aggregates.count
            let value = try collector.rewrite(item.value)
            guard collector.aggregates.count > before else {
                throw error(
                    "every item of aggregate holds an aggregate such as count()", item.value.position,
                    hint: "group by it: | aggregate … by \(item.value.canonical)")
            }
            return value
        }
        let aggregates = collector.aggregates
        // Aggregates stand behind the keys, as columns without names.
        var inner = Compiler(program: self, scope: .nothing, needs: compiler.needs)
        for number in aggregates.indices { inner.hidden[AggregateCollector.name(number)] = keys.count + number }
        let values = try rewritten.map { try inner.compile($0) }
        var times = Set(zip(names, groupKeys).filter(\.1.isTime).map(\.0))
        for (name, item) in zip(names.dropFirst(keys.count), items) {
            if case .call("min", let arguments) = item.value.kind, try compiler.compile(arguments[0]).isTime {
                times.insert(name)
            }
            if case .call("max", let arguments) = item.value.kind, try compiler.compile(arguments[0]).isTime {
                times.insert(name)
            }
        }
        scope = Scope(isOpen: false, names: names, times: times)
        let width = keys.count
        return { next in
            let groups = GroupRows(keys: groupKeys, aggregates: aggregates)
            return Sink(
                { try groups.add($0) },
                finish: {
                    try groups.finish(next) { columns in
                        let row = Row(columns: columns, event: nil)
                        return Array(columns[..<width]) + (try values.map { try $0.value(row) })
                    }
                })
        }
    }
}

/// Takes the aggregates out of expressions, and puts names in their places.
struct AggregateCollector {
    let compiler: Compiler
    private(set) var aggregates: [Aggregate] = []

    static func name(_ number: Int) -> String { "\u{0}\(number)" }

    init(compiler: Compiler) {
        self.compiler = compiler
    }

    mutating func rewrite(_ expression: Expression) throws -> Expression {
        var result = expression
        switch expression.kind {
        case .call(let name, let arguments):
            guard let kind = Aggregate.Kind(rawValue: name), Function.named(name)?.isAggregate == true else {
                result.kind = .call(name, try rewrite(arguments))
                return result
            }
            aggregates.append(Aggregate(kind: kind, argument: try arguments.first.map { try compiler.compile($0) }))
            result.kind = .field(
                FieldName(parts: [Self.name(aggregates.count - 1)], isQuoted: true, position: expression.position))
        case .null, .boolean, .integer, .number, .timespan, .string, .parameter, .scalar: break
        case .field(let name):
            if try name.isQuoted || compiler.program.constant(name.parts[0]) == nil {
                throw compiler.error(
                    "\(name.text) stands outside an aggregate", expression.position,
                    hint: "group by it, or write min(\(name.text)), make_set(\(name.text)) …")
            }
        case .map(let entries):
            result.kind = .map(try entries.map { MapEntry(key: $0.key, value: try rewrite($0.value)) })
        case .element(let a, let b): result.kind = .element(try rewrite(a), try rewrite(b))
        case .negative(let inner): result.kind = .negative(try rewrite(inner))
        case .arithmetic(let operation, let a, let b):
            result.kind = .arithmetic(operation, try rewrite(a), try rewrite(b))
        case .compare(let comparison, let a, let b): result.kind = .compare(comparison, try rewrite(a), try rewrite(b))
        case .text(let test, let ignoreCase, let a, let b):
            result.kind = .text(test, ignoreCase: ignoreCase, try rewrite(a), try rewrite(b))
        case .member(let value, let set, let isNegated, let ignoreCase):
            result.kind = .member(try rewrite(value), set, isNegated: isNegated, ignoreCase: ignoreCase)
        case .between(let a, let b, let c): result.kind = .between(try rewrite(a), try rewrite(b), try rewrite(c))
        case .regex(let a, let b): result.kind = .regex(try rewrite(a), try rewrite(b))
        case .not(let inner): result.kind = .not(try rewrite(inner))
        case .and(let parts): result.kind = .and(try rewrite(parts))
        case .or(let parts): result.kind = .or(try rewrite(parts))
        }
        return result
    }

    private mutating func rewrite(_ parts: [Expression]) throws -> [Expression] {
        var rewritten: [Expression] = []
        for part in parts { rewritten.append(try rewrite(part)) }
        return rewritten
    }
}
