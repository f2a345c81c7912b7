import QueryLanguage

/// Cuts a program into tokens, in time linear in its length.
struct Lexer {
    private let text: [Unicode.Scalar]
    private var at = 0
    private let source: SourceText

    /// Longest first.
    private static let signs = [
        "==", "=~", "!=", "<=", ">=", "..", "|", ",", ";", "(", ")", "[", "]", "{", "}", ":", "=", "<", ">", "+", "-",
        "*",
        "/", "%", "?", "~", "!",
    ].map { Array($0.unicodeScalars) }

    init(_ source: SourceText) {
        self.source = source
        text = source.scalars
    }

    /// All tokens, `.end` last.
    mutating func tokens() throws(QueryError) -> [Token] {
        var tokens: [Token] = []
        while true {
            skipBlanks()
            let position = at
            guard at < text.count else {
                tokens.append(Token(kind: .end, position: position))
                return tokens
            }
            tokens.append(Token(kind: try token(), position: position))
        }
    }

    private func peek(_ offset: Int = 0) -> Unicode.Scalar? { at + offset < text.count ? text[at + offset] : nil }

    private mutating func skipBlanks() {
        while let scalar = peek() {
            if scalar.properties.isWhitespace {
                at += 1
            } else if scalar == "/", peek(1) == "/" {
                while let next = peek(), next != "\n" { at += 1 }
            } else {
                return
            }
        }
    }

    private mutating func token() throws(QueryError) -> Token.Kind {
        guard let scalar = peek() else { return .end }
        switch scalar {
        case "'", "\"": return .string(try quoted(isRaw: false))
        case "@" where peek(1) == "'" || peek(1) == "\"":
            at += 1
            return .string(try quoted(isRaw: true))
        case "0"..."9": return try number()
        case "`": return try name()
        case _ where Self.beginsName(scalar): return try name()
        default: break
        }
        for sign in Self.signs where at + sign.count <= text.count && text[at..<at + sign.count].elementsEqual(sign) {
            at += sign.count
            var view = String.UnicodeScalarView()
            view.append(contentsOf: sign)
            return .sign(String(view))
        }
        throw source.error(
            "this character means nothing here", at: at, hint: scalar == "#" ? "comments begin with //" : nil)
    }

    // MARK: Names

    private static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "@" || scalar.properties.isAlphabetic
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        beginsName(scalar) || scalar.properties.numericType != nil
    }

    private mutating func name() throws(QueryError) -> Token.Kind {
        let isQuoted = peek() == "`"
        var parts = [try part()]
        while peek() == ".", let next = peek(1), next == "`" || Self.isNamePart(next) {
            at += 1
            parts.append(try part())
        }
        return .name(parts, isQuoted: isQuoted)
    }

    private mutating func part() throws(QueryError) -> String {
        var view = String.UnicodeScalarView()
        if peek() == "`" {
            let start = at
            at += 1
            while let scalar = peek(), scalar != "`", scalar != "\n" {
                view.append(scalar)
                at += 1
            }
            guard peek() == "`", !view.isEmpty else { throw source.error("the closing ` is missing", at: start) }
            at += 1
        } else {
            while let scalar = peek(), Self.isNamePart(scalar) {
                view.append(scalar)
                at += 1
            }
        }
        return String(view)
    }

    // MARK: Numbers and timespans

    private mutating func number() throws(QueryError) -> Token.Kind {
        let start = at
        func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { ("0"..."9").contains($0) } ?? false }
        while isDigit(peek()) { at += 1 }
        var isInteger = true
        if peek() == ".", isDigit(peek(1)) {
            isInteger = false
            at += 1
            while isDigit(peek()) { at += 1 }
        }
        if let e = peek(), e == "e" || e == "E",
            isDigit(peek(1)) || ((peek(1) == "+" || peek(1) == "-") && isDigit(peek(2)))
        {
            isInteger = false
            at += 2
            while isDigit(peek()) { at += 1 }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text[start..<at])
        let digits = String(view)
        if let unit = peek(), let nanoseconds = Self.units[unit], !(peek(1).map(Self.isNamePart) ?? false) {
            at += 1
            let (product, isTooLong) = (Int64(digits) ?? .max).multipliedReportingOverflow(by: nanoseconds)
            guard isInteger, !isTooLong else {
                throw source.error("a timespan is a whole number, up to 292 years", at: start)
            }
            return .timespan(product)
        }
        if let next = peek(), Self.isNamePart(next) {
            throw source.error(
                "a number may not be followed by a letter", at: at,
                hint: "timespans are 7d, 12h, 30m, 10s; names may stand in `backquotes`")
        }
        if isInteger, let value = Int64(digits) { return .integer(value) }
        guard let value = Double(digits), value.isFinite else {
            throw source.error("this number is too large", at: start)
        }
        return .number(value)
    }

    private static let units: [Unicode.Scalar: Int64] = [
        "d": 86_400_000_000_000, "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000,
    ]

    // MARK: Strings (S4)

    private mutating func quoted(isRaw: Bool) throws(QueryError) -> String {
        let start = at
        guard let quote = peek() else { return "" }
        at += 1
        var view = String.UnicodeScalarView()
        while let scalar = peek(), scalar != "\n", scalar != "\r" {
            at += 1
            if scalar == quote { return String(view) }
            guard scalar == "\\", !isRaw, let next = peek(), let meant = Self.escapes[next] else {
                view.append(scalar)
                continue
            }
            view.append(meant)
            at += 1
        }
        throw source.error(
            "the closing \(quote) of this string is missing", at: start, hint: "a string holds no line break")
    }

    private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
        "\\": "\\", "'": "'", "\"": "\"", "n": "\n", "t": "\t", "r": "\r",
    ]
}

/// A program's text, for errors that show the line.
struct SourceText: Sendable {
    let scalars: [Unicode.Scalar]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// An error with its line and a caret.
    func error(_ message: String, at position: Int, hint: String? = nil) -> QueryError {
        let position = min(max(0, position), scalars.count)
        let before = scalars[..<position]
        let start = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
        let end = scalars[position...].firstIndex(of: "\n") ?? scalars.count
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<max(start, end)])
        let number = before.count { $0 == "\n" } + 1
        let isLong = scalars.contains("\n")
        return QueryError(
            message: isLong ? "line \(number): \(message)" : message, column: position - start + 1, hint: hint,
            query: String(view))
    }
}
