extension Parser {
    /// Makes sure that something that can be a term comes next.
    func checkTermStands(in field: String?, after place: String?) throws(QueryError) {
        var wanted: String { (field == nil ? "a term" : "a value") + (place.map { " after \($0)" } ?? "") }
        if lexer.isAtEnd {
            throw lexer.error("expected \(wanted)", at: lexer.position)
        }
        if lexer.next == .closeParen {
            throw lexer.error("expected \(wanted), found \")\"", at: lexer.position)
        }
        if let keyword = lexer.keyword() {
            throw lexer.error(
                "expected \(wanted), found \(keyword.rawValue)", at: lexer.position,
                hint: "quote \"\(keyword.rawValue)\" to search for the word")
        }
        if let keyword = lexer.misspelledKeyword() {
            let written = SafeText.excerpt(lexer.bytes[lexer.position...].prefix(keyword.rawValue.utf8.count))
            throw lexer.error(
                "operators are upper case: write \(keyword.rawValue)", at: lexer.position,
                hint: "or quote \"\(written)\" to search for the word")
        }
    }

    /// Makes sure that what was just read ends where it must: at a space, a `)` or the end (R8).
    func checkEnd(of what: String, allowingKeyword: Bool = false, hint: String? = nil) throws(QueryError) {
        guard let byte = lexer.next, !byte.isSpace, byte != .closeParen else { return }
        if allowingKeyword, lexer.keyword() != nil || lexer.misspelledKeyword() != nil { return }
        let found = byte == .openParen ? "(" : lexer.excerpt(from: lexer.position)
        throw lexer.error(
            "expected a space, \")\" or the end after \(what), found \"\(found)\"",
            at: lexer.position, hint: hint ?? suffixHint(byte))
    }

    /// What the other languages that write such a suffix mean by it.
    private func suffixHint(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "~"): "there is no proximity or fuzzy search; use * and ?"
        case UInt8(ascii: "^"): "there is no boosting: an event matches or not"
        case .quote: "write \\\" for a quote inside a phrase"
        default: nil
        }
    }
}
