import SOLLanguage

extension ProgramRun {
    func aggregate(
        _ items: [Item], _ keys: [Item], _ compiler: Compiler, _ scope: inout Scope
    ) throws -> GroupingStage {
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
            guard case .call(let function, let arguments) = item.value.kind, function == "min" || function == "max"
            else {
                continue
            }
            if try compiler.withoutNeeds.compile(arguments[0]).isTime { times.insert(name) }
        }
        scope = Scope(isOpen: false, names: names, times: times, quantities: Set(names.dropFirst(keys.count)))
        let width = keys.count
        var grouping = GroupingStage(keys: groupKeys, aggregates: aggregates)
        for (place, item) in rewritten.enumerated() {
            guard case .field(let name) = item.kind else { continue }
            if let number = inner.hidden[name.text] { grouping.aggregateColumns[width + place] = number - width }
        }
        // As a rule the items are the aggregates themselves.
        if values.count == aggregates.count,
            values.indices.allSatisfy({ grouping.aggregateColumns[width + $0] == $0 })
        {
            return grouping
        }
        grouping.finished = { columns in
            let row = Row(columns: columns, event: nil)
            return Array(columns[..<width]) + (try values.map { try $0.value(row) })
        }
        return grouping
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
            aggregates.append(Aggregate(kind: kind, argument: try argument(of: kind, arguments)))
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

    /// Of `min(timestamp)` and `max(timestamp)` the two ends of equal events' times are enough.
    private func argument(of kind: Aggregate.Kind, _ arguments: [Expression]) throws -> Compiled? {
        guard let first = arguments.first else { return nil }
        guard kind == .min || kind == .max, try compiler.isEventTime(first) else { return try compiler.compile(first) }
        compiler.needs.times = true
        return Compiled(isTime: true) { row in (kind == .min ? row.event?.first : row.event?.last) ?? .null }
    }

    private mutating func rewrite(_ parts: [Expression]) throws -> [Expression] {
        var rewritten: [Expression] = []
        for part in parts { rewritten.append(try rewrite(part)) }
        return rewritten
    }
}
