import SOLLanguage

/// Runs programs of SOL row by row over a list of events, written from the specification: everything is kept in memory,
/// nothing is clever, and of the product only the syntax tree is used.
final class BruteProgram {
    struct Table {
        var names: [String]
        var rows: [BruteRow]
    }

    private let program: Program
    /// In the order of the lines.
    private let events: [BruteRow]
    private var constants: [String: BruteValue] = [:]
    private var tables: [String: Table] = [:]

    /// `now()`.
    let now: BruteInstant
    private let parameters: [String: [String]]

    private init(
        _ program: Program, _ events: [BruteRow], now: BruteInstant, _ parameters: [String: [String]]
    ) {
        self.program = program
        self.events = events
        self.now = now
        self.parameters = parameters
    }

    /// S9.
    func parameter(_ name: String) -> BruteValue {
        let times = events.compactMap(\.time)
        switch name {
        case "time.start": return times.min().map { .time($0) } ?? .null
        case "time.end":
            return times.max().flatMap { last in
                let isFull = last.nanoseconds == 999_999_999
                return BruteInstant(
                    seconds: last.seconds + (isFull ? 1 : 0), nanoseconds: isFull ? 0 : last.nanoseconds + 1)
            }.map { .time($0) } ?? .null
        default:
            let texts = (parameters[name] ?? []).map { BruteValue.text($0) }
            return texts.count == 1 ? texts[0] : .list(texts)
        }
    }

    /// The events of lines.
    static func events(_ lines: [[UInt8]]) -> [BruteRow] {
        lines.enumerated().compactMap { number, line -> BruteRow? in
            guard let members = BruteEvent.members(of: line, isFirstLine: number == 0) else { return nil }
            let event = BruteEvent(line: line, isFirstLine: number == 0)
            return BruteRow(columns: [], members: members, time: event.flatMap { time(of: $0) })
        }
    }

    /// The columns and rows of a program.
    ///
    /// - Parameter datasets: columns and rows of text by name; an empty cell is null.
    static func run(
        _ program: Program, _ events: [BruteRow], now: BruteInstant? = nil, parameters: [String: [String]] = [:],
        datasets: [String: (names: [String], rows: [[String]])] = [:]
    ) -> Table {
        let epoch = BruteInstant(seconds: 0, nanoseconds: 0)
        guard let now = now ?? epoch else { return Table(names: [], rows: []) }
        let run = BruteProgram(program, events, now: now, parameters)
        for (name, dataset) in datasets {
            run.tables[name] = Table(
                names: dataset.names,
                rows: dataset.rows.map { row in
                    BruteRow(columns: zip(dataset.names, row).map { ($0, $1.isEmpty ? .null : .text($1)) })
                })
        }
        for definition in program.lets {
            switch definition.value {
            case .expression(let expression):
                run.constants[definition.name] = BruteExpressions(program: run).value(expression, BruteRow())
            case .pipeline(let pipeline): run.tables[definition.name] = run.table(pipeline)
            }
        }
        return run.table(program.pipeline)
    }

    /// S8: `@timestamp` as a time; a number by its digits.
    private static func time(of event: BruteEvent) -> BruteInstant? {
        for value in event.values(named: "@timestamp") {
            switch value {
            case .string(let text): if let time = BruteTime.instant(BruteValue.plain(text)) { return time }
            case .number(let text): if let time = BruteNumber(text)?.instant { return time }
            case .boolean, .object: continue
            }
        }
        return nil
    }

    func constant(_ name: String) -> BruteValue? { constants[name] }

    func firstColumn(_ name: String) -> [BruteValue] {
        tables[name]?.rows.map { $0.columns.first?.value ?? .null } ?? []
    }

    func firstColumn(_ pipeline: Pipeline) -> [BruteValue] {
        table(pipeline).rows.map { $0.columns.first?.value ?? .null }
    }

    func scalar(_ pipeline: Pipeline) -> BruteValue { table(pipeline).rows.first?.columns.first?.value ?? .null }

    private func table(_ pipeline: Pipeline) -> Table {
        var table: Table
        if pipeline.source == "events" {
            // Newest first; ties by line; undated ones last.
            let order = events.indices.sorted { a, b in
                switch (events[a].time, events[b].time) {
                case (let x?, let y?) where x != y: x > y
                case (_?, nil): true
                case (nil, _?): false
                default: a < b
                }
            }
            table = Table(names: [], rows: order.map { events[$0] })
        } else {
            table = tables[pipeline.source] ?? Table(names: [], rows: [])
        }
        for stage in pipeline.stages { apply(stage, &table) }
        return table
    }

    private func apply(_ stage: Stage, _ table: inout Table) {
        let expressions = BruteExpressions(program: self)
        switch stage.kind {
        case .count:
            let count = BruteValue.integer(Int64(table.rows.count))
            table = Table(names: ["count"], rows: [BruteRow(columns: [("count", count)])])
        case .filter(let condition): table.rows.removeAll { !expressions.isTrue(condition, $0) }
        case .select(let items):
            let names = items.map(name)
            table.rows = table.rows.map { row in
                BruteRow(columns: zip(names, items).map { ($0, expressions.value($1.value, row)) })
            }
            table.names = names
        case .extend(let items):
            let names = items.map(name)
            for name in names where !table.names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
                table.names.append(name)
            }
            table.rows = table.rows.map { row in
                var all = row
                for (name, item) in zip(names, items) {
                    let value = expressions.value(item.value, row)
                    if let place = all.columns.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                        all.columns[place].value = value
                    } else {
                        all.columns.append((name, value))
                    }
                }
                return all
            }
        case .distinct(let fields):
            table = group(
                table, fields.map(\.text), fields.map { Expression(kind: .field($0), position: 0) }, [], expressions)
        case .aggregate(let items, let keys):
            table = group(table, keys.map(name), keys.map(\.value), items, expressions)
        case .order(let keys): sort(&table, keys, expressions)
        case .top(let count, let keys):
            sort(&table, keys, expressions)
            table.rows = Array(table.rows.prefix(count))
        case .limit(let count): table.rows = Array(table.rows.prefix(count))
        case .join(let join): self.join(join, &table, expressions)
        case .render: break
        }
    }

    private func name(_ item: Item) -> String {
        if let name = item.name { return name.text }
        switch item.value.kind {
        case .field(let name): return name.text
        case .call("count", _): return "count"
        case .call(let function, let arguments):
            // One plain field, and other arguments without a field.
            let fields = arguments.compactMap { if case .field(let name) = $0.kind { name } else { nil } }
            let others = arguments.filter { if case .field = $0.kind { false } else { true } }
            guard fields.count == 1, let name = fields.first, others.allSatisfy(Self.isPlain) else { return "result" }
            if ["year", "month", "week"].contains(function) { return "\(name.text)_\(function)" }
            return "\(function)_\(name.text)"
        default: return "result"
        }
    }

    private static func isPlain(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .null, .boolean, .integer, .number, .timespan, .string: true
        default: false
        }
    }

    // MARK: Groups

    private func group(
        _ table: Table, _ names: [String], _ keys: [Expression], _ items: [Item], _ expressions: BruteExpressions
    ) -> Table {
        var groups: [(keys: [BruteValue], rows: [BruteRow])] = []
        var places: [String: Int] = [:]
        if keys.isEmpty { groups.append(([], [])) }
        for row in table.rows {
            var combinations: [[BruteValue]] = [[]]
            for key in keys {
                var items: [BruteValue] = []
                for item in expressions.value(key, row).items where !items.contains(where: { same($0, item) }) {
                    items.append(item)
                }
                if items.isEmpty { items = [.null] }
                combinations = combinations.flatMap { start in items.map { start + [$0] } }
            }
            for combination in combinations {
                // Hexadecimal, because texts that only look alike are different keys.
                let tag = combination.map { $0.tag.utf8.map { String($0, radix: 16) }.joined(separator: " ") }
                    .joined(separator: "|")
                if keys.isEmpty {
                    groups[0].rows.append(row)
                } else if let place = places[tag] {
                    groups[place].rows.append(row)
                } else {
                    places[tag] = groups.count
                    groups.append((combination, [row]))
                }
            }
        }
        groups.sort { a, b in
            for (x, y) in zip(a.keys, b.keys) {
                let order = BruteValue.order(x, y)
                if order != 0 { return order < 0 }
            }
            return false
        }
        let itemNames = items.map(name)
        let rows = groups.map { group in
            BruteRow(
                columns: zip(names, group.keys).map { ($0, $1) }
                    + zip(itemNames, items).map { ($0, aggregated($1.value, group.rows, expressions)) })
        }
        return Table(names: names + itemNames, rows: rows)
    }

    private func same(_ a: BruteValue, _ b: BruteValue) -> Bool { a.tag.utf8.elementsEqual(b.tag.utf8) }

    /// An expression over aggregates for the rows of a group: each aggregate becomes a column of its own.
    private func aggregated(
        _ expression: Expression, _ rows: [BruteRow], _ expressions: BruteExpressions
    ) -> BruteValue {
        var row = BruteRow()
        func replaced(_ expression: Expression) -> Expression {
            var copy = expression
            switch expression.kind {
            case .arithmetic(let operation, let a, let b): copy.kind = .arithmetic(operation, replaced(a), replaced(b))
            case .compare(let sign, let a, let b): copy.kind = .compare(sign, replaced(a), replaced(b))
            case .call(let function, let arguments):
                if Self.aggregates.contains(function) {
                    let name = "aggregate \(row.columns.count)"
                    row.columns.append((name, aggregate(function, arguments, rows, expressions)))
                    copy.kind = .field(FieldName(parts: [name], isQuoted: true, position: 0))
                } else {
                    copy.kind = .call(function, arguments.map(replaced))
                }
            default: break
            }
            return copy
        }
        let whole = replaced(expression)
        return expressions.value(whole, row)
    }

    private static let aggregates = [
        "count", "sum", "min", "max", "avg", "count_distinct", "make_set", "countif",
    ]

    private func aggregate(
        _ function: String, _ arguments: [Expression], _ rows: [BruteRow], _ expressions: BruteExpressions
    ) -> BruteValue {
        if function == "count" { return .integer(Int64(rows.count)) }
        let values = rows.map { expressions.value(arguments[0], $0) }
        let items = values.flatMap(\.items)
        let numbers = items.filter { $0.double != nil }
        switch function {
        case "countif": return .integer(Int64(values.filter { BruteExpressions.isTrue($0) }.count))
        case "sum", "avg":
            if numbers.isEmpty { return .null }
            let isInteger = numbers.allSatisfy { if case .integer = $0 { true } else { false } }
            // Neumaier's sum: an error of one unit in the last place at most, which the comparison forgives.
            var (sum, rest) = (0.0, 0.0)
            var integers: Int64 = 0
            for number in numbers {
                if case .integer(let integer) = number { integers &+= integer }
                let number = number.double ?? 0
                let next = sum + number
                rest += sum.magnitude >= number.magnitude ? sum - next + number : number - next + sum
                sum = next
            }
            if function == "avg" { return .finite((sum + rest) / Double(numbers.count)) }
            if isInteger, (sum + rest).magnitude < 0x1p63 { return .integer(integers) }
            return .finite(sum + rest)
        case "min", "max":
            let ordered = items.filter { item in
                switch item {
                case .integer, .number, .time, .span: true
                default: false
                }
            }.sorted { BruteValue.order($0, $1) < 0 }
            return (function == "min" ? ordered.first : ordered.last) ?? .null
        case "count_distinct", "make_set":
            var distinct: [String: BruteValue] = [:]
            for item in items {
                distinct[item.tag.utf8.map { String($0, radix: 16) }.joined(separator: " ")] = item
            }
            if function == "count_distinct" { return .integer(Int64(distinct.count)) }
            return distinct.isEmpty
                ? .null : .list(distinct.values.sorted { BruteValue.order($0, $1) < 0 })
        default: return .null
        }
    }

    // MARK: Order and joins

    private func sort(_ table: inout Table, _ keys: [SortKey], _ expressions: BruteExpressions) {
        let values = table.rows.map { row in keys.map { expressions.value($0.value, row) } }
        let order = table.rows.indices.sorted { a, b in
            for (place, key) in keys.enumerated() {
                let (x, y) = (values[a][place], values[b][place])
                if x.isNull != y.isNull { return y.isNull }
                let order = BruteValue.order(x, y)
                if order != 0 { return key.isAscending ? order < 0 : order > 0 }
            }
            return a < b
        }
        table.rows = order.map { table.rows[$0] }
    }

    private func join(_ join: Join, _ table: inout Table, _ expressions: BruteExpressions) {
        guard let right = tables[join.source] else { return }
        func isPair(_ left: BruteRow, _ other: BruteRow) -> Bool {
            join.on.allSatisfy { pair in
                expressions.equal(
                    expressions.field(pair.left.text, left), expressions.field(pair.right.text, other), false, false,
                    false)
            }
        }
        let left = table.rows
        switch join.kind {
        case .leftanti: table.rows = left.filter { row in !right.rows.contains { isPair(row, $0) } }
        case .rightanti:
            table = Table(names: right.names, rows: right.rows.filter { row in !left.contains { isPair($0, row) } })
        case .inner, .left, .lookup:
            let source = join.source
            let singular =
                source.hasSuffix("ies")
                ? source.dropLast(3) + "y"
                : source.hasSuffix("s") && !["ss", "us", "is"].contains(source.suffix(2))
                    ? source.dropLast() : source[...]
            let model = join.into ?? String(singular)
            let names = right.names.map { "\(model).\($0)" }
            table.names += names
            table.rows = left.flatMap { row -> [BruteRow] in
                var found = right.rows.filter { isPair(row, $0) }
                if join.kind == .lookup { found = Array(found.prefix(1)) }
                if found.isEmpty, join.kind != .inner {
                    found = [BruteRow(columns: right.names.map { ($0, .null) })]
                }
                return found.map { other in
                    var joined = row
                    joined.columns += zip(names, other.columns).map { ($0, $1.value) }
                    return joined
                }
            }
        }
    }
}
