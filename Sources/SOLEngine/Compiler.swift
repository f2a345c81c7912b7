import Events
import QueryLanguage
import SOLLanguage

/// Turns expressions into closures, once per program.
struct Compiler {
    let program: ProgramRun
    let scope: Scope
    let needs: EventNeeds
    /// Numbers of hidden columns that stand for aggregates, by their names.
    var hidden: [String: Int] = [:]

    /// The same for what is only looked at.
    var withoutNeeds: Compiler {
        var other = Compiler(program: program, scope: scope, needs: EventNeeds())
        other.hidden = hidden
        return other
    }

    func error(_ message: String, _ position: Int, hint: String? = nil) -> QueryError {
        ProgramParser.error(message, at: position, hint: hint, in: program.text)
    }

    func compile(_ expression: Expression) throws -> Compiled {
        switch expression.kind {
        case .null: return Compiled(constant: .null)
        case .boolean(let flag): return Compiled(constant: .boolean(flag))
        case .integer(let number): return Compiled(constant: .integer(number))
        case .number(let number): return Compiled(constant: .number(number))
        case .timespan(let span): return Compiled(constant: .timespan(span))
        case .string(let text): return Compiled(constant: .string(text))
        case .field(let name): return try field(name)
        case .parameter(let name): return Compiled(constant: try program.parameter(name, expression.position))
        case .map(let entries):
            let values = try entries.map { (key: $0.key, value: try compile($0.value)) }
            return Compiled(isConstant: values.allSatisfy(\.value.isConstant)) { row in
                .map(try values.map { Value.Member(key: $0.key, value: try $0.value.value(row)) })
            }
        case .call(let name, let arguments): return try call(name, arguments, expression.position)
        case .element(let value, let key): return try element(compile(value), compile(key))
        case .negative(let value):
            let value = try compile(value)
            return Compiled(isConstant: value.isConstant) { row in
                Calculation.apply(.subtract, .integer(0), try value.value(row), negates: true)
            }
        case .arithmetic(let operation, let left, let right):
            let (left, right) = (try compile(left), try compile(right))
            let isTime = (left.isTime && !right.isTime) || (operation == .add && right.isTime && !left.isTime)
            return Compiled(isConstant: left.isConstant && right.isConstant, isTime: isTime) { row in
                Calculation.apply(operation, try left.value(row), try right.value(row))
            }
        case .compare(let comparison, let left, let right):
            return try compare(comparison, left, right, expression.position)
        case .text(let test, let ignoreCase, let left, let right):
            return try text(test, ignoreCase, compile(left), compile(right))
        case .member(let value, let set, let isNegated, let ignoreCase):
            return try member(compile(value), set, isNegated, ignoreCase, expression.position)
        case .between(let value, let low, let high):
            let first = try compare(.greaterOrEqual, value, low, expression.position)
            let second = try compare(.lessOrEqual, value, high, expression.position)
            return try between(first, second, value, low, high)
        case .regex(let value, let pattern): return try regex(compile(value), pattern)
        case .not(let inner):
            let inner = try compile(inner)
            return Compiled(isConstant: inner.isConstant) { row in
                try inner.value(row).truth.map { .boolean(!$0) } ?? .null
            }
        case .and(let parts):
            let parts = try parts.map(compile)
            return Compiled(isConstant: parts.allSatisfy(\.isConstant)) { row in
                var isKnown = true
                for part in parts {
                    guard let truth = try part.value(row).truth else {
                        isKnown = false
                        continue
                    }
                    if !truth { return .boolean(false) }
                }
                return isKnown ? .boolean(true) : .null
            }
        case .or(let parts):
            let parts = try parts.map(compile)
            return Compiled(isConstant: parts.allSatisfy(\.isConstant)) { row in
                var isKnown = true
                for part in parts {
                    guard let truth = try part.value(row).truth else {
                        isKnown = false
                        continue
                    }
                    if truth { return .boolean(true) }
                }
                return isKnown ? .boolean(false) : .null
            }
        case .scalar(let pipeline):
            return Compiled(constant: try program.table(pipeline).rows.first?.first ?? .null)
        }
    }

    // MARK: Fields

    func field(_ name: FieldName) throws -> Compiled {
        if let number = hidden[name.text] { return Compiled { $0.columns[number] } }
        if !name.isQuoted, let constant = try program.constant(name.parts[0]) {
            return Compiled(constant: Self.reach(name.parts.dropFirst(), into: constant))
        }
        if let (index, rest) = scope.column(name) {
            let isTime = rest.isEmpty && scope.times.contains(scope.names[index])
            if rest.isEmpty {
                var compiled = Compiled(isTime: isTime) { $0.columns[index] }
                compiled.column = index
                return compiled
            }
            return Compiled { Self.reach(rest[...], into: $0.columns[index]) }
        }
        guard scope.isOpen else {
            let columns =
                scope.names.isEmpty
                ? "there is no column here" : "the columns are \(scope.names.joined(separator: ", "))"
            throw error("there is no column \(name.text)", name.position, hint: columns)
        }
        if Self.isTime(name) {
            needs.exactTime = true
            var compiled = Compiled(isTime: true) { $0.event?.time ?? .null }
            compiled.isEventTime = true
            return compiled
        }
        let number = needs.add(name.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init))
        program.uses(field: name.text)
        var compiled = Compiled { $0.event?.value(number) ?? .null }
        compiled.field = number
        return compiled
    }

    private static func isTime(_ name: FieldName) -> Bool {
        name.parts == [FieldNames.time] || name.parts == [FieldNames.eventTime]
    }

    /// Whether the expression is an event's time as it stands there.
    func isEventTime(_ expression: Expression) throws -> Bool {
        guard scope.isOpen, case .field(let name) = expression.kind, Self.isTime(name), hidden[name.text] == nil,
            scope.column(name) == nil
        else { return false }
        return try name.isQuoted || program.constant(name.parts[0]) == nil
    }

    private static func reach(_ path: ArraySlice<String>, into value: Value) -> Value {
        if path.isEmpty { return value }
        switch value {
        case .map(let members): return Value.at(Array(path), in: members)
        case .list(let items): return Value.flattened(items.map { reach(path, into: $0) })
        case .null, .boolean, .integer, .number, .string, .time, .timespan: return .null
        }
    }

    private func element(_ value: Compiled, _ key: Compiled) -> Compiled {
        Compiled(isConstant: value.isConstant && key.isConstant) { row in
            let key = try key.value(row)
            switch try value.value(row) {
            case .map(let members):
                // Of a key that is a list the first item counts.
                let text = key.items.first?.text
                return members.last { text.map($0.key.isSame) ?? false }?.value ?? .null
            case .list(let items):
                guard case .integer(let index) = key, items.indices.contains(Int(clamping: index)) else { return .null }
                return items[Int(index)]
            case .null, .boolean, .integer, .number, .string, .time, .timespan: return .null
            }
        }
    }

    // MARK: Comparisons

    private func compare(
        _ comparison: SOLLanguage.Comparison, _ left: Expression, _ right: Expression, _ position: Int
    ) throws -> Compiled {
        let (a, b) = (try compile(left), try compile(right))
        for (side, other) in [(a, right), (b, left)] where side.isTime { try checkTime(other) }
        let isConstant = a.isConstant && b.isConstant
        // S21: a comparison with the literal null asks whether there is a value.
        if comparison == .equal || comparison == .notEqual {
            for (literal, value) in [(left, b), (right, a)] where literal.kind == .null {
                let wants = comparison == .equal
                return Compiled(isConstant: isConstant) { .boolean(try value.value($0).isNull == wants) }
            }
        }
        let rule = ValueComparison(
            leftIsLiteral: a.isConstant, rightIsLiteral: b.isConstant, ignoreCase: comparison == .equalIgnoringCase)
        return Compiled(isConstant: isConstant) { row in
            let (x, y) = (try a.value(row), try b.value(row))
            switch comparison {
            case .equal, .equalIgnoringCase: return .boolean(rule.isEqual(x, y))
            case .notEqual: return .boolean(!rule.isEqual(x, y))
            case .less: return .boolean(rule.holds(x, y) { $0 < 0 })
            case .lessOrEqual: return .boolean(rule.holds(x, y) { $0 <= 0 })
            case .greater: return .boolean(rule.holds(x, y) { $0 > 0 })
            case .greaterOrEqual: return .boolean(rule.holds(x, y) { $0 >= 0 })
            }
        }
    }

    /// S26, S27: what stands opposite a time.
    private func checkTime(_ other: Expression) throws {
        switch other.kind {
        case .timespan:
            throw error(
                "a time is expected, this is a length of time", other.position, hint: "write ago(\(other.canonical))")
        case .string(let text) where TimeText.parse(text) == nil:
            throw error(
                "\(other.canonical) is no time", other.position, hint: "write '2026-01-31' or '2026-01-31T10:00:00Z'")
        default: return
        }
    }

    /// One item of a list must be in the range, not one above the lower and another below the upper bound.
    private func between(
        _ first: Compiled, _ second: Compiled, _ value: Expression, _ low: Expression, _ high: Expression
    ) throws -> Compiled {
        let (value, low, high) = (try compile(value), try compile(low), try compile(high))
        let lower = ValueComparison(leftIsLiteral: value.isConstant, rightIsLiteral: low.isConstant)
        let upper = ValueComparison(leftIsLiteral: value.isConstant, rightIsLiteral: high.isConstant)
        return Compiled(isConstant: first.isConstant && second.isConstant) { row in
            let (a, b) = (try low.value(row), try high.value(row))
            return .boolean(
                try value.value(row).items.contains { item in
                    lower.holds(item, a) { $0 >= 0 } && upper.holds(item, b) { $0 <= 0 }
                })
        }
    }

    private func text(_ test: TextTest, _ ignoreCase: Bool, _ left: Compiled, _ right: Compiled) throws -> Compiled {
        func needles(_ value: Value) -> [TextNeedle] {
            value.items.compactMap(\.readAsText).map { TextNeedle($0, test, ignoreCase: ignoreCase) }
        }
        let known = right.isConstant ? needles(try right.constant()) : nil
        return Compiled(isConstant: left.isConstant && right.isConstant) { row in
            let needles = try known ?? needles(right.value(row))
            let value = try left.value(row)
            if case .string(let text) = value { return .boolean(needles.contains { $0.holds(text) }) }
            return .boolean(
                value.items.contains { item in
                    item.readAsText.map { text in needles.contains { $0.holds(text) } } ?? false
                })
        }
    }

    private func regex(_ value: Compiled, _ pattern: Expression) throws -> Compiled {
        let regex = try constantRegex(pattern, allowsGroupSyntax: false)
        return Compiled(isConstant: value.isConstant) { row in
            .boolean(try value.value(row).items.compactMap(\.readAsText).contains { regex.isFound(in: $0) })
        }
    }

    func constantRegex(_ pattern: Expression, allowsGroupSyntax: Bool) throws -> CapturingRegex {
        let compiled = try compile(pattern)
        guard compiled.isConstant, case .string(let text) = try compiled.constant() else {
            throw error("a regular expression is a string without fields", pattern.position)
        }
        do throws(RegexProblem) {
            return try CapturingRegex(text, allowsGroupSyntax: allowsGroupSyntax)
        } catch {
            throw self.error("in the regular expression: \(error.message)", pattern.position)
        }
    }

    // MARK: Sets

    private func member(
        _ value: Compiled, _ set: ValueSet, _ isNegated: Bool, _ ignoreCase: Bool, _ position: Int
    ) throws -> Compiled {
        let rule = { (isLiteral: Bool) in
            ValueComparison(leftIsLiteral: value.isConstant, rightIsLiteral: isLiteral, ignoreCase: ignoreCase)
        }
        if case .values(let items) = set {
            let items = try items.map(compile)
            guard items.allSatisfy(\.isConstant) else {
                return Compiled { row in
                    let found = try value.value(row)
                    return .boolean(
                        try items.contains { rule($0.isConstant).isEqual(found, try $0.value(row)) } != isNegated)
                }
            }
            let index = ValueIndex(try items.map { try $0.constant() }, rule(true))
            return Compiled(isConstant: value.isConstant) { .boolean(index.holds(try value.value($0)) != isNegated) }
        }
        let (values, isLiteral) = try program.values(of: set, position)
        let index = ValueIndex(values, rule(isLiteral))
        return Compiled(isConstant: value.isConstant) { .boolean(index.holds(try value.value($0)) != isNegated) }
    }
}

extension Value {
    /// What operators of text read: numbers, booleans and times too (S25).
    var readAsText: String? {
        switch self {
        case .string(let text): text
        case .integer, .number, .boolean, .time: text
        case .null, .timespan, .list, .map: nil
        }
    }
}

/// Values that are looked up: texts and numbers by hash, the rest one by one.
struct ValueIndex {
    private let rule: ValueComparison
    private var texts: Set<[UInt8]> = []
    private var others: [Value] = []

    init(_ values: [Value], _ rule: ValueComparison) {
        self.rule = rule
        for value in values.flatMap(\.items) {
            if case .string(let text) = value {
                texts.insert(Array((rule.ignoreCase ? Folding.folded(text) : text).utf8))
            } else {
                others.append(value)
            }
        }
        textNumbers = Set(
            rule.leftIsLiteral == rule.rightIsLiteral
                ? texts.compactMap { Value.number(in: String(decoding: $0, as: UTF8.self)).double } : [])
        numbers = Dictionary(grouping: others.filter { $0.double != nil }) { $0.double ?? 0 }
        others = others.filter { $0.double == nil }
    }

    private let textNumbers: Set<Double>
    /// Whole numbers of more than 53 bits may share a double.
    private let numbers: [Double: [Value]]

    func holds(_ value: Value) -> Bool { value.items.contains(where: holdsItem) }

    private func holdsItem(_ item: Value) -> Bool {
        switch item {
        case .string(let text):
            if texts.contains(Array((rule.ignoreCase ? Folding.folded(text) : text).utf8)) { return true }
            // A number in the set: compared as S25 says.
            if !numbers.isEmpty {
                if rule.leftIsLiteral, !rule.rightIsLiteral {
                    if numbers.values.joined().contains(where: { rule.isEqual(item, $0) }) { return true }
                } else if let number = Value.number(in: text).double, let equal = numbers[number] {
                    if equal.contains(where: { rule.isEqual(item, $0) }) { return true }
                }
            }
        case .integer, .number:
            if let number = item.double {
                if numbers[number]?.contains(where: { rule.isEqual(item, $0) }) == true { return true }
                if textNumbers.contains(number), isOneOfTheTexts(item) { return true }
            }
            if rule.rightIsLiteral, !rule.leftIsLiteral, isOneOfTheTexts(item) { return true }
        case .boolean, .time:
            if isOneOfTheTexts(item) { return true }
        case .null, .timespan, .list, .map: break
        }
        return others.contains { rule.isEqual(item, $0) }
    }

    private func isOneOfTheTexts(_ item: Value) -> Bool {
        texts.contains { rule.isEqual(item, .string(String(decoding: $0, as: UTF8.self))) }
    }
}
