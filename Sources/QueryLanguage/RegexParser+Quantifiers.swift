extension RegexParser {
    /// The atom with the quantifier that stands here, if one does.
    mutating func quantified(_ atom: Counted) throws(QueryError) -> Counted {
        let start = position
        let minimum: Int
        let maximum: Int?
        switch next {
        case "*": (minimum, maximum) = (0, nil)
        case "+": (minimum, maximum) = (1, nil)
        case "?": (minimum, maximum) = (0, 1)
        case "{": (minimum, maximum) = try counts(at: start)
        default: return atom
        }
        position += 1
        if let after = next, "*+?{".unicodeScalars.contains(after) {
            throw error(
                "a quantifier may not follow a quantifier", at: position,
                hint: after == "?"
                    ? "there is no lazy matching: only whether a value matches counts"
                    : "write \\\(after) for the character, or use ( )")
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
