import SOLLanguage

/// A row of a pipeline: columns, and the event while the columns are open (S32).
struct BruteRow {
    var columns: [(name: String, value: BruteValue)] = []
    var members: [(key: Scalars, value: BruteJSON)]?
    var time: BruteInstant?

    func column(_ name: String) -> BruteValue? { columns.last { $0.name.utf8.elementsEqual(name.utf8) }?.value }
}

/// Expressions, one row at a time (S22…S30).
struct BruteExpressions {
    let program: BruteProgram

    func isTrue(_ expression: Expression, _ row: BruteRow) -> Bool { Self.isTrue(value(expression, row)) }

    static func isTrue(_ value: BruteValue) -> Bool {
        switch value {
        case .boolean(let flag): flag
        case .list(let items): items.contains { isTrue($0) }
        default: false
        }
    }

    /// Nil: neither true nor false.
    private func truth(_ expression: Expression, _ row: BruteRow) -> Bool? {
        let value = value(expression, row)
        if case .boolean(let flag) = value { return flag }
        return Self.isTrue(value) ? true : nil
    }

    private static func logical(_ truth: Bool?) -> BruteValue { truth.map { .boolean($0) } ?? .null }

    /// Without a field (S25).
    private func isLiteral(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .null, .boolean, .integer, .number, .timespan, .string, .parameter, .scalar: return true
        case .field(let name): return program.constant(name.text) != nil
        case .map(let entries): return entries.allSatisfy { isLiteral($0.value) }
        case .call(_, let arguments): return arguments.allSatisfy(isLiteral)
        case .element(let a, let b), .arithmetic(_, let a, let b), .compare(_, let a, let b), .text(_, _, let a, let b),
            .regex(let a, let b):
            return isLiteral(a) && isLiteral(b)
        case .negative(let a), .not(let a): return isLiteral(a)
        case .member(let a, .values(let values), _, _): return isLiteral(a) && values.allSatisfy(isLiteral)
        case .member(let a, _, _, _): return isLiteral(a)
        case .between(let a, let b, let c): return isLiteral(a) && isLiteral(b) && isLiteral(c)
        case .and(let parts), .or(let parts): return parts.allSatisfy(isLiteral)
        }
    }

    func value(_ expression: Expression, _ row: BruteRow) -> BruteValue {
        switch expression.kind {
        case .null: return .null
        case .boolean(let flag): return .boolean(flag)
        case .integer(let number): return .integer(number)
        case .number(let number): return .number(number)
        case .timespan(let span): return .span(span)
        case .string(let text): return .text(text)
        case .field(let name): return field(name.text, row)
        case .parameter(let name): return program.parameter(name)
        case .map(let entries): return .map(entries.map { (Scalars($0.key.unicodeScalars), value($0.value, row)) })
        case .call(let name, let arguments): return call(name, arguments, row)
        case .element(let container, let key):
            let key = value(key, row)
            switch value(container, row) {
            case .map(let members):
                guard let text = key.items.first?.text else { return .null }
                return members.last { $0.key == text }?.value ?? .null
            case .list(let items):
                guard case .integer(let index) = key, index >= 0, index < items.count else { return .null }
                return items[Int(index)]
            default: return .null
            }
        case .negative(let inner):
            let found = value(inner, row)
            if case .span(let span) = found { return span == .min ? .null : .span(-span) }
            return Self.arithmetic(.subtract, .integer(0), found)
        case .arithmetic(let operation, let a, let b): return Self.arithmetic(operation, value(a, row), value(b, row))
        case .compare(let comparison, let a, let b): return .boolean(compare(comparison, a, b, row))
        case .text(let test, let ignoreCase, let a, let b):
            let needles = value(b, row).items.compactMap(\.readAsText)
            return .boolean(
                value(a, row).items.compactMap(\.readAsText).contains { text in
                    needles.contains { Self.holds(test, text, $0, ignoreCase) }
                })
        case .member(let item, let set, let isNegated, let ignoreCase):
            let found = value(item, row)
            var isIn = false
            switch set {
            case .values(let values):
                for other in values {
                    let literal = isLiteral(other)
                    for candidate in literal ? value(other, row).items : [value(other, row)]
                    where equal(found, candidate, isLiteral(item), literal, ignoreCase) {
                        isIn = true
                    }
                }
            case .name(let name):
                if let constant = program.constant(name.text) {
                    isIn = constant.items.contains { equal(found, $0, isLiteral(item), true, ignoreCase) }
                } else {
                    isIn = program.firstColumn(name.text).contains {
                        equal(found, $0, isLiteral(item), false, ignoreCase)
                    }
                }
            case .pipeline(let pipeline):
                isIn = program.firstColumn(pipeline).contains {
                    equal(found, $0, isLiteral(item), false, ignoreCase)
                }
            case .parameter(let name):
                isIn = program.parameter(name).items.contains { equal(found, $0, isLiteral(item), true, ignoreCase) }
            }
            return .boolean(isIn != isNegated)
        case .between(let item, let low, let high):
            let (least, most) = (value(low, row), value(high, row))
            return .boolean(
                value(item, row).items.contains { item in
                    let literal = isLiteral(expressionOf(expression))
                    return ordered(item, least, literal, isLiteral(low)).map { $0 >= 0 } == true
                        && ordered(item, most, literal, isLiteral(high)).map { $0 <= 0 } == true
                })
        case .regex(let item, let pattern):
            guard case .string(let text) = value(pattern, row) else { return .null }
            return .boolean(
                value(item, row).items.compactMap(\.readAsText).contains { BrutePattern.isFound(text, in: $0) })
        case .not(let inner): return Self.logical(truth(inner, row).map { !$0 })
        case .and(let parts):
            let truths = parts.map { truth($0, row) }
            return Self.logical(truths.contains(false) ? false : truths.contains(nil) ? nil : true)
        case .or(let parts):
            let truths = parts.map { truth($0, row) }
            return Self.logical(truths.contains(true) ? true : truths.contains(nil) ? nil : false)
        case .scalar(let pipeline): return program.scalar(pipeline)
        }
    }

    private func expressionOf(_ between: Expression) -> Expression {
        if case .between(let item, _, _) = between.kind { return item }
        return between
    }

    // MARK: Comparisons

    private func compare(
        _ comparison: SOLLanguage.Comparison, _ a: Expression, _ b: Expression, _ row: BruteRow
    ) -> Bool {
        let (x, y) = (value(a, row), value(b, row))
        let (first, second) = (isLiteral(a), isLiteral(b))
        for (literal, other) in [(a, y), (b, x)] {
            if case .null = literal.kind {
                if comparison == .equal { return other.isNull }
                if comparison == .notEqual { return !other.isNull }
            }
        }
        func holds(_ accept: (Int) -> Bool) -> Bool {
            x.items.contains { x in y.items.contains { y in ordered(x, y, first, second).map(accept) ?? false } }
        }
        switch comparison {
        case .equal: return equal(x, y, first, second, false)
        case .equalIgnoringCase: return equal(x, y, first, second, true)
        case .notEqual: return !equal(x, y, first, second, false)
        case .less: return holds { $0 < 0 }
        case .lessOrEqual: return holds { $0 <= 0 }
        case .greater: return holds { $0 > 0 }
        case .greaterOrEqual: return holds { $0 >= 0 }
        }
    }

    func equal(_ a: BruteValue, _ b: BruteValue, _ aLiteral: Bool, _ bLiteral: Bool, _ ignoreCase: Bool) -> Bool {
        a.items.contains { x in b.items.contains { ordered(x, $0, aLiteral, bLiteral, ignoreCase) == 0 } }
    }

    /// How two items stand to each other; nil: they do not compare.
    private func ordered(
        _ a: BruteValue, _ b: BruteValue, _ aLiteral: Bool, _ bLiteral: Bool, _ ignoreCase: Bool = false
    ) -> Int? {
        func texts(_ a: Scalars, _ b: Scalars) -> Int {
            ignoreCase ? BruteValue.order(BruteText.fold(a), BruteText.fold(b)) : BruteValue.order(a, b)
        }
        switch (a, b) {
        case (.string(let x), .string(let y)): return texts(x, y)
        case (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number), (.time, .time),
            (.span, .span), (.boolean, .boolean):
            return BruteValue.order(a, b)
        case (.string(let text), .integer), (.string(let text), .number):
            if aLiteral, !bLiteral { return texts(text, b.text) }
            let number = BruteValue.number(in: text)
            return number.isNull ? nil : BruteValue.order(number, b)
        case (.integer, .string), (.number, .string), (.time, .string), (.boolean, .string):
            return ordered(b, a, bLiteral, aLiteral, ignoreCase).map { -$0 }
        case (.string(let text), .time):
            return BruteTime.instant(BruteValue.plain(text)).map { BruteValue.order(.time($0), b) }
        case (.string(let text), .boolean): return aLiteral ? texts(text, b.text) : nil
        default: return nil
        }
    }

    private static func holds(_ test: TextTest, _ text: Scalars, _ needle: Scalars, _ ignoreCase: Bool) -> Bool {
        let text = ignoreCase ? BruteText.fold(text) : text
        let needle = ignoreCase ? BruteText.fold(needle) : needle
        switch test {
        case .startswith: return text.starts(with: needle)
        case .endswith: return text.reversed().starts(with: needle.reversed())
        case .contains:
            return needle.isEmpty || text.indices.contains { text[$0...].starts(with: needle) }
        }
    }

    // MARK: Functions (section 4)

    private func call(_ name: String, _ arguments: [Expression], _ row: BruteRow) -> BruteValue {
        func argument(_ place: Int) -> BruteValue { value(arguments[place], row) }
        switch name {
        case "bin": return Self.bin(argument(0), argument(1))
        case "year": return Self.instant(argument(0)).map { .text("\(BruteCalendar($0).year)") } ?? .null
        case "month":
            return Self.instant(argument(0)).map {
                let calendar = BruteCalendar($0)
                return .text("\(calendar.year)-\(BruteValue.pad(calendar.month, 2))")
            } ?? .null
        case "week":
            return Self.instant(argument(0)).map {
                let week = BruteCalendar($0).week
                return .text("\(week.year) - Week \(week.week)")
            } ?? .null
        case "format_datetime":
            guard let time = Self.instant(argument(0)) else { return .null }
            let calendar = BruteCalendar(time)
            var text = argument(1).textString
            for (mark, number) in [
                ("%Y", BruteValue.pad(calendar.year, 4)), ("%m", BruteValue.pad(calendar.month, 2)),
                ("%d", BruteValue.pad(calendar.day, 2)), ("%H", BruteValue.pad(calendar.hour, 2)),
                ("%M", BruteValue.pad(calendar.minute, 2)), ("%S", BruteValue.pad(calendar.second, 2)),
                ("%A", Self.weekdays[calendar.weekday - 1]),
            ] {
                while let place = text.range(ofText: mark) { text.replaceSubrange(place, with: number) }
            }
            return .text(text)
        case "tolower": return Self.mapped(argument(0)) { BruteText.fold($0) }
        case "toupper":
            return Self.mapped(argument(0)) { text in
                text.map { scalar in
                    let upper = scalar.properties.uppercaseMapping.unicodeScalars
                    return upper.count == 1 ? upper.first ?? scalar : scalar
                }
            }
        case "tostring": return .string(argument(0).text)
        case "toint":
            let found = argument(0)
            var number = found.double
            if case .string(let text) = found { number = BruteValue.number(in: text).double }
            guard let whole = number?.rounded(.towardZero), whole >= -2_147_483_648, whole <= 2_147_483_647 else {
                return .null
            }
            return .integer(Int64(whole))
        case "round":
            let found = argument(0)
            if case .integer = found { return found }
            guard let number = found.double else { return .null }
            let places = arguments.count > 1 ? argument(1).double ?? 0 : 0
            var scale = 1.0
            for _ in 0..<Int(places) { scale *= 10 }
            let scaled = number * scale
            return scaled.isFinite
                ? .finite(scaled.rounded(.toNearestOrAwayFromZero) / scale) : .finite(number)
        case "iff": return Self.isTrue(argument(0)) ? argument(1) : argument(2)
        case "coalesce":
            for place in arguments.indices where !argument(place).isNull { return argument(place) }
            return .null
        case "isnull": return .boolean(argument(0).isNull)
        case "isnotnull": return .boolean(!argument(0).isNull)
        case "now", "ago":
            guard let first = arguments.first, case .span(let span) = value(first, row) else {
                return .time(program.now)
            }
            return Self.arithmetic(name == "ago" ? .subtract : .add, .time(program.now), .span(span))
        case "parse_json":
            guard case .string(let text) = argument(0) else { return .null }
            return BruteJSONParser.parse(text).map { BruteValue($0) } ?? .null
        case "extract":
            guard let text = argument(2).readAsText, case .integer(let group) = argument(1) else { return .null }
            return BrutePattern.group(Int(group), of: argument(0).textString, in: BruteValue.plain(text))
        case "replace_regex":
            guard let text = argument(0).readAsText else { return .null }
            return BrutePattern.replaced(
                BruteValue.plain(text), argument(1).textString, by: argument(2).textString)
        default: preconditionFailure("no function \(name)")
        }
    }

    private static let weekdays = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]

    private static func instant(_ value: BruteValue) -> BruteInstant? {
        switch value {
        case .time(let time): time
        case .string(let text): BruteTime.instant(BruteValue.plain(text))
        default: nil
        }
    }

    private static func mapped(_ value: BruteValue, _ body: (Scalars) -> Scalars) -> BruteValue {
        switch value {
        case .list(let items): .list(items.map { mapped($0, body) })
        case .string, .integer, .number, .boolean, .time: .string(body(value.text))
        case .null, .span, .map: .null
        }
    }

    private static func bin(_ value: BruteValue, _ size: BruteValue) -> BruteValue {
        switch (value, size) {
        case (.time, .span(let size)), (.string, .span(let size)):
            guard let time = instant(value), size > 0 else { return .null }
            // Whole seconds, which the generator asks for.
            let step = Int(size / 1_000_000_000)
            let rest = ((time.seconds % step) + step) % step
            return BruteInstant(seconds: time.seconds - rest, nanoseconds: 0).map { .time($0) } ?? .null
        case (.integer(let number), .integer(let size)) where size > 0:
            return .integer(number - ((number % size) + size) % size)
        default:
            guard let number = value.double, let size = size.double, size > 0 else { return .null }
            return .finite((number / size).rounded(.down) * size)
        }
    }
}

extension String {
    /// Where a text stands, by scalars.
    fileprivate func range(ofText text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
