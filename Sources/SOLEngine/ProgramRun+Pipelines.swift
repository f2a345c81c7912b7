import Archive
import Events
import QueryLanguage
import Search
import SOLLanguage

extension ProgramRun {
    /// Makes the sink of a stage from the sink of the next one.
    typealias Factory = (Sink) -> Sink

    /// Compiles a pipeline: names and types are checked here, before any event is read.
    ///
    /// - Parameter isFinal: whole events are given out as columns.
    func prepare(_ pipeline: Pipeline, isFinal: Bool) throws -> PreparedPipeline {
        let (source, stages) = try resolve(pipeline)
        let needs = EventNeeds()
        var scope: Scope
        var rest = stages[...]
        var start: (Sink) throws -> Void
        switch source {
        case .table(let table):
            scope = Scope(isOpen: false, names: table.columns, times: table.times)
            start = { sink in
                for row in table.rows where try !sink.push(Row(columns: row, event: nil)) { break }
                try sink.finish()
            }
        case .events:
            scope = .events
            let filter = try EventFilter(leading: stages, self)
            if let counted = try FastCounts(stages, filter, self) {
                scope = counted.scope
                rest = stages.dropFirst(counted.stages)
                start = { sink in
                    for row in try counted.rows() where try !sink.push(Row(columns: row, event: nil)) { break }
                    try sink.finish()
                }
            } else {
                let isOrdered = Self.needsOrder(stages)
                start = { [unowned self] sink in try readEvents(filter, needs, isOrdered: isOrdered, into: sink) }
            }
        }
        var factories: [Factory] = []
        while let stage = rest.popFirst() {
            let limit: Int? = if case .limit(let count)? = rest.first?.kind { count } else { nil }
            factories.append(try compile(stage, &scope, needs, followedBy: limit))
        }
        if scope.isOpen, isFinal {
            needs.wholeEvents = true
            factories.append(Self.wholeEvents)
            scope.names = [FieldNames.time] + scope.names + ["event"]
        }
        let made = factories
        return PreparedPipeline(scope: scope, columns: scope.names) { sink in
            try start(made.reversed().reduce(sink) { $1($0) })
        }
    }

    /// An event's time, the columns that were added, and the event.
    private static func wholeEvents(_ next: Sink) -> Sink {
        Sink(
            { row in
                guard let event = row.event else { return try next.push(row) }
                let whole = event.bytes.withUnsafeBytes { JSONTree.members($0) { _ in true } }
                return try next.push(Row(columns: [event.time] + row.columns + [.map(whole)], event: event))
            }, finish: next.finish)
    }

    /// Whether the order of events is seen before rows are counted together.
    private static func needsOrder(_ stages: [Stage]) -> Bool {
        for stage in stages {
            switch stage.kind {
            case .filter, .extend, .select, .join, .render: continue
            case .count, .distinct, .aggregate: return false
            case .order, .top, .limit: return true
            }
        }
        return true
    }

    private func readEvents(_ filter: EventFilter, _ needs: EventNeeds, isOrdered: Bool, into sink: Sink) throws {
        var request = filter.request(options)
        request.threads = options.threads
        let searcher = try Searcher(archive: options.archive, request: request)
        var read = 0
        let result = try searcher.forEachHit(order: isOrdered ? .newest : .none, limit: nil) { _, line in
            read += 1
            return try sink.push(Row(columns: [], event: EventRecord(line, needs: needs)))
        }
        note(result.lost)
        explain("events: \(filter.query.canonical)\(filter.isExact ? "" : " (checked again by the program)")")
        for line in searcher.explanation.lines { explain("  " + line) }
        explain("  lines read: \(read)")
        try sink.finish()
    }

    // MARK: Stages

    private func compile(
        _ stage: Stage, _ scope: inout Scope, _ needs: EventNeeds, followedBy limit: Int?
    ) throws -> Factory {
        let compiler = Compiler(program: self, scope: scope, needs: needs)
        switch stage.kind {
        case .count:
            scope = Scope(isOpen: false, names: ["count"])
            return { next in
                var count: Int64 = 0
                return Sink(
                    { _ in
                        count += 1
                        return true
                    },
                    finish: {
                        _ = try next.push(Row(columns: [.integer(count)], event: nil))
                        try next.finish()
                    })
            }
        case .filter(let condition):
            let condition = try compiler.compile(condition)
            return { next in Sink({ try condition.isTrue($0) ? try next.push($0) : true }, finish: next.finish) }
        case .select(let items):
            let named = try ItemNames.named(items, self)
            let values = try items.map { try compiler.compile($0.value) }
            scope = Scope(isOpen: false, names: named, times: Self.times(named, values))
            return { next in
                Sink(
                    { row in try next.push(Row(columns: try values.map { try $0.value(row) }, event: nil)) },
                    finish: next.finish)
            }
        case .extend(let items): return try extend(items, compiler, &scope)
        case .distinct(let fields):
            let values = try fields.map { try compiler.field($0) }
            let names = fields.map(\.text)
            try ItemNames.check(names, fields.map(\.position), self)
            scope = Scope(isOpen: false, names: names, times: Self.times(names, values))
            return { next in
                let groups = GroupRows(keys: values, aggregates: [])
                return Sink({ try groups.add($0) }, finish: { try groups.finish(next) { $0 } })
            }
        case .aggregate(let items, let keys): return try aggregate(items, keys, compiler, &scope)
        case .order(let keys): return try order(keys, limit: limit, compiler)
        case .top(let count, let keys): return try order(keys, limit: count, cuts: true, compiler)
        case .limit(let count):
            return { next in
                var left = count
                return Sink(
                    { row in
                        guard left > 0 else { return false }
                        left -= 1
                        let goesOn = try next.push(row)
                        return goesOn && left > 0
                    }, finish: next.finish)
            }
        case .join(let join): return try self.join(join, compiler, &scope, stage.position)
        case .render(let render):
            asks(for: render)
            return { $0 }
        }
    }

    private static func times(_ names: [String], _ values: [Compiled]) -> Set<String> {
        Set(zip(names, values).filter(\.1.isTime).map(\.0))
    }

    private func extend(_ items: [Item], _ compiler: Compiler, _ scope: inout Scope) throws -> Factory {
        let names = try ItemNames.named(items, self)
        let values = try items.map { try compiler.compile($0.value) }
        var places: [Int] = []
        for (name, value) in zip(names, values) {
            if let place = scope.names.lastIndex(of: name) {
                places.append(place)
            } else {
                places.append(scope.names.count)
                scope.names.append(name)
            }
            if value.isTime { scope.times.insert(name) } else { scope.times.remove(name) }
        }
        let width = scope.names.count
        return { next in
            Sink(
                { row in
                    let found = try values.map { try $0.value(row) }
                    var row = row
                    while row.columns.count < width { row.columns.append(.null) }
                    for (place, value) in zip(places, found) { row.columns[place] = value }
                    return try next.push(row)
                }, finish: next.finish)
        }
    }

    private func order(
        _ keys: [SortKey], limit: Int?, cuts: Bool = false, _ compiler: Compiler
    ) throws -> Factory {
        let values = try keys.map { (value: try compiler.compile($0.value), isAscending: $0.isAscending) }
        return { next in
            let sorter = RowSorter(values.map(\.isAscending), limit: limit)
            return Sink(
                { row in
                    try sorter.add(row, keys: try values.map { try $0.value.value(row) })
                    return true
                },
                finish: {
                    let rows = sorter.sorted()
                    for row in cuts ? rows.prefix(limit ?? rows.count) : rows[...] where try !next.push(row) { break }
                    try next.finish()
                })
        }
    }
}

/// Names of items (section 3, "names").
enum ItemNames {
    static func named(_ items: [Item], isKey: Bool = false, _ program: ProgramRun) throws -> [String] {
        var names: [String] = []
        for item in items {
            if let name = item.name {
                names.append(name.text)
                continue
            }
            let name = Self.name(of: item.value) ?? "result"
            var unique = name
            var number = 2
            while name == "result", names.contains(unique) {
                unique = "result_\(number)"
                number += 1
            }
            names.append(unique)
        }
        try check(names, items.map { $0.name?.position ?? $0.value.position }, program)
        return names
    }

    static func check(_ names: [String], _ positions: [Int], _ program: ProgramRun) throws {
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw program.error(
                "the column \(name) is named twice", positions[index], hint: "give it another name: NAME = …")
        }
    }

    /// Nil: `result`.
    private static func name(of expression: Expression) -> String? {
        switch expression.kind {
        case .field(let name): return name.text
        case .call("count", _): return "count"
        case .call(let function, let arguments):
            var field: FieldName?
            for argument in arguments {
                if case .field(let name) = argument.kind {
                    if field != nil { return nil }
                    field = name
                } else if argument.hasField {
                    return nil
                }
            }
            guard let field else { return nil }
            switch function {
            case "year", "month", "week": return "\(field.text)_\(function)"
            default: return "\(function)_\(field.text)"
            }
        default: return nil
        }
    }
}

extension Expression {
    /// Whether a field stands in it.
    var hasField: Bool {
        switch kind {
        case .null, .boolean, .integer, .number, .timespan, .string, .parameter, .scalar: false
        case .field: true
        case .map(let entries): entries.contains { $0.value.hasField }
        case .call(_, let arguments): arguments.contains(where: \.hasField)
        case .element(let a, let b), .arithmetic(_, let a, let b), .compare(_, let a, let b), .text(_, _, let a, let b),
            .regex(let a, let b):
            a.hasField || b.hasField
        case .negative(let inner), .not(let inner): inner.hasField
        case .member(let value, .values(let values), _, _): value.hasField || values.contains(where: \.hasField)
        case .member(let value, _, _, _): value.hasField
        case .between(let a, let b, let c): a.hasField || b.hasField || c.hasField
        case .and(let parts), .or(let parts): parts.contains(where: \.hasField)
        }
    }
}

/// Sorts rows; ties keep the order in which they came.
final class RowSorter {
    private let ascending: [Bool]
    private let limit: Int?
    private var rows: [(keys: [Value], number: Int, row: Row)] = []
    private var number = 0
    private var memory = 0

    init(_ ascending: [Bool], limit: Int?) {
        self.ascending = ascending
        self.limit = limit
    }

    func add(_ row: Row, keys: [Value]) throws {
        rows.append((keys, number, row))
        number += 1
        if let limit, limit < 1 << 20 {
            // With a limit twice as many rows as are wanted are kept, and cut when they are full.
            if rows.count >= max(1_024, 2 * limit) {
                sort()
                rows.removeLast(max(0, rows.count - limit))
            }
            return
        }
        memory += row.columns.reduce(96) { $0 + $1.memory } + (row.event?.memory ?? 0)
        guard memory <= ProgramRun.memory else { throw SOLError.tooMuchMemory("sorting all rows") }
    }

    func sorted() -> [Row] {
        sort()
        return rows.map(\.row)
    }

    private func sort() {
        rows.sort { a, b in
            for (index, isAscending) in ascending.enumerated() {
                let (x, y) = (a.keys[index], b.keys[index])
                // Nulls come last in both directions.
                if x.isNull != y.isNull { return y.isNull }
                let order = Value.order(x, y)
                if order != 0 { return isAscending ? order < 0 : order > 0 }
            }
            return a.number < b.number
        }
    }
}
