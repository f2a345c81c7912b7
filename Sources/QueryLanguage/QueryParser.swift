/// Parses EQL, the Events Query Language.
public enum QueryParser {
    /// Reads a query. Time and memory are linear in its length; nesting is limited, so no query can exhaust the stack.
    ///
    /// The tree is in normal form: no `and` directly in an `and`, no `or` in an `or`, none with fewer than two parts,
    /// and `field:[* TO *]` is `field:*`.
    /// - Throws: `QueryError` for the first mistake from the left.
    public static func parse(_ text: String) throws(QueryError) -> Query {
        var parser = Parser(text)
        return try parser.query().flattened
    }

    /// How deep parentheses and NOTs may nest, together (R52).
    public static let nestingLimit = 100
}

/// Recursive descent over the grammar; each method leaves the lexer behind what it read.
struct Parser {
    var lexer: Lexer
    private var depth = 0

    init(_ text: String) {
        lexer = Lexer(text)
    }

    mutating func query() throws(QueryError) -> Query {
        lexer.skipSpaces()
        if lexer.isAtEnd { return .everything }
        let query = try or(in: nil, after: nil)
        guard lexer.isAtEnd else {
            // Only a ")" ends an `or` before the end.
            throw lexer.error("this \")\" has no \"(\" before it", at: lexer.position, hint: "write \\) for the character, or quote it")
        }
        return query
    }

    /// Terms joined by OR, up to a `)` or the end.
    /// - Parameters:
    ///   - field: the field whose `field:( )` this is in, nil outside one.
    ///   - place: what comes before, for the message if nothing follows; nil at the beginning.
    private mutating func or(in field: String?, after place: String?) throws(QueryError) -> Query {
        var parts = [try and(in: field, after: place)]
        while lexer.keyword() == .or {
            lexer.skip(.or)
            parts.append(try and(in: field, after: "OR"))
        }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    /// Terms joined by AND or standing side by side (R5).
    private mutating func and(in field: String?, after place: String?) throws(QueryError) -> Query {
        var parts = [try not(in: field, after: place)]
        while true {
            lexer.skipSpaces()
            if lexer.isAtEnd || lexer.next == .closeParen { break }
            switch lexer.keyword() {
            case .or:
                return parts.count == 1 ? parts[0] : .and(parts)
            case .and:
                lexer.skip(.and)
                parts.append(try not(in: field, after: "AND"))
            case .not, nil:
                parts.append(try not(in: field, after: "a term"))
            }
        }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func not(in field: String?, after place: String?) throws(QueryError) -> Query {
        var place = place
        var nots = 0
        lexer.skipSpaces()
        while lexer.keyword() == .not {
            try nest()
            nots += 1
            place = "NOT"
            lexer.skip(.not)
            lexer.skipSpaces()
        }
        var query = try primary(in: field, after: place)
        depth -= nots
        for _ in 0..<nots { query = .not(query) }
        return query
    }

    private mutating func primary(in field: String?, after place: String?) throws(QueryError) -> Query {
        try checkTermStands(in: field, after: place)
        if lexer.next == .openParen { return try parentheses(in: field) }
        guard let field else { return try term() }
        return .field(field, try value(of: field, in: .group))
    }

    /// A parenthesised group; the next byte is its `(`.
    mutating func parentheses(in field: String?) throws(QueryError) -> Query {
        let start = lexer.position
        try nest()
        lexer.position += 1
        let query = try or(in: field, after: "\"(\"")
        guard lexer.take(.closeParen) else {
            throw lexer.error("this \"(\" is never closed", at: start, hint: "write \\( for the character, or quote it")
        }
        depth -= 1
        try checkEnd(of: "\")\"", allowingKeyword: true)
        return query
    }

    private mutating func nest() throws(QueryError) {
        guard depth < QueryParser.nestingLimit else {
            throw lexer.error("parentheses and NOTs may nest at most \(QueryParser.nestingLimit) deep", at: lexer.position)
        }
        depth += 1
    }
}
