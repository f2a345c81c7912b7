extension Lexer {
    /// Where a word stands; it decides what a colon in it means (R11).
    enum WordPlace {
        /// Without a field: the first colon ends the word, which is then a field's name.
        case fieldless
        /// After `field:`, where a colon is a character like others.
        case value
        /// In `field:( )`, where a colon is an error.
        case group
    }

    /// Reads a word up to a space, a `)`, the end or, where it is not a value, a colon. The next byte must be the word's first.
    mutating func word(in place: WordPlace) throws(QueryError) -> Pattern {
        try checkWordStart()
        var pattern = PatternBuilder()
        reading: while let byte = next {
            switch byte {
            case .closeParen:
                break reading
            case _ where byte.isSpace:
                break reading
            case .backslash:
                guard let escaped = self.byte(at: position + 1) else {
                    throw error("a query may not end in a lone \\", at: position, hint: "write \\\\ for a backslash")
                }
                if escaped.isEscapableInWord { position += 1 }
                pattern.append(escaped.isEscapableInWord ? escaped : byte)
            case .star:
                pattern.appendAnyRun()
            case .questionMark:
                pattern.appendAnyOne()
            case .colon where place == .fieldless:
                break reading
            case .colon where place == .group:
                throw error(
                    "a word in field:( ) may not hold \":\"", at: position,
                    hint: "quote the value, or write \\: for a colon")
            case .openParen:
                throw error(
                    "a word may not hold \"(\"", at: position,
                    hint: "write \\( for the character, or put a space before the group")
            case .quote:
                throw error(
                    "a word may not hold \"", at: position,
                    hint: "write \\\" for the character, or quote the whole value")
            default:
                pattern.append(byte)
            }
            position += 1
        }
        return pattern.build()
    }

    private func checkWordStart() throws(QueryError) {
        switch next {
        case .colon:
            let isAfterSpace = position > 0 && bytes[position - 1].isSpace
            throw error(
                "a word may not begin with \":\"", at: position,
                hint: isAfterSpace
                    ? "no space may stand before the colon: field:value"
                    : "quote text with colons in it, such as an IPv6 address")
        case .openBracket, .closeBracket, .openBrace, .closeBrace, .less, .greater:
            let character = SafeText.excerpt(bytes[position...].prefix(1))
            throw error(
                "a word may not begin with \"\(character)\"", at: position,
                hint: "quote it, or write \\\(character) for the character")
        default:
            break
        }
    }

    /// Reads a phrase; the next byte must be its opening quote.
    mutating func phrase() throws(QueryError) -> Pattern {
        let start = position
        var pattern = PatternBuilder()
        var lastEscapedQuote: Int?
        position += 1
        while let byte = next {
            position += 1
            switch byte {
            case .quote:
                return pattern.build()
            case .backslash:
                if let escaped = next, escaped.isEscapableInPhrase {
                    if escaped == .quote { lastEscapedQuote = position }
                    pattern.append(escaped)
                    position += 1
                } else {
                    pattern.append(byte)
                }
            case .star:
                pattern.appendAnyRun()
            case .questionMark:
                pattern.appendAnyOne()
            default:
                pattern.append(byte)
            }
        }
        throw error(
            "this quote is never closed", at: start,
            hint: lastEscapedQuote == nil
                ? "write \\\" for the character" : "\\\" does not end a phrase: write \\\\\" to end one in a backslash")
    }

    /// Reads a regular expression and checks its syntax (R42, R43); the next byte must be its opening slash.
    /// - Returns: the text between the slashes, as written.
    mutating func regex() throws(QueryError) -> String {
        let start = position
        position += 1
        while let byte = next {
            switch byte {
            case .slash:
                let body = text(start + 1..<position)
                try check(regex: body, at: start + 1)
                position += 1
                return body
            case .backslash where position + 1 < bytes.count:
                position += 2
            default:
                position += 1
            }
        }
        throw error("this regular expression has no closing /", at: start, hint: quotePathHint(from: start))
    }

    private mutating func check(regex: String, at offset: Int) throws(QueryError) {
        guard !regex.isEmpty else {
            throw error("a regular expression may not be empty", at: offset, hint: quotePathHint(from: offset - 1))
        }
        let size: Int
        do {
            size = try RegexSyntax.check(regex)
        } catch {
            // Its column counts within the expression; the query's column is wanted.
            let start = self.error("", at: offset).column
            throw QueryError(message: error.message, column: start + error.column - 1, hint: error.hint, query: query)
        }
        // By bytes: equal strings may be different expressions.
        guard seenRegexes.insert(Array(regex.utf8)).inserted else { return }
        regexSize += size
        guard regexSize <= RegexSyntax.sizeLimit, seenRegexes.count <= Self.regexLimit else {
            throw self.error(
                "the regular expressions of this query are too large together", at: offset - 1,
                hint: "use one expression with | in it, or fewer of them")
        }
    }

    /// The way out for who wrote a path without quotes (R12).
    func quotePathHint(from offset: Int) -> String {
        "a value beginning with / is a regular expression; quote a path: \"\(excerpt(from: offset))\""
    }

    /// The characters of an unquoted bound: all up to a space, `(`, `)`, `"`, `]`, `}` or the end.
    mutating func boundRun() -> Range<Int> {
        let start = position
        scanning: while let byte = next {
            switch byte {
            case .openParen, .closeParen, .quote, .closeBracket, .closeBrace: break scanning
            case _ where byte.isSpace: break scanning
            default: position += 1
            }
        }
        return start..<position
    }
}
