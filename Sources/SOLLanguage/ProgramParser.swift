import QueryLanguage

/// Reads programs of SOL. Time is linear in the text's length; nesting is limited as in the event query language (R52).
public struct ProgramParser {
    let source: SourceText
    private let tokens: [Token]
    private var at = 0
    var depth = 0

    /// As R52.
    static let deepest = 200

    private init(_ text: String) throws(QueryError) {
        source = SourceText(text)
        var lexer = Lexer(source)
        tokens = try lexer.tokens()
    }

    /// - Throws: `QueryError` with the line in question.
    public static func parse(_ text: String) throws(QueryError) -> Program {
        var parser = try ProgramParser(text)
        return try parser.program()
    }

    /// An error at a position of a parsed program: for what only running it can tell.
    public static func error(_ message: String, at position: Int, hint: String? = nil, in text: String) -> QueryError {
        SourceText(text).error(message, at: position, hint: hint)
    }

    // MARK: Tokens

    var token: Token { tokens[at] }

    mutating func advance() { if at + 1 < tokens.count { at += 1 } }

    func token(after offset: Int) -> Token { tokens[min(at + offset, tokens.count - 1)] }

    func isSign(_ sign: String) -> Bool { token.kind == .sign(sign) }

    /// Whether the token is a name of one part, as it is written.
    func isWord(_ word: String) -> Bool { token.kind == .name([word], isQuoted: false) }

    mutating func take(sign: String) -> Bool {
        guard isSign(sign) else { return false }
        advance()
        return true
    }

    mutating func take(word: String) -> Bool {
        guard isWord(word) else { return false }
        advance()
        return true
    }

    mutating func expect(sign: String, _ place: String) throws(QueryError) {
        guard take(sign: sign) else { throw error("expected \(sign) \(place)") }
    }

    func error(_ message: String, at position: Int? = nil, hint: String? = nil) -> QueryError {
        source.error(message, at: position ?? token.position, hint: hint ?? self.hint)
    }

    /// What a token of another language should have been.
    private var hint: String? {
        switch token.kind {
        case .sign("="): return "equality is =="
        case .name(let parts, isQuoted: false) where parts.count == 1:
            let lower = parts[0].lowercased()
            if lower != parts[0], Keyword.all.contains(lower) { return "keywords are lower case: write \(lower)" }
            return Keyword.foreign[parts[0]]
        case .name, .integer, .number, .timespan, .string, .sign, .end: return nil
        }
    }

    // MARK: Program

    private mutating func program() throws(QueryError) -> Program {
        var settings: [Setting] = []
        var lets: [Let] = []
        while true {
            if isWord("set"), case .name = token(after: 1).kind {
                settings.append(try setting())
            } else if isWord("let"), case .name = token(after: 1).kind {
                lets.append(try letDefinition(among: lets))
            } else {
                break
            }
        }
        if token.kind == .end { throw error("a pipeline is missing", hint: "begin with events | …") }
        let pipeline = try pipeline()
        _ = take(sign: ";")
        guard token.kind == .end else { throw error("expected | and a stage, or the end") }
        return Program(settings: settings, lets: lets, pipeline: pipeline)
    }

    private mutating func setting() throws(QueryError) -> Setting {
        advance()
        let name = try plainName("of the setting")
        try expect(sign: "=", "after the setting's name")
        guard case .integer(let value) = token.kind else { throw error("expected a whole number") }
        advance()
        try expect(sign: ";", "after the setting")
        return Setting(name: name, value: value)
    }

    private mutating func letDefinition(among lets: [Let]) throws(QueryError) -> Let {
        advance()
        let position = token.position
        let name = try plainName("of the let")
        guard name != "events", name != "eternal_events" else {
            throw error("a let may not be named \(name)", at: position)
        }
        guard !lets.contains(where: { $0.name == name }) else {
            throw error("\(name) is defined twice", at: position)
        }
        try expect(sign: "=", "after the let's name")
        let value: Let.Value
        if isPipelineAhead(lets) { value = .pipeline(try pipeline()) } else { value = .expression(try expression()) }
        try expect(sign: ";", "after the let")
        return Let(name: name, value: value, position: position)
    }

    /// A name followed by a stage, or the name of a table alone.
    private func isPipelineAhead(_ lets: [Let]) -> Bool {
        guard case .name(let parts, false) = token.kind, parts.count == 1 else { return false }
        switch token(after: 1).kind {
        case .sign("|"): return true
        case .sign(";"):
            if parts[0] == "events" || parts[0] == "eternal_events" { return true }
            return lets.contains { if case .pipeline = $0.value { $0.name == parts[0] } else { false } }
        case .name, .integer, .number, .timespan, .string, .sign, .end: return false
        }
    }

    mutating func plainName(_ place: String) throws(QueryError) -> String {
        guard case .name(let parts, let isQuoted) = token.kind, parts.count == 1 else {
            throw error("expected the name \(place)")
        }
        guard isQuoted || !Keyword.isReserved(parts[0]) else { throw reserved(parts[0]) }
        advance()
        return parts[0]
    }

    mutating func fieldName() throws(QueryError) -> FieldName {
        guard case .name(let parts, let isQuoted) = token.kind else { throw error("expected a field") }
        guard isQuoted || parts.count > 1 || !Keyword.isReserved(parts[0]) else { throw reserved(parts[0]) }
        let name = FieldName(parts: parts, isQuoted: isQuoted, position: token.position)
        advance()
        return name
    }

    func reserved(_ word: String) -> QueryError {
        error("\(word) is a word of the language", hint: "a field of that name stands in backquotes: `\(word)`")
    }

    /// Calls `body` one level deeper.
    mutating func nested<Result>(
        _ body: (inout ProgramParser) throws(QueryError) -> Result
    ) throws(QueryError) -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw error("nested deeper than \(Self.deepest) levels") }
        return try body(&self)
    }
}

/// The words of the language.
enum Keyword {
    private static let anyCase: Set<String> = [
        "and", "or", "not", "in", "between", "contains", "startswith", "endswith", "matches", "true", "false", "null",
    ]
    private static let lowerCase: Set<String> = ["by", "asc", "desc", "on", "into", "with"]
    static let stages: [String] = [
        "count", "where", "select", "project", "extend", "distinct", "aggregate", "order", "sort", "top", "limit",
        "inner",
        "left", "leftanti", "rightanti", "join", "lookup", "render",
    ]

    static let all = anyCase.union(lowerCase).union(stages).union(["let", "set"])

    /// Words of other pipe languages.
    static let foreign: [String: String] = [
        "summarize": "write aggregate", "take": "write limit", "head": "write limit", "stats": "write aggregate",
        "filter": "write where", "eval": "write extend", "fields": "write select", "group": "write aggregate … by",
        "union": "there is no union; use several conditions", "mv": "lists are counted by item as they are",
        "has": "write contains", "like": "write contains, startswith, endswith or matches regex", "is": "write ==",
    ]

    /// Whether a name must stand in backquotes to be a field (S2).
    static func isReserved(_ name: String) -> Bool {
        lowerCase.contains(name) || anyCase.contains(name.lowercased())
    }
}
