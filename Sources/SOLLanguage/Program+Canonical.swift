/// Programs as text that means the same: one spelling for each thing, parentheses only where they are needed.
extension Program {
    public var canonical: String {
        let head = settings.map { "set \($0.name) = \($0.value);\n" } + lets.map(\.canonical)
        return head.joined() + pipeline.canonical
    }
}

extension Let {
    fileprivate var canonical: String {
        switch value {
        case .pipeline(let pipeline): "let \(FieldName.part(name)) = \(pipeline.canonical);\n"
        case .expression(let expression): "let \(FieldName.part(name)) = \(expression.canonical);\n"
        }
    }
}

extension Pipeline {
    public var canonical: String { ([source] + stages.map(\.canonical)).joined(separator: " | ") }
}

extension Stage {
    public var canonical: String {
        func list(_ items: [Item]) -> String { items.map(\.canonical).joined(separator: ", ") }
        switch kind {
        case .count: return "count"
        case .filter(let condition): return "where " + condition.canonical
        case .select(let items): return "select " + list(items)
        case .extend(let items): return "extend " + list(items)
        case .distinct(let fields): return "distinct " + fields.map(\.canonical).joined(separator: ", ")
        case .aggregate(let values, let keys):
            return "aggregate " + list(values) + (keys.isEmpty ? "" : " by " + list(keys))
        case .order(let keys): return "order by " + keys.map(\.canonical).joined(separator: ", ")
        case .top(let count, let keys): return "top \(count) by " + keys.map(\.canonical).joined(separator: ", ")
        case .limit(let count): return "limit \(count)"
        case .join(let join): return join.canonical
        case .render(let render):
            let parameters = render.parameters.map { "\($0.name) = \(FieldName.dotted($0.value))" }.joined(
                separator: ", ")
            return "render \(render.chart)" + (parameters.isEmpty ? "" : " with (\(parameters))")
        }
    }
}

extension Item {
    fileprivate var canonical: String { (name.map { $0.canonical + " = " } ?? "") + value.canonical }
}

extension SortKey {
    fileprivate var canonical: String { value.canonical + (isAscending ? " asc" : " desc") }
}

extension Join {
    fileprivate var canonical: String {
        let word =
            switch kind {
            case .inner: "join"
            case .left: "left join"
            case .leftanti: "leftanti join"
            case .rightanti: "rightanti join"
            case .lookup: "lookup"
            }
        let pairs = on.map { $0.left.canonical + " == " + $0.right.canonical }.joined(separator: ", ")
        return "\(word) \(source) on \(pairs)" + (into.map { " into \(FieldName.part($0))" } ?? "")
    }
}

extension FieldName {
    public var canonical: String {
        let first = isQuoted ? "`\(parts[0])`" : Self.part(parts[0])
        return ([first] + parts.dropFirst().map(Self.rest)).joined(separator: ".")
    }

    /// A part that needs no backquotes, or with them.
    static func part(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isPlain =
            scalars.first.map { $0 == "_" || $0 == "@" || $0.properties.isAlphabetic } ?? false
            && scalars.allSatisfy(isPart) && !Keyword.isReserved(text)
        return isPlain ? text : "`\(text)`"
    }

    private static func rest(_ text: String) -> String {
        !text.isEmpty && text.unicodeScalars.allSatisfy(isPart) ? text : "`\(text)`"
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "@" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    static func dotted(_ text: String) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return ([part(parts[0])] + parts.dropFirst().map(rest)).joined(separator: ".")
    }
}

extension Expression {
    public var canonical: String { text(above: 0) }

    /// How tightly it binds: 0 or, 1 and, 2 not, 3 comparison, 4 sum, 5 product, 6 unary, 7 primary.
    private var strength: Int {
        switch kind {
        case .or: 0
        case .and: 1
        case .not: 2
        case .compare, .text, .member, .between, .regex: 3
        case .arithmetic(let operation, _, _): operation == .add || operation == .subtract ? 4 : 5
        case .negative: 6
        case .integer(let number): number < 0 ? 6 : 7
        case .number(let number): number < 0 ? 6 : 7
        case .timespan(let span): span < 0 ? 6 : 7
        case .null, .boolean, .string, .field, .parameter, .map, .call, .element, .scalar: 7
        }
    }

    /// In parentheses if it binds less than `least`.
    private func text(above least: Int) -> String {
        strength < least ? "(\(plain))" : plain
    }

    private var plain: String {
        switch kind {
        case .null: return "null"
        case .boolean(let flag): return flag ? "true" : "false"
        case .integer(let number): return "\(number)"
        case .number(let number): return "\(number)"
        case .timespan(let span): return Self.timespan(span)
        case .string(let text): return Self.quoted(text)
        case .field(let name): return name.canonical
        case .parameter(let name): return "?" + FieldName.dotted(name)
        case .map(let entries):
            return "{" + entries.map { Self.quoted($0.key) + ": " + $0.value.canonical }.joined(separator: ", ") + "}"
        case .call(let name, let arguments): return "\(name)(\(arguments.map(\.canonical).joined(separator: ", ")))"
        case .element(let value, let key): return value.text(above: 7) + "[\(key.canonical)]"
        case .negative(let value): return "-" + value.text(above: 7)
        case .arithmetic(let operation, let left, let right):
            return "\(left.text(above: strength)) \(operation.rawValue) \(right.text(above: strength + 1))"
        case .compare(let comparison, let left, let right):
            return "\(left.text(above: 4)) \(comparison.rawValue) \(right.text(above: 4))"
        case .text(let test, let ignoreCase, let left, let right):
            return "\(left.text(above: 4)) \(test.rawValue)\(ignoreCase ? "~" : "") \(right.text(above: 4))"
        case .member(let value, let set, let isNegated, let ignoreCase):
            return "\(value.text(above: 4)) \(isNegated ? "!" : "")in\(ignoreCase ? "~" : "") \(set.canonical)"
        case .between(let value, let low, let high):
            return "\(value.text(above: 4)) between (\(low.text(above: 4)) .. \(high.text(above: 4)))"
        case .regex(let value, let pattern): return "\(value.text(above: 4)) matches regex \(pattern.text(above: 4))"
        case .not(let inner): return "not " + inner.text(above: 2)
        case .and(let parts): return parts.map { $0.text(above: 2) }.joined(separator: " and ")
        case .or(let parts): return parts.map { $0.text(above: 1) }.joined(separator: " or ")
        case .scalar(let pipeline): return "toscalar(\(pipeline.canonical))"
        }
    }

    private static func timespan(_ span: Int64) -> String {
        for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60)] as [(String, Int64)]
        where span % (size * 1_000_000_000) == 0 {
            return "\(span / (size * 1_000_000_000))\(unit)"
        }
        return "\(span / 1_000_000_000)s"
    }

    private static func quoted(_ text: String) -> String {
        var out = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "'": out += "\\'"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "'"
    }
}

extension ValueSet {
    fileprivate var canonical: String {
        switch self {
        case .values(let values): "[" + values.map(\.canonical).joined(separator: ", ") + "]"
        case .pipeline(let pipeline): "(\(pipeline.canonical))"
        case .name(let name): name.canonical
        case .parameter(let name): "?" + FieldName.dotted(name)
        }
    }
}
