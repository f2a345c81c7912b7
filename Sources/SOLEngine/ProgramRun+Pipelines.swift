import Archive
import Events
import QueryLanguage
import Search
import SOLLanguage

extension ProgramRun {
    /// Makes the sink of a stage from the sink of the next one.
    typealias Factory = (Sink) -> Sink

    /// A stage that is ready to run.
    enum ReadyStage {
        case stream(Factory)
        case ordering(Factory, Ordering)
        /// Several threads may group side by side.
        case grouping(GroupingStage)

        func sink(_ next: Sink) -> Sink {
            switch self {
            case .stream(let make), .ordering(let make, _): make(next)
            case .grouping(let stage): stage.sink(next)
            }
        }
    }

    /// Compiles a pipeline: names and types are checked here, before any event is read.
    ///
    /// - Parameter isFinal: whole events are given out as columns.
    func prepare(_ pipeline: Pipeline, isFinal: Bool) throws -> PreparedPipeline {
        let (source, stages) = try resolve(pipeline)
        let needs = EventNeeds()
        var scope: Scope
        var filter: EventFilter?
        switch source {
        case .table(let table): scope = Scope(isOpen: false, names: table.columns, times: table.times)
        case .events:
            scope = .events
            filter = try EventFilter(leading: stages, self)
        }
        var ready: [ReadyStage] = []
        for (place, stage) in stages.enumerated() {
            if let filter, place < filter.remaining.count, case .filter(let condition) = stage.kind {
                // What the indexes decide need not be looked at in the events.
                _ = try Compiler(program: self, scope: scope, needs: EventNeeds()).compile(condition)
                let left = filter.remaining[place]
                if left.isEmpty { continue }
                let rest = left.count == 1 ? left[0] : Expression(kind: .and(left), position: condition.position)
                let remaining = Stage(kind: .filter(rest), position: stage.position)
                ready.append(try compile(remaining, &scope, needs, followedBy: nil))
                continue
            }
            let following = place + 1 < stages.count ? stages[place + 1] : nil
            let limit: Int? = if case .limit(let count)? = following?.kind { count } else { nil }
            ready.append(try compile(stage, &scope, needs, followedBy: limit))
        }
        if scope.isOpen, isFinal {
            needs.wholeEvents = true
            ready.append(.stream(Self.wholeEvents))
            scope.names = [FieldNames.time] + scope.names + ["event"]
        }
        let made = ready
        let start: (Sink) throws -> Void
        switch source {
        case .table(let table):
            start = { sink in
                let first = made.reversed().reduce(sink) { $1.sink($0) }
                for row in table.rows where try !first.push(Row(columns: row, event: nil)) { break }
                try first.finish()
            }
        case .events:
            let filter = try filter ?? EventFilter(leading: [], self)
            let parallel =
                Self.groupsFirst(stages) ? made.firstIndex { if case .grouping = $0 { true } else { false } } : nil
            if let parallel, !needs.wholeEvents, case .grouping(var grouping) = made[parallel] {
                if parallel + 1 < made.count, case .ordering(_, let ordering) = made[parallel + 1] {
                    grouping.limit(by: ordering)
                }
                start = { [unowned self, grouping] sink in
                    let rest = made[(parallel + 1)...].reversed().reduce(sink) { $1.sink($0) }
                    try group(filter, needs, Array(made[..<parallel]), grouping, into: rest)
                }
            } else {
                start = { [unowned self] sink in
                    try readEvents(filter, needs, into: made.reversed().reduce(sink) { $1.sink($0) })
                }
            }
        }
        return PreparedPipeline(scope: scope, columns: scope.names, run: start)
    }

    /// Whether rows are grouped before anything depends on their order or on rows before them.
    private static func groupsFirst(_ stages: [Stage]) -> Bool {
        for stage in stages {
            switch stage.kind {
            case .filter, .extend, .select, .render: continue
            case .join(let join): if join.kind == .rightanti { return false }
            case .count, .distinct, .aggregate: return true
            case .order, .top, .limit: return false
            }
        }
        return false
    }

    /// An event's time, the columns that were added, and the event.
    private static func wholeEvents(_ next: Sink) -> Sink {
        Sink(
            { row in
                guard let event = row.event else { return try next.push(row) }
                let whole = event.bytes.withUnsafeBytes { JSONTree.members($0) { _ in true } }
                var all = row
                all.columns = [event.time] + row.columns + [.map(whole)]
                return try next.push(all)
            }, finish: next.finish)
    }

    private func readEvents(_ filter: EventFilter, _ needs: EventNeeds, into sink: Sink) throws {
        let searcher = try Searcher(archive: options.archive, request: filter.request(options))
        let keys = WantedKeys(needs)
        var read = 0
        // Events whose time comes from elsewhere (R50) have none here, and so stand at the end (S8).
        var undated: [(export: Int64, line: UInt64, record: EventRecord)] = []
        var memory = 0
        var isDone = false
        let result = try searcher.forEachHit(order: .newest, limit: nil) { hit, line in
            read += 1
            let record = EventRecord(line, needs: needs, keys: keys, archived: hit.time)
            guard record.time.isNull else {
                isDone = try !sink.push(Row(columns: [], event: record))
                return !isDone
            }
            memory += record.memory
            guard memory <= Self.memory else { throw SOLError.tooMuchMemory("sorting events without a time") }
            undated.append((hit.export.id, hit.line, record))
            return true
        }
        note(result.lost)
        undated.sort { ($0.export, $0.line) < ($1.export, $1.line) }
        for event in undated where !isDone { isDone = try !sink.push(Row(columns: [], event: event.record)) }
        explain(filter, searcher, "lines read: \(read)")
        try sink.finish()
    }

    // MARK: Stages

    private func compile(
        _ stage: Stage, _ scope: inout Scope, _ needs: EventNeeds, followedBy limit: Int?
    ) throws -> ReadyStage {
        let compiler = Compiler(program: self, scope: scope, needs: needs)
        switch stage.kind {
        case .count:
            scope = Scope(isOpen: false, names: ["count"], quantities: ["count"])
            return .grouping(GroupingStage(keys: [], aggregates: [Aggregate(kind: .count, argument: nil)]))
        case .filter(let condition):
            let condition = try compiler.compile(condition)
            return .stream { next in
                Sink({ try condition.isTrue($0) ? try next.push($0) : true }, finish: next.finish)
            }
        case .select(let items):
            let named = try ItemNames.named(items, self)
            let values = try items.map { try compiler.compile($0.value) }
            scope = Scope(isOpen: false, names: named, times: Self.times(named, values))
            return .stream { next in
                Sink(
                    { row in
                        let columns = try values.map { try $0.value(row) }
                        return try next.push(Row(columns: columns, event: nil, weight: row.weight))
                    }, finish: next.finish)
            }
        case .extend(let items): return .stream(try extend(items, compiler, &scope))
        case .distinct(let fields):
            let values = try fields.map { try compiler.field($0) }
            let names = fields.map(\.text)
            try ItemNames.check(names, fields.map(\.position), self)
            scope = Scope(isOpen: false, names: names, times: Self.times(names, values))
            return .grouping(GroupingStage(keys: values, aggregates: []))
        case .aggregate(let items, let keys): return .grouping(try aggregate(items, keys, compiler, &scope))
        case .order(let keys): return try order(keys, limit: limit, compiler)
        case .top(let count, let keys): return try order(keys, limit: count, cuts: true, compiler)
        case .limit(let count):
            return .stream { next in
                var left = count
                return Sink(
                    { row in
                        guard left > 0 else { return false }
                        left -= 1
                        let goesOn = try next.push(row)
                        return goesOn && left > 0
                    }, finish: next.finish)
            }
        case .join(let join): return .stream(try self.join(join, compiler, &scope, stage.position))
        case .render(let render):
            asks(for: render)
            return .stream { $0 }
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
            if let place = scope.names.lastPlace(of: name) {
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
    ) throws -> ReadyStage {
        let values = try keys.map { (value: try compiler.compile($0.value), isAscending: $0.isAscending) }
        let make: Factory = { next in
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
        guard values.count == 1, let column = values[0].value.column else { return .stream(make) }
        return .ordering(make, Ordering(column: column, isAscending: values[0].isAscending, limit: limit))
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
            while name == "result", names.holds(unique) {
                unique = "result_\(number)"
                number += 1
            }
            names.append(unique)
        }
        try check(names, items.map { $0.name?.position ?? $0.value.position }, program)
        return names
    }

    static func check(_ names: [String], _ positions: [Int], _ program: ProgramRun) throws {
        for (index, name) in names.enumerated() where Array(names[..<index]).holds(name) {
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
