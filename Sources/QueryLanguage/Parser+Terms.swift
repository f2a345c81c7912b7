extension Parser {
    /// What a term outside `field:( )` turns out to be.
    enum Term {
        case complete(Query)
        /// `field:` with a group of values; the next byte is its `(`.
        case group(field: String)
    }

    /// A term outside `field:( )`: `field:value`, or a literal that is looked for everywhere.
    mutating func term() throws(QueryError) -> Term {
        let start = lexer.position
        switch lexer.next {
        case .quote:
            let phrase = try lexer.phrase()
            if lexer.next == .colon { return try fieldTerm(named: phrase, at: start) }
            try checkEnd(of: "a phrase")
            guard !phrase.pieces.isEmpty else {
                throw lexer.error(
                    "an empty phrase needs a field", at: start,
                    hint: "write field:\"\" for events whose field is the empty string")
            }
            return .complete(.anywhere(.pattern(phrase)))
        case .slash:
            return .complete(.anywhere(.regex(try regex())))
        case .some(let byte) where byte == .greater || byte == .less || byte == .openBracket || byte == .openBrace:
            throw lexer.error(
                "a comparison or range needs a field", at: start,
                hint: "write field:\(lexer.excerpt(from: start)), or quote the text to search for it")
        default:
            let word = try lexer.word(in: .fieldless)
            if lexer.next == .colon { return try fieldTerm(named: word, at: start) }
            return .complete(isLoneStar(from: start) ? .everything : .anywhere(.pattern(word)))
        }
    }

    /// The rest of `field:value`; the next byte is the colon.
    private mutating func fieldTerm(named name: Pattern, at start: Int) throws(QueryError) -> Term {
        let field = try fieldName(name, at: start)
        lexer.position += 1
        lexer.skipSpaces()
        if lexer.next == .openParen { return .group(field: field) }
        return .complete(.field(field, try value(of: field, in: .value)))
    }

    /// The name a word or phrase before a colon gives (R13).
    private func fieldName(_ name: Pattern, at start: Int) throws(QueryError) -> String {
        guard let text = name.plainText else {
            throw lexer.error(
                "a field name may not hold wildcards", at: start,
                hint: name.pieces == [.anyRun]
                    ? "leave the name away to search all fields" : "write \\* or \\? for the character")
        }
        if text == "_exists_" {
            let named = lexer.excerpt(from: lexer.position + 1)
            throw lexer.error(
                "_exists_ is not part of the language", at: start,
                hint: "write field:* for events that have the field" + (named.isEmpty ? "" : ", here \(named):*"))
        }
        let rest = "\(lexer.excerpt(from: start + 1))"
        switch lexer.bytes[start] {
        case UInt8(ascii: "-"), UInt8(ascii: "!"):
            throw lexer.error(
                "a field name may not begin with \"\(SafeText.excerpt(lexer.bytes[start...].prefix(1)))\"", at: start,
                hint: "write NOT \(rest), or quote the name")
        case UInt8(ascii: "+"):
            throw lexer.error(
                "a field name may not begin with \"+\"", at: start,
                hint: "terms side by side must all match: write \(rest), or quote the name")
        default:
            return text
        }
    }

    /// One value of a field, without parentheses.
    mutating func value(of field: String, in place: Lexer.WordPlace) throws(QueryError) -> FieldTest {
        let start = lexer.position
        guard let first = lexer.next, first != .closeParen else {
            throw lexer.error(
                "expected a value after the colon", at: start,
                hint: "field:\"\" is the empty string, field:* any value, NOT field:* no value")
        }
        switch first {
        case .quote:
            let phrase = try lexer.phrase()
            try checkEnd(of: "a phrase")
            return .literal(.pattern(phrase))
        case .slash:
            return .literal(.regex(try regex()))
        case .greater, .less:
            return try comparison(of: field)
        case .openBracket, .openBrace:
            return try range(of: field)
        case .equals, UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: "~"):
            throw oldOperator(first)
        default:
            if let keyword = lexer.keyword() {
                throw lexer.error(
                    "expected a value after the colon, found \(keyword.rawValue)", at: start,
                    hint: keyword == .not
                        ? "NOT stands before the field: NOT field:value"
                        : "quote \"\(keyword.rawValue)\" to search for the word")
            }
            let word = try lexer.word(in: place)
            return isLoneStar(from: start) ? .exists : .literal(.pattern(word))
        }
    }

    /// A regular expression that ends where it must.
    private mutating func regex() throws(QueryError) -> String {
        let start = lexer.position
        let regex = try lexer.regex()
        let isFlag =
            lexer.next == UInt8(ascii: "i")
            && (lexer.byte(at: lexer.position + 1).map { $0.isSpace || $0 == .closeParen } ?? true)
        try checkEnd(
            of: "a regular expression",
            hint: (isFlag ? "there are no flags, but an option --ignore-case; " : "") + lexer.quotePathHint(from: start)
        )
        return regex
    }

    /// Whether what was read since `start` is nothing but an unquoted `*`.
    private func isLoneStar(from start: Int) -> Bool {
        lexer.position == start + 1 && lexer.bytes[start] == .star
    }

    /// A value begins with an operator of the retired dork language (R12).
    private func oldOperator(_ byte: UInt8) -> QueryError {
        let character = SafeText.excerpt([byte])
        let hint =
            switch byte {
            case .equals:
                switch lexer.byte(at: lexer.position + 1) {
                case .greater: "write field:>=value"
                case .less: "write field:<=value"
                default: "field:value already means equal"
                }
            case UInt8(ascii: "^"): "for a beginning write field:text*"
            case UInt8(ascii: "$"): "for an end write field:*text"
            default: "for a regular expression write field:/text/"
            }
        return lexer.error(
            "a value may not begin with \"\(character)\"", at: lexer.position,
            hint: "\(hint); quote the value to search for the character")
    }
}
