import QueryLanguage

extension ProgramParser {
    mutating func expression() throws(QueryError) -> Expression {
        let position = token.position
        var parts = [try conjunction()]
        while take(word: "or") { parts.append(try conjunction()) }
        return parts.count == 1 ? parts[0] : Expression(kind: .or(parts), position: position)
    }

    private mutating func conjunction() throws(QueryError) -> Expression {
        let position = token.position
        var parts = [try negation()]
        while take(word: "and") { parts.append(try negation()) }
        return parts.count == 1 ? parts[0] : Expression(kind: .and(parts), position: position)
    }

    private mutating func negation() throws(QueryError) -> Expression {
        let position = token.position
        guard take(word: "not") else { return try comparison() }
        return Expression(
            kind: .not(try nested { (parser) throws(QueryError) in try parser.negation() }), position: position)
    }

    // MARK: Comparisons

    private mutating func comparison() throws(QueryError) -> Expression {
        let left = try sum()
        guard let compared = try comparison(of: left) else { return left }
        let position = token.position
        if try comparison(of: compared) != nil {
            throw error("comparisons do not chain", at: position, hint: "join two of them with and")
        }
        return compared
    }

    /// Nil: no comparison follows.
    private mutating func comparison(of left: Expression) throws(QueryError) -> Expression? {
        let position = token.position
        func made(_ kind: Expression.Kind) -> Expression { Expression(kind: kind, position: position) }
        switch token.kind {
        case .sign(let sign):
            if let comparison = Comparison(rawValue: sign) {
                advance()
                return made(.compare(comparison, left, try sum()))
            }
            if sign == "!", case .name(["in"], false) = token(after: 1).kind {
                advance()
                advance()
                let ignoreCase = take(sign: "~")
                return made(.member(left, try valueSet(), isNegated: true, ignoreCase: ignoreCase))
            }
            return nil
        case .name(let parts, false) where parts.count == 1:
            if let test = TextTest(rawValue: parts[0]) {
                advance()
                let ignoreCase = take(sign: "~")
                return made(.text(test, ignoreCase: ignoreCase, left, try sum()))
            }
            switch parts[0] {
            case "in":
                advance()
                let ignoreCase = take(sign: "~")
                return made(.member(left, try valueSet(), isNegated: false, ignoreCase: ignoreCase))
            case "between":
                advance()
                try expect(sign: "(", "after between")
                let low = try sum()
                try expect(sign: "..", "between the bounds")
                let high = try sum()
                try expect(sign: ")", "after the bounds")
                return made(.between(left, low, high))
            case "matches":
                advance()
                guard take(word: "regex") else { throw error("expected regex after matches") }
                return made(.regex(left, try sum()))
            default: return nil
            }
        case .name, .integer, .number, .timespan, .string, .end: return nil
        }
    }

    private mutating func valueSet() throws(QueryError) -> ValueSet {
        switch token.kind {
        case .sign("["):
            advance()
            var values: [Expression] = []
            while !isSign("]") {
                values.append(try nested { (parser) throws(QueryError) in try parser.expression() })
                if !take(sign: ",") { break }
            }
            try expect(sign: "]", "after the values")
            return .values(values)
        case .sign("("):
            if isPipelineInside {
                advance()
                let pipeline = try nested { (parser) throws(QueryError) in try parser.pipeline() }
                try expect(sign: ")", "after the pipeline")
                return .pipeline(pipeline)
            }
            advance()
            // A single name may be a table's.
            if case .name(let parts, _) = token.kind, parts.count == 1, token(after: 1).kind == .sign(")") {
                let name = try fieldName()
                advance()
                return .name(name)
            }
            var values: [Expression] = []
            repeat {
                values.append(try nested { (parser) throws(QueryError) in try parser.expression() })
            } while take(sign: ",")
            try expect(sign: ")", "after the values")
            return .values(values)
        case .sign("?"):
            advance()
            return .parameter(try fieldName().text)
        case .name: return .name(try fieldName())
        case .sign, .integer, .number, .timespan, .string, .end:
            throw error(
                "expected a set after in", hint: "write ['a', 'b'], a pipeline in parentheses, or the name of a table")
        }
    }

    /// Whether `( name |` follows.
    private var isPipelineInside: Bool {
        guard isSign("("), case .name(let parts, false) = token(after: 1).kind, parts.count == 1 else { return false }
        return token(after: 2).kind == .sign("|")
    }

    // MARK: Arithmetic

    private mutating func sum() throws(QueryError) -> Expression {
        var left = try product()
        while case .sign(let sign) = token.kind, sign == "+" || sign == "-", let operation = Arithmetic(rawValue: sign)
        {
            let position = token.position
            advance()
            left = Expression(kind: .arithmetic(operation, left, try product()), position: position)
        }
        return left
    }

    private mutating func product() throws(QueryError) -> Expression {
        var left = try unary()
        while case .sign(let sign) = token.kind, ["*", "/", "%"].contains(sign),
            let operation = Arithmetic(rawValue: sign)
        {
            let position = token.position
            advance()
            left = Expression(kind: .arithmetic(operation, left, try unary()), position: position)
        }
        return left
    }

    private mutating func unary() throws(QueryError) -> Expression {
        let position = token.position
        guard take(sign: "-") else { return try postfix() }
        let value = try nested { (parser) throws(QueryError) in try parser.postfix() }
        switch value.kind {
        case .integer(let number): return Expression(kind: .integer(-number), position: position)
        case .number(let number): return Expression(kind: .number(-number), position: position)
        case .timespan(let span): return Expression(kind: .timespan(-span), position: position)
        default: return Expression(kind: .negative(value), position: position)
        }
    }

    private mutating func postfix() throws(QueryError) -> Expression {
        var value = try primary()
        while isSign("[") {
            let position = token.position
            advance()
            let index = try nested { (parser) throws(QueryError) in try parser.expression() }
            try expect(sign: "]", "after the key")
            value = Expression(kind: .element(value, index), position: position)
        }
        return value
    }

    // MARK: Primary

    private mutating func primary() throws(QueryError) -> Expression {
        let position = token.position
        func made(_ kind: Expression.Kind) -> Expression { Expression(kind: kind, position: position) }
        switch token.kind {
        case .integer(let value):
            advance()
            return made(.integer(value))
        case .number(let value):
            advance()
            return made(.number(value))
        case .timespan(let value):
            advance()
            return made(.timespan(value))
        case .string(let value):
            advance()
            return made(.string(value))
        case .sign("?"):
            advance()
            return made(.parameter(try fieldName().text))
        case .sign("{"): return made(.map(try map()))
        case .sign("("):
            if isPipelineInside {
                advance()
                let pipeline = try nested { (parser) throws(QueryError) in try parser.pipeline() }
                try expect(sign: ")", "after the pipeline")
                return made(.scalar(pipeline))
            }
            advance()
            let value = try nested { (parser) throws(QueryError) in try parser.expression() }
            try expect(sign: ")", "to close the parenthesis")
            return value
        case .name(let parts, let isQuoted): return try named(parts, isQuoted, position)
        case .sign, .end: throw error("expected a value")
        }
    }

    private mutating func named(_ parts: [String], _ isQuoted: Bool, _ position: Int) throws(QueryError) -> Expression {
        func made(_ kind: Expression.Kind) -> Expression { Expression(kind: kind, position: position) }
        if !isQuoted, parts.count == 1 {
            switch parts[0] {
            case "true", "false":
                advance()
                return made(.boolean(parts[0] == "true"))
            case "null":
                advance()
                return made(.null)
            default: break
            }
            if token(after: 1).kind == .sign("("), !Keyword.isReserved(parts[0]) { return try call(parts[0], position) }
        }
        return made(.field(try fieldName()))
    }

    private mutating func call(_ name: String, _ position: Int) throws(QueryError) -> Expression {
        guard Function.named(name) != nil else {
            let near = Function.names.filter { $0.lowercased() == name.lowercased() || $0.hasPrefix(name.prefix(4)) }
            throw error(
                "there is no function \(name)", at: position,
                hint: near.isEmpty
                    ? "functions are \(Function.names.joined(separator: ", "))"
                    : "did you mean \(near.joined(separator: " or "))?")
        }
        advance()
        if name == "toscalar", isPipelineInside || isNameInside {
            advance()
            let pipeline = try nested { (parser) throws(QueryError) in try parser.pipeline() }
            try expect(sign: ")", "after the pipeline")
            return Expression(kind: .scalar(pipeline), position: position)
        }
        advance()
        var arguments: [Expression] = []
        while !isSign(")") {
            arguments.append(try nested { (parser) throws(QueryError) in try parser.expression() })
            if !take(sign: ",") { break }
        }
        try expect(sign: ")", "after the arguments of \(name)")
        guard let counts = Function.named(name)?.arguments, counts.contains(arguments.count) else {
            throw error("\(name) takes \(Function.named(name)?.usage ?? "other arguments")", at: position)
        }
        return Expression(kind: .call(name, arguments), position: position)
    }

    private var isNameInside: Bool {
        guard isSign("("), case .name(let parts, _) = token(after: 1).kind, parts.count == 1 else { return false }
        return token(after: 2).kind == .sign(")")
    }

    private mutating func map() throws(QueryError) -> [MapEntry] {
        advance()
        var entries: [MapEntry] = []
        repeat {
            guard case .string(let key) = token.kind else { throw error("expected a key in quotes") }
            advance()
            try expect(sign: ":", "after the key")
            entries.append(
                MapEntry(key: key, value: try nested { (parser) throws(QueryError) in try parser.expression() }))
        } while take(sign: ",")
        try expect(sign: "}", "after the map")
        return entries
    }
}
