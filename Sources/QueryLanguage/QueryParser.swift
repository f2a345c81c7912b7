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

/// Reads a query from left to right with its own stack of open parentheses: what a query costs the thread's stack
/// does not depend on the query.
struct Parser {
    var lexer: Lexer
    /// The open parentheses, outermost first; the first level is the query itself.
    private var levels = [Level(start: 0, field: nil, nots: 0)]
    /// The parentheses and NOTs around the term that is being read.
    private var depth = 0

    init(_ text: String) {
        lexer = Lexer(text)
    }

    /// The terms of one pair of parentheses.
    private struct Level {
        /// Where its `(` stands.
        var start: Int
        /// The field whose `field:( )` it is or lies in, nil outside one.
        var field: String?
        /// How many NOTs stand before it.
        var nots: Int
        /// The parts between ORs that are complete.
        var alternatives: [Query] = []
        /// The terms since the last OR.
        var conjuncts: [Query] = []

        mutating func endAlternative() {
            alternatives.append(conjuncts.count == 1 ? conjuncts[0] : .and(conjuncts))
            conjuncts = []
        }

        mutating func close() -> Query {
            endAlternative()
            return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
        }
    }

    mutating func query() throws(QueryError) -> Query {
        lexer.skipSpaces()
        if lexer.isAtEnd { return .everything }
        // What the next term comes after, for the message if there is none; nil at the beginning.
        var place: String?
        repeat {
            try termOrOpening(after: place)
            place = try operatorOrClosing()
        } while place != nil
        return levels[0].close()
    }

    /// Reads all up to and including the next term: NOTs and opening parentheses as well.
    private mutating func termOrOpening(after place: String?) throws(QueryError) {
        var place = place
        while true {
            lexer.skipSpaces()
            var nots = 0
            while lexer.keyword() == .not {
                try nest()
                nots += 1
                place = "NOT"
                lexer.skip(.not)
                lexer.skipSpaces()
            }
            let field = levels[levels.count - 1].field
            try checkTermStands(in: field, after: place)
            if lexer.next != .openParen {
                if let field {
                    return add(.field(field, try value(of: field, in: .group)), nots: nots)
                }
                switch try term() {
                case .complete(let query): return add(query, nots: nots)
                case .group(let field): try open(in: field, nots: nots)
                }
            } else {
                try open(in: field, nots: nots)
            }
            place = "\"(\""
        }
    }

    /// Reads all up to the next term: closing parentheses and one operator.
    /// - Returns: what stands before that term, nil at the query's end.
    private mutating func operatorOrClosing() throws(QueryError) -> String? {
        while true {
            lexer.skipSpaces()
            if lexer.isAtEnd {
                guard levels.count == 1 else {
                    throw lexer.error(
                        "this \"(\" is never closed", at: levels[levels.count - 1].start,
                        hint: "write \\( for the character, or quote it")
                }
                return nil
            }
            if lexer.next == .closeParen {
                try close()
                continue
            }
            switch lexer.keyword() {
            case .or:
                lexer.skip(.or)
                levels[levels.count - 1].endAlternative()
                return "OR"
            case .and:
                lexer.skip(.and)
                return "AND"
            case .not, nil:
                // Side by side means AND (R5).
                return "a term"
            }
        }
    }

    private mutating func open(in field: String?, nots: Int) throws(QueryError) {
        try nest()
        levels.append(Level(start: lexer.position, field: field, nots: nots))
        lexer.position += 1
    }

    private mutating func close() throws(QueryError) {
        guard levels.count > 1, var level = levels.popLast() else {
            throw lexer.error(
                "this \")\" has no \"(\" before it", at: lexer.position,
                hint: "write \\) for the character, or quote it")
        }
        lexer.position += 1
        depth -= 1
        try checkEnd(of: "\")\"", allowingKeyword: true)
        add(level.close(), nots: level.nots)
    }

    /// Puts a term, or a closed group, into the innermost open parentheses.
    private mutating func add(_ query: Query, nots: Int) {
        var query = query
        for _ in 0..<nots { query = .not(query) }
        depth -= nots
        levels[levels.count - 1].conjuncts.append(query)
    }

    private mutating func nest() throws(QueryError) {
        guard depth < QueryParser.nestingLimit else {
            throw lexer.error(
                "parentheses and NOTs may nest at most \(QueryParser.nestingLimit) deep", at: lexer.position)
        }
        depth += 1
    }
}
