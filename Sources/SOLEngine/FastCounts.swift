import Archive
import Events
import QueryLanguage
import Search
import SOLLanguage

/// Counts that need no rows: `count`, and `aggregate` of `count()` and `count_distinct(field)` by fields and by
/// `bin(timestamp, …)`, directly behind conditions that the indexes decide.
struct FastCounts {
    let scope: Scope
    /// Stages that it replaces.
    let stages: Int
    private let program: ProgramRun
    private let filter: EventFilter
    private let keys: [Key]
    private let items: [Item]

    private enum Key {
        case field(String)
        /// Microseconds.
        case interval(Int64)
    }

    private enum Item {
        case count
        case distinct(String)
    }

    /// Nil: it needs rows.
    init?(_ all: [Stage], _ filter: EventFilter, _ program: ProgramRun) throws {
        guard filter.isExact, all.count > filter.stages else { return nil }
        self.filter = filter
        self.program = program
        stages = filter.stages + 1
        switch all[filter.stages].kind {
        case .count:
            (keys, items) = ([], [.count])
            scope = Scope(isOpen: false, names: ["count"])
        case .aggregate(let values, let groups):
            guard let items = Self.items(values, program), let keys = try Self.keys(groups, program) else { return nil }
            self.items = items
            self.keys = keys
            let names = try ItemNames.named(groups + values, program)
            var times: Set<String> = []
            for (name, key) in zip(names, keys) { if case .interval = key { times.insert(name) } }
            scope = Scope(isOpen: false, names: names, times: times)
        case .filter, .select, .extend, .distinct, .order, .top, .limit, .join, .render: return nil
        }
    }

    private static func plainField(_ expression: Expression, _ program: ProgramRun) -> String? {
        guard case .field(let name) = expression.kind, !FieldRules.isTime(name.text) else { return nil }
        guard name.isQuoted || !program.program.lets.contains(where: { $0.name == name.parts[0] }) else { return nil }
        return name.text
    }

    private static func items(_ values: [SOLLanguage.Item], _ program: ProgramRun) -> [Item]? {
        var items: [Item] = []
        for value in values {
            switch value.value.kind {
            case .call("count", _): items.append(.count)
            case .call("count_distinct", let arguments):
                guard let field = plainField(arguments[0], program) else { return nil }
                items.append(.distinct(field))
            default: return nil
            }
        }
        return items
    }

    private static func keys(_ groups: [SOLLanguage.Item], _ program: ProgramRun) throws -> [Key]? {
        var keys: [Key] = []
        for group in groups {
            if let field = plainField(group.value, program) {
                keys.append(.field(field))
            } else if case .call("bin", let arguments) = group.value.kind, case .field(let name) = arguments[0].kind,
                name.parts == [FieldNames.time] || name.parts == [FieldNames.eventTime],
                case .timespan(let size) = arguments[1].kind, size > 0, size % 1_000 == 0,
                // Times are counted before fields, once; an event's time may also come from another field (R50).
                keys.isEmpty, try !hasOwnTimestamps(program)
            {
                keys.append(.interval(size / 1_000))
            } else {
                return nil
            }
        }
        return keys
    }

    private static func hasOwnTimestamps(_ program: ProgramRun) throws -> Bool {
        try program.options.archive.partitions.contains { partition in
            try partition.events > 0 && program.options.archive.open(partition).field(named: FieldNames.time) != nil
        }
    }

    /// The groups in ascending order of their keys, nulls last.
    func rows() throws -> [[Value]] {
        if keys.isEmpty, items.allSatisfy({ if case .count = $0 { true } else { false } }) {
            let searcher = try Searcher(archive: program.options.archive, request: filter.request(program.options))
            let result = try searcher.count()
            program.note(result.lost)
            explain(searcher)
            return [items.map { _ in .integer(Int64(clamping: result.count)) }]
        }
        var groups: [[UInt8]: (keys: [Value], values: [Int64])] = [:]
        if keys.isEmpty { groups[[]] = ([], Array(repeating: 0, count: items.count)) }
        for (place, item) in items.enumerated() {
            var fields = keys.compactMap { if case .field(let name) = $0 { name } else { nil } }
            if case .distinct(let name) = item { fields.append(name) }
            guard !fields.isEmpty || hasInterval else {
                let searcher = try Searcher(archive: program.options.archive, request: filter.request(program.options))
                let result = try searcher.count()
                program.note(result.lost)
                groups[[]]?.values[place] = Int64(clamping: result.count)
                continue
            }
            try count(fields, item, place, &groups)
        }
        let ordered = groups.values.sorted { a, b in
            for (x, y) in zip(a.keys, b.keys) {
                let order = Value.order(x, y)
                if order != 0 { return order < 0 }
            }
            return false
        }
        return ordered.map { $0.keys + $0.values.map { .integer($0) } }
    }

    private var hasInterval: Bool { if case .interval? = keys.first { true } else { false } }

    private func count(
        _ fields: [String], _ item: Item, _ place: Int, _ groups: inout [[UInt8]: (keys: [Value], values: [Int64])]
    ) throws {
        var grouping = Grouping(fields: fields)
        grouping.key = { kind, text in TypedKey.bytes(kind, text) }
        if case .interval(let size)? = keys.first {
            grouping.intervals = { times in
                let low = times.lowerBound
                let rest = low % size
                let start = low - (rest < 0 ? rest + size : rest)
                guard (times.upperBound - start) / size < Int64(Searcher.intervalLimit) else {
                    return Array(repeating: start, count: Searcher.intervalLimit + 1)
                }
                return Array(stride(from: start, through: times.upperBound, by: Int(size)))
            }
        }
        for field in fields { program.uses(field: field) }
        let searcher = try Searcher(archive: program.options.archive, request: filter.request(program.options))
        let counts = try searcher.counts(by: grouping)
        program.note(counts.lost)
        explain(searcher)
        counts.forEach { group in
            var values = group.values.map { TypedKey.value($0) }
            var isCounted = true
            if case .distinct = item { isCounted = values.popLast()?.isNull == false }
            if hasInterval {
                let start = group.interval.map { Value.time(Instant(microseconds: counts.intervals[$0])) }
                values.insert(start ?? .null, at: 0)
            }
            let key = values.reduce(into: [UInt8]()) { key, value in
                let part = value.groupKey
                key += "\(part.count):".utf8
                key += part
            }
            var found = groups[key] ?? (values, Array(repeating: 0, count: items.count))
            switch item {
            case .count: found.values[place] += Int64(clamping: group.count)
            case .distinct: found.values[place] += isCounted ? 1 : 0
            }
            groups[key] = found
        }
    }

    private func explain(_ searcher: Searcher) {
        program.explain("counted from indexes and columns: \(filter.query.canonical)")
        for line in searcher.explanation.lines { program.explain("  " + line) }
    }
}

/// Values of events as bytes that keep kinds apart, and back.
enum TypedKey {
    static func bytes(_ kind: ValueKind, _ text: UnsafeRawBufferPointer) -> [UInt8] {
        switch kind {
        case .string: return [UInt8(ascii: "s")] + text
        case .boolean: return [UInt8(ascii: "b")] + text
        case .number: return [UInt8(ascii: "n")] + Value.number(in: String(decoding: text, as: UTF8.self)).text.utf8
        case .null, .object: return []
        }
    }

    static func value(_ bytes: [UInt8]?) -> Value {
        guard let bytes, let kind = bytes.first else { return .null }
        let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
        switch kind {
        case UInt8(ascii: "b"): return .boolean(text == "true")
        case UInt8(ascii: "n"): return Value.number(in: text)
        default: return .string(text)
        }
    }
}
