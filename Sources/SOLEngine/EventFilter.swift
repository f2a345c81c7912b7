import Archive
import Events
import QueryLanguage
import Search
import SOLLanguage

/// What the conditions directly behind `events` ask of the archive's indexes.
///
/// Every event that the conditions keep matches the query and lies in the window; where `isExact`, no other does.
struct EventFilter {
    private(set) var query = Query.everything
    private(set) var from: Instant?
    private(set) var to: Instant?
    private(set) var isExact = true
    /// For each condition at the beginning the parts that events must still be asked about.
    private(set) var remaining: [[Expression]] = []
    /// Whether the window of time is exactly what the program says: not if some event's time may come from elsewhere (R50).
    private var isWindowExact: Bool?

    init(leading stages: [Stage], _ program: ProgramRun) throws {
        for stage in stages {
            guard case .filter(let condition) = stage.kind else { break }
            let parts = if case .and(let parts) = condition.kind { parts } else { [condition] }
            remaining.append(program.options.fromLines ? parts : try parts.filter { try !add($0, program) })
        }
        isExact = remaining.allSatisfy(\.isEmpty)
    }

    func request(_ options: SOLOptions) -> SearchRequest {
        let low = [options.from, from].compactMap(\.self).max()
        let high = [options.to, to].compactMap(\.self).min()
        return SearchRequest(
            query: query, from: low, to: high, exportIDs: options.exportIDs, threads: options.threads)
    }

    /// Returns whether query and window say all that the condition does.
    private mutating func add(_ condition: Expression, _ program: ProgramRun) throws -> Bool {
        if try addWindow(condition, program) {
            let isExact = try isWindowExact ?? !Self.hasOwnTimestamps(program)
            isWindowExact = isExact
            return isExact
        }
        let (translated, exact) = try Self.translate(condition, program)
        guard let translated else { return false }
        query = query == .everything ? translated : .and([query, translated])
        return exact
    }

    private static func hasOwnTimestamps(_ program: ProgramRun) throws -> Bool {
        try program.options.archive.partitions.contains { partition in
            try partition.events > 0 && program.options.archive.open(partition).field(named: FieldNames.time) != nil
        }
    }

    // MARK: Time

    /// A comparison of `timestamp` with a constant.
    private mutating func addWindow(_ condition: Expression, _ program: ProgramRun) throws -> Bool {
        func isTimestamp(_ expression: Expression) -> Bool {
            guard case .field(let name) = expression.kind else { return false }
            return name.parts == [FieldNames.time] || name.parts == [FieldNames.eventTime]
        }
        func instant(_ expression: Expression) throws -> Instant? {
            guard !expression.hasField || Self.isConstantName(expression, program) else { return nil }
            let compiled = try Compiler(program: program, scope: .nothing, needs: EventNeeds()).compile(expression)
            return Functions.instant(try compiled.constant())
        }
        switch condition.kind {
        case .compare(let comparison, let left, let right) where isTimestamp(left):
            switch comparison {
            case .equalIgnoringCase, .notEqual: return false
            case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual: break
            }
            guard let time = try instant(right) else { return false }
            narrow(comparison, time)
        case .between(let value, let low, let high) where isTimestamp(value):
            guard let first = try instant(low), let last = try instant(high) else { return false }
            narrow(.greaterOrEqual, first)
            narrow(.lessOrEqual, last)
        default: return false
        }
        return true
    }

    private static func isConstantName(_ expression: Expression, _ program: ProgramRun) -> Bool {
        guard case .field(let name) = expression.kind, !name.isQuoted else { return false }
        return program.program.lets.contains { $0.name == name.parts[0] }
    }

    private mutating func narrow(_ comparison: SOLLanguage.Comparison, _ time: Instant) {
        switch comparison {
        case .greater: from = from.map { max($0, time.next) } ?? time.next
        case .greaterOrEqual: from = from.map { max($0, time) } ?? time
        case .less: to = to.map { min($0, time) } ?? time
        case .lessOrEqual: to = to.map { min($0, time.next) } ?? time.next
        case .equal:
            from = from.map { max($0, time) } ?? time
            to = to.map { min($0, time.next) } ?? time.next
        case .equalIgnoringCase, .notEqual: return
        }
    }

    // MARK: Conditions

    /// A query that every event with the condition matches, and whether no other does; nil: nothing can be said.
    private static func translate(_ condition: Expression, _ program: ProgramRun) throws -> (Query?, Bool) {
        switch condition.kind {
        case .and(let parts):
            let translated = try parts.map { try translate($0, program) }
            let known = translated.compactMap(\.0)
            if known.isEmpty { return (nil, false) }
            return (.and(known), known.count == parts.count && translated.allSatisfy(\.1))
        case .or(let parts):
            let translated = try parts.map { try translate($0, program) }
            guard translated.allSatisfy({ $0.0 != nil }) else { return (nil, false) }
            return (.or(translated.compactMap(\.0)), translated.allSatisfy(\.1))
        case .compare(let comparison, let left, let right): return compare(comparison, left, right, program)
        case .member(let value, .values(let values), isNegated: false, ignoreCase: false):
            guard let field = field(value, program), !values.isEmpty else { return (nil, false) }
            var queries: [(Query, Bool)] = []
            for value in values {
                guard let query = equality(field, value) else { return (nil, false) }
                queries.append(query)
            }
            return (.or(queries.map(\.0)), queries.allSatisfy(\.1))
        case .text(let test, let ignoreCase, let value, let needle):
            guard let field = field(value, program), case .string(let text) = needle.kind, !text.isEmpty,
                // Only in full-text fields queries look past the case.
                !ignoreCase || FieldRules.isFullText(field)
            else { return (nil, false) }
            return (.field(field, .literal(.pattern(pattern(test, text)))), false)
        case .between(let value, let low, let high):
            guard let field = field(value, program), let low = number(low), let high = number(high),
                let least = Double(low.text), let most = Double(high.text), least <= most
            else { return (nil, false) }
            return (.field(field, .range(.inclusive(low), .inclusive(high))), true)
        default: return (nil, false)
        }
    }

    private static func pattern(_ test: TextTest, _ text: String) -> Pattern {
        switch test {
        case .contains: Pattern(pieces: [.anyRun, .text(text), .anyRun])
        case .startswith: Pattern(pieces: [.text(text), .anyRun])
        case .endswith: Pattern(pieces: [.anyRun, .text(text)])
        }
    }

    private static func compare(
        _ comparison: SOLLanguage.Comparison, _ left: Expression, _ right: Expression, _ program: ProgramRun
    ) -> (Query?, Bool) {
        guard let field = field(left, program) else { return (nil, false) }
        switch comparison {
        case .equal where right.kind == .null: return (.not(.field(field, .exists)), true)
        case .notEqual where right.kind == .null: return (.field(field, .exists), true)
        case .equal:
            guard let query = equality(field, right) else { return (nil, false) }
            return (query.0, query.1)
        case .notEqual:
            // Only what is exact may be negated.
            guard let query = equality(field, right), query.1 else { return (nil, false) }
            return (.not(query.0), true)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let bound = number(right), let sign = QueryLanguage.Comparison(rawValue: comparison.rawValue) else {
                return (nil, false)
            }
            // A number too large for a double is infinite there and null here.
            return (.field(field, .compare(sign, bound)), false)
        case .equalIgnoringCase: return (nil, false)
        }
    }

    /// A number that doubles hold exactly, so that both languages compare it alike.
    private static func number(_ expression: Expression) -> Bound? {
        switch expression.kind {
        case .integer(let number) where number.magnitude <= 1 << 53: return Bound(text: "\(number)", kind: .number)
        case .number(let number) where number.magnitude <= 0x1p53:
            return Bound(text: Value.number(number).text, kind: .number)
        case .negative(let inner):
            guard let bound = number(inner), !bound.text.hasPrefix("-") else { return nil }
            return Bound(text: "-" + bound.text, kind: .number)
        default: return nil
        }
    }

    /// A field of events, but not the time, which has rules of its own, nor a let.
    private static func field(_ expression: Expression, _ program: ProgramRun) -> String? {
        guard case .field(let name) = expression.kind, !FieldRules.isTime(name.text) else { return nil }
        guard name.isQuoted || !program.program.lets.contains(where: { $0.name == name.parts[0] }) else { return nil }
        program.uses(field: name.text)
        return name.text
    }

    private static func equality(_ field: String, _ value: Expression) -> (Query, isExact: Bool)? {
        if let bound = number(value) { return (.field(field, .range(.inclusive(bound), .inclusive(bound))), true) }
        switch value.kind {
        case .string(let text):
            guard !text.isEmpty else { return nil }
            // A text that may also be a number or an address has other spellings there.
            let isNumber = DecimalText.isNumber(text)
            let isPlain = !isNumber && IPNetwork.parse(text) == nil && IPAddress.parse(text) == nil
            // A number in an event has one text here, but in full-text fields it is found as it is written.
            if isNumber, FieldRules.isFullText(field) || text.utf8.count > 15 { return nil }
            let query = Query.field(field, .literal(.pattern(Pattern(pieces: [.text(text)]))))
            return (query, isPlain && !FieldRules.isFullText(field))
        default: return nil
        }
    }
}
