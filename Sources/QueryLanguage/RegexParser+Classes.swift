import Events

extension RegexParser {
    /// What a backslash and the character after it stand for.
    enum Escape {
        case scalar(Unicode.Scalar)
        case shorthand([ClosedRange<UInt32>], isNegated: Bool)
    }

    /// Reads the character after a backslash, which was read already.
    mutating func escape(at start: Int) throws(QueryError) -> Escape {
        guard let scalar = next else {
            throw error("an expression may not end in a lone \\", at: start, hint: "write \\\\ for a backslash")
        }
        position += 1
        switch scalar {
        case "d": return .shorthand(RegexSet.digits, isNegated: false)
        case "w": return .shorthand(RegexSet.wordCharacters, isNegated: false)
        case "s": return .shorthand(RegexSet.spaces, isNegated: false)
        case "D": return .shorthand(RegexSet.digits, isNegated: true)
        case "W": return .shorthand(RegexSet.wordCharacters, isNegated: true)
        case "S": return .shorthand(RegexSet.spaces, isNegated: true)
        case "n": return .scalar("\n")
        case "t": return .scalar("\t")
        case "r": return .scalar("\r")
        case "0"..."9":
            throw error("there are no back-references (\\\(scalar))", at: start, hint: "write \\\\ for a backslash")
        case "A"..."Z", "a"..."z":
            throw unknownEscape(scalar, at: start)
        default:
            // Other letters are kept free as the ASCII ones are; all else is itself.
            if scalar.value >= 0x80 && WordCharacters.isWord(scalar.value) { throw unknownEscape(scalar, at: start) }
            return .scalar(scalar)
        }
    }

    private func unknownEscape(_ scalar: Unicode.Scalar, at start: Int) -> QueryError {
        error(
            "\\\(SafeText.escaped(scalar)) is not part of the language", at: start,
            hint: "there are \\d \\w \\s \\D \\W \\S \\n \\t \\r; write \\\\ for a backslash")
    }

    /// The rest of a class whose `[` was read already.
    mutating func characterClass(at start: Int) throws(QueryError) -> RegexSet {
        let isNegated = next == "^"
        if isNegated { position += 1 }
        if next == "]" {
            throw error("a class may not be empty", at: start, hint: "write \\] for the character")
        }
        var ranges: [ClosedRange<UInt32>] = []
        while let scalar = next, scalar != "]" {
            try appendItem(to: &ranges, of: start)
        }
        guard next == "]" else { throw unclosedClass(at: start) }
        position += 1
        return RegexSet(ranges: ranges, isNegated: isNegated)
    }

    private func unclosedClass(at start: Int) -> QueryError {
        error(
            "this \"[\" is never closed", at: start, hint: "write \\[ for the character, and \\/ for a slash in a class"
        )
    }

    /// One character, shorthand or range of a class. A hyphen that has nothing on one of its sides is itself.
    private mutating func appendItem(to ranges: inout [ClosedRange<UInt32>], of start: Int) throws(QueryError) {
        let first = position
        let low = try classAtom(of: start)
        let isRange = next == "-" && position + 1 < scalars.count && scalars[position + 1] != "]"
        guard isRange else {
            switch low {
            case .scalar(let scalar): ranges.append(scalar.value...scalar.value)
            case .shorthand(let shorthand, _): ranges += shorthand
            }
            return
        }
        position += 1
        let high = try classAtom(of: start)
        guard case .scalar(let low) = low, case .scalar(let high) = high else {
            throw error("a shorthand cannot be the end of a range", at: first, hint: "write \\- for a hyphen")
        }
        guard low <= high else {
            throw error(
                "the range is out of order", at: first, hint: "write the lower character first, or \\- for a hyphen")
        }
        ranges.append(low.value...high.value)
    }

    private mutating func classAtom(of start: Int) throws(QueryError) -> Escape {
        let first = position
        guard let scalar = next else { throw unclosedClass(at: start) }
        position += 1
        guard scalar == "\\" else { return .scalar(scalar) }
        let escape = try escape(at: first)
        if case .shorthand(_, isNegated: true) = escape {
            throw error("\\D \\W \\S cannot stand in a class", at: first, hint: "negate the class: [^\\d]")
        }
        return escape
    }
}
