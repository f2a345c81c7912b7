/// Reads the pieces of a query from its bytes.
///
/// EQL's words depend on where they stand (a colon ends one only outside a value, R11), so the parser asks for
/// the piece it needs instead of getting a list of tokens. All work is on UTF-8 bytes: every character the grammar
/// knows is ASCII, and Swift's `Character` would hide a quote followed by a combining mark.
struct Lexer {
    let query: String
    let bytes: [UInt8]
    /// The next byte to be read.
    var position = 0
    /// The different regular expressions so far, and the sum of their sizes.
    var seenRegexes: Set<[UInt8]> = []
    var regexSize = 0

    /// The most different regular expressions of one query: each costs an engine some memory, however short it is.
    static let regexLimit = 500

    init(_ query: String) {
        self.query = query
        bytes = Array(query.utf8)
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// The next byte, nil at the end.
    var next: UInt8? { byte(at: position) }

    func byte(at offset: Int) -> UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    /// Steps over the next byte if it is the given one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpaces() {
        while let byte = next, byte.isSpace { position += 1 }
    }

    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// What stands from `offset` to the next space or parenthesis, made safe for a message.
    func excerpt(from offset: Int) -> String {
        SafeText.excerpt(bytes[offset...].prefix { !$0.isSpace && $0 != .openParen && $0 != .closeParen })
    }

    /// An error at a byte of the query. Counting the column takes time linear in the query, once.
    func error(_ message: String, at offset: Int, hint: String? = nil) -> QueryError {
        let before = bytes[..<min(offset, bytes.count)].reduce(0) { $1.isContinuation ? $0 : $0 + 1 }
        return QueryError(message: message, column: before + 1, hint: hint, query: query)
    }
}

/// The words with a meaning of their own (R2).
enum Keyword: String, CaseIterable {
    case and = "AND"
    case or = "OR"
    case not = "NOT"
}

extension Lexer {
    /// The operator that stands here, if one does (R4).
    func keyword() -> Keyword? {
        Keyword.allCases.first { stands($0.rawValue.utf8, folding: false) }
    }

    /// The operator that stands here in another spelling (`or`, `And`), if one does (R2).
    func misspelledKeyword() -> Keyword? {
        keyword() == nil ? Keyword.allCases.first { stands($0.rawValue.utf8, folding: true) } : nil
    }

    /// Whether the word stands here and ends as a keyword does: before a space, `(`, `)`, `"` or the end.
    func stands(_ word: String.UTF8View, folding: Bool) -> Bool {
        var offset = position
        for letter in word {
            guard let byte = byte(at: offset), (folding ? byte.asciiUppercased : byte) == letter else { return false }
            offset += 1
        }
        switch byte(at: offset) {
        case nil, .openParen, .closeParen, .quote: return true
        case .some(let byte): return byte.isSpace
        }
    }

    mutating func skip(_ keyword: Keyword) {
        position += keyword.rawValue.utf8.count
    }
}
