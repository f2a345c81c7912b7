/// Reads an expression from left to right with its own stack of open groups: what an expression costs the thread's
/// stack does not depend on the expression. Groups nest at most as deep as a query's (R52).
struct RegexParser {
    private let text: String
    let scalars: [Unicode.Scalar]
    var position = 0
    /// The open groups, outermost first; the first level is the expression itself.
    private var levels = [Level(start: 0)]

    /// A node with the largest product of nested counts in it.
    struct Counted {
        var node: RegexNode
        var count = 1
    }

    /// The parts of one group.
    private struct Level {
        /// Where its `(` stands.
        var start: Int
        /// The alternatives that are complete.
        var alternatives: [RegexNode] = []
        /// What stands side by side since the last `|`.
        var parts: [RegexNode] = []
        /// Characters that follow the parts and that no quantifier has claimed.
        var literal = String.UnicodeScalarView()
        var count = 1

        mutating func append(_ atom: Counted) {
            if case .literal(let text) = atom.node {
                literal.append(contentsOf: text.unicodeScalars)
            } else {
                endLiteral()
                parts.append(atom.node)
                count = max(count, atom.count)
            }
        }

        mutating func endAlternative() {
            endLiteral()
            switch parts.count {
            case 0: alternatives.append(.empty)
            case 1: alternatives.append(parts[0])
            default: alternatives.append(.sequence(parts))
            }
            parts = []
        }

        mutating func close() -> Counted {
            endAlternative()
            return Counted(node: alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives), count: count)
        }

        private mutating func endLiteral() {
            guard !literal.isEmpty else { return }
            parts.append(.literal(String(literal)))
            literal = String.UnicodeScalarView()
        }
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
        while let scalar = next {
            switch scalar {
            case "(":
                try open()
            case ")":
                add(try quantified(try close()))
            case "|":
                position += 1
                levels[levels.count - 1].endAlternative()
            default:
                add(try quantified(Counted(node: try atom(scalar))))
            }
        }
        guard levels.count == 1 else {
            throw error(
                "this \"(\" is never closed", at: levels[levels.count - 1].start, hint: "write \\( for the character")
        }
        return levels[0].close().node
    }

    private mutating func add(_ atom: Counted) {
        levels[levels.count - 1].append(atom)
    }

    private mutating func open() throws(QueryError) {
        let start = position
        position += 1
        if next == "?" {
            throw error(
                "groups with (? are not part of the language", at: start,
                hint: "a plain ( ) groups; nothing is captured")
        }
        guard levels.count <= QueryParser.nestingLimit else {
            throw error("groups may nest at most \(QueryParser.nestingLimit) deep", at: start)
        }
        levels.append(Level(start: start))
    }

    private mutating func close() throws(QueryError) -> Counted {
        guard levels.count > 1, var level = levels.popLast() else {
            throw error("this \")\" has no \"(\" before it", at: position, hint: "write \\) for the character")
        }
        position += 1
        return level.close()
    }

    /// One character, shorthand or class, without its quantifier.
    private mutating func atom(_ scalar: Unicode.Scalar) throws(QueryError) -> RegexNode {
        let start = position
        position += 1
        switch scalar {
        case "[":
            return .set(try characterClass(at: start))
        case ".":
            return .any
        case "\\":
            switch try escape(at: start) {
            case .scalar(let scalar): return .literal(String(scalar))
            case .shorthand(let ranges, let isNegated): return .set(RegexSet(ranges: ranges, isNegated: isNegated))
            }
        case "*", "+", "?", "{":
            throw error(
                "nothing stands before \"\(scalar)\" that could be repeated", at: start,
                hint: "write \\\(scalar) for the character")
        case "]", "}":
            throw error(
                "this \"\(scalar)\" has no \"\(scalar == "]" ? "[" : "{")\" before it", at: start,
                hint: "write \\\(scalar) for the character")
        case "^", "$":
            throw error(
                "there are no anchors (^ $)", at: start,
                hint:
                    "the whole value must match, or anywhere in it in full-text search; write \\\(scalar) for the character"
            )
        default:
            return .literal(String(scalar))
        }
    }
}
