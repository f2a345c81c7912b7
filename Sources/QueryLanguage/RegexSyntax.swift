/// The regular expressions of EQL (R40–R44): the text between the slashes of `/re/`.
public enum RegexSyntax {
    /// The largest count in braces, and the largest product of counts that nest: `(a{40}){40}` is too much.
    /// It bounds the size of the automaton; RE2 has the same limit.
    public static let repetitionLimit = 1000

    /// - Throws: `QueryError` whose `query` is the expression and whose `column` counts in it.
    public static func check(_ text: String) throws(QueryError) {
        _ = try parse(text)
    }

    /// Reads an expression, in time linear in its length.
    /// - Throws: as `check`.
    public static func parse(_ text: String) throws(QueryError) -> RegexNode {
        guard !text.isEmpty else {
            throw QueryError(message: "a regular expression may not be empty", column: 1, query: text)
        }
        var parser = RegexParser(text)
        return try parser.expression()
    }
}

/// Recursive descent over the scalars of an expression; groups nest at most as deep as a query's (R52).
struct RegexParser {
    private let text: String
    let scalars: [Unicode.Scalar]
    var position = 0
    private var depth = 0

    /// A node with the largest product of nested counts in it.
    private struct Counted {
        var node: RegexNode
        var count = 1
    }

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
    }

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    func error(_ message: String, at offset: Int, hint: String? = nil) -> QueryError {
        QueryError(message: message, column: offset + 1, hint: hint, query: text)
    }

    mutating func expression() throws(QueryError) -> RegexNode {
        let expression = try alternatives()
        guard next == nil else {
            // Only a ")" ends the alternatives before the end.
            throw error("this \")\" has no \"(\" before it", at: position, hint: "write \\) for the character")
        }
        return expression.node
    }

    private mutating func alternatives() throws(QueryError) -> Counted {
        var parts = [try sequence()]
        while next == "|" {
            position += 1
            parts.append(try sequence())
        }
        if parts.count == 1 { return parts[0] }
        return Counted(node: .alternatives(parts.map(\.node)), count: parts.reduce(1) { max($0, $1.count) })
    }

    /// What stands side by side, up to a `|`, a `)` or the end.
    private mutating func sequence() throws(QueryError) -> Counted {
        var parts: [RegexNode] = []
        var literal = String.UnicodeScalarView()
        var count = 1
        while let scalar = next, scalar != "|", scalar != ")" {
            let atom = try atom()
            if let repeated = try repetition(of: atom) {
                if !literal.isEmpty { parts.append(.literal(String(literal))) }
                literal = String.UnicodeScalarView()
                parts.append(repeated.node)
                count = max(count, repeated.count)
            } else if case .literal(let text) = atom.node {
                literal.append(contentsOf: text.unicodeScalars)
            } else {
                if !literal.isEmpty { parts.append(.literal(String(literal))) }
                literal = String.UnicodeScalarView()
                parts.append(atom.node)
                count = max(count, atom.count)
            }
        }
        if !literal.isEmpty { parts.append(.literal(String(literal))) }
        switch parts.count {
        case 0: return Counted(node: .empty)
        case 1: return Counted(node: parts[0], count: count)
        default: return Counted(node: .sequence(parts), count: count)
        }
    }

    /// One character, class or group, without its quantifier.
    private mutating func atom() throws(QueryError) -> Counted {
        let start = position
        guard let scalar = next else { return Counted(node: .empty) }
        position += 1
        switch scalar {
        case "(":
            return try group(at: start)
        case "[":
            return Counted(node: .set(try characterClass(at: start)))
        case ".":
            return Counted(node: .any)
        case "\\":
            switch try escape(at: start) {
            case .scalar(let scalar): return Counted(node: .literal(String(scalar)))
            case .shorthand(let ranges, let isNegated): return Counted(node: .set(RegexSet(ranges: ranges, isNegated: isNegated)))
            }
        case "*", "+", "?", "{":
            throw error(
                "nothing stands before \"\(scalar)\" that could be repeated", at: start, hint: "write \\\(scalar) for the character")
        case "]", "}":
            throw error(
                "this \"\(scalar)\" has no \"\(scalar == "]" ? "[" : "{")\" before it", at: start,
                hint: "write \\\(scalar) for the character")
        case "^", "$":
            throw error(
                "there are no anchors (^ $)", at: start,
                hint: "the whole value must match, or anywhere in it in full-text search; write \\\(scalar) for the character")
        default:
            return Counted(node: .literal(String(scalar)))
        }
    }

    private mutating func group(at start: Int) throws(QueryError) -> Counted {
        if next == "?" {
            throw error("groups with (? are not part of the language", at: start, hint: "a plain ( ) groups; nothing is captured")
        }
        guard depth < QueryParser.nestingLimit else {
            throw error("groups may nest at most \(QueryParser.nestingLimit) deep", at: start)
        }
        depth += 1
        let inner = try alternatives()
        depth -= 1
        guard next == ")" else {
            throw error("this \"(\" is never closed", at: start, hint: "write \\( for the character")
        }
        position += 1
        return inner
    }

    /// The quantifier that stands here applied to the atom before it, nil if none stands here.
    private mutating func repetition(of atom: Counted) throws(QueryError) -> Counted? {
        let start = position
        let minimum: Int
        let maximum: Int?
        switch next {
        case "*": (minimum, maximum) = (0, nil)
        case "+": (minimum, maximum) = (1, nil)
        case "?": (minimum, maximum) = (0, 1)
        case "{": (minimum, maximum) = try counts(at: start)
        default: return nil
        }
        position += 1
        if let after = next, "*+?{".unicodeScalars.contains(after) {
            throw error(
                "a quantifier may not follow a quantifier", at: position,
                hint: after == "?"
                    ? "there is no lazy matching: only whether a value matches counts" : "write \\\(after) for the character, or use ( )")
        }
        // Only counts in braces make the automaton longer; at most 1000 × 1000, so this cannot overflow.
        let isCounted = scalars[start] == "{"
        let count = atom.count * (isCounted ? max(1, maximum ?? minimum) : 1)
        guard count <= RegexSyntax.repetitionLimit else {
            throw error("nested counts may multiply to at most \(RegexSyntax.repetitionLimit)", at: start)
        }
        return Counted(node: .repetition(atom.node, minimum: minimum, maximum: maximum), count: count)
    }

    /// `{n}`, `{n,}` or `{n,m}`; leaves the closing brace to be read.
    private mutating func counts(at start: Int) throws(QueryError) -> (Int, Int?) {
        position += 1
        let minimum = try count(at: start)
        var maximum: Int? = minimum
        if next == "," {
            position += 1
            maximum = next == "}" ? nil : try count(at: start)
        }
        guard next == "}" else { throw badCounts(at: start) }
        if let maximum, maximum < minimum {
            throw error("the counts are out of order", at: start, hint: "write the lower one first: {n,m}")
        }
        return (minimum, maximum)
    }

    private mutating func count(at start: Int) throws(QueryError) -> Int {
        let first = position
        var value = 0
        while let digit = next, ("0"..."9").contains(digit) {
            value = min(value * 10 + Int(digit.value - 48), RegexSyntax.repetitionLimit + 1)
            position += 1
        }
        guard position > first else { throw badCounts(at: start) }
        guard value <= RegexSyntax.repetitionLimit else {
            throw error("a count may be at most \(RegexSyntax.repetitionLimit)", at: first)
        }
        return value
    }

    private func badCounts(at start: Int) -> QueryError {
        error("expected {n}, {n,} or {n,m}", at: start, hint: "write \\{ for the character")
    }
}
