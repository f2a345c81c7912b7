extension Query {
    /// The query as EQL text in one defined spelling: operators written out, parentheses only where they are needed,
    /// quotes around all but plain words.
    ///
    /// For a tree from `QueryParser` (or another in its normal form) parsing this text gives the same tree.
    public var canonical: String {
        var printer = CanonicalPrinter()
        printer.append(self)
        return String(decoding: printer.output, as: UTF8.self)
    }
}

/// Writes a query as text, in time linear in its length.
private struct CanonicalPrinter {
    var output: [UInt8] = []

    mutating func append(_ query: Query) {
        switch query {
        case .everything:
            append("*")
        case .and(let parts):
            append(parts, joinedBy: " AND ", ifEmpty: "*")
        case .or(let parts):
            append(parts, joinedBy: " OR ", ifEmpty: "NOT *")
        case .not(let query):
            append("NOT ")
            appendOperand(query, isEnclosed: query.isAnd || query.isOr)
        case .anywhere(let literal):
            append(literal)
        case .field(let name, let test):
            append(Pattern(pieces: name.isEmpty ? [] : [.text(name)]), isName: true)
            append(":")
            append(test)
        }
    }

    /// A list of fewer than two parts is not in normal form; it is written by its meaning.
    private mutating func append(_ parts: [Query], joinedBy separator: String, ifEmpty: String) {
        if parts.isEmpty { return append(ifEmpty) }
        let isConjunction = separator == " AND "
        for (index, part) in parts.enumerated() {
            if index > 0 { append(separator) }
            appendOperand(part, isEnclosed: parts.count > 1 && (part.isOr || (isConjunction && part.isAnd)))
        }
    }

    private mutating func appendOperand(_ query: Query, isEnclosed: Bool) {
        if isEnclosed { append("(") }
        append(query)
        if isEnclosed { append(")") }
    }

    private mutating func append(_ test: FieldTest) {
        switch test {
        case .exists:
            append("*")
        case .literal(let literal):
            append(literal)
        case .compare(let sign, let bound):
            append(sign.rawValue)
            append(bound)
        case .range(let low, let high):
            append(low, inclusive: "[", exclusive: "{", isLow: true)
            append(" TO ")
            append(high, inclusive: "]", exclusive: "}", isLow: false)
        }
    }

    private mutating func append(_ end: RangeEnd, inclusive: String, exclusive: String, isLow: Bool) {
        let bracket: String
        let bound: Bound?
        switch end {
        case .open: (bracket, bound) = (inclusive, nil)
        case .inclusive(let value): (bracket, bound) = (inclusive, value)
        case .exclusive(let value): (bracket, bound) = (exclusive, value)
        }
        if isLow { append(bracket) }
        if let bound { append(bound) } else { append("*") }
        if !isLow { append(bracket) }
    }

    private mutating func append(_ bound: Bound) {
        let isPlain =
            !bound.text.isEmpty && bound.text.utf8.allSatisfy { $0.isPlain || $0 == .colon || $0 == UInt8(ascii: "+") }
        if isPlain { append(bound.text) } else { appendPhrase(Pattern(pieces: [.text(bound.text)])) }
    }

    private mutating func append(_ literal: Literal) {
        switch literal {
        case .pattern(let pattern):
            append(pattern, isName: false)
        case .regex(let text):
            append("/")
            append(text)
            append("/")
        }
    }

    /// A word if that is safe, else a phrase.
    private mutating func append(_ pattern: Pattern, isName: Bool) {
        guard pattern.isPlain, !(isName && pattern.beginsWithHyphen) else { return appendPhrase(pattern) }
        for piece in pattern.pieces {
            switch piece {
            case .text(let text): append(text)
            case .anyRun: append("*")
            case .anyOne: append("?")
            }
        }
    }

    private mutating func appendPhrase(_ pattern: Pattern) {
        append("\"")
        for piece in pattern.pieces {
            switch piece {
            case .text(let text):
                for byte in text.utf8 {
                    if byte.isEscapableInPhrase { output.append(.backslash) }
                    output.append(byte)
                }
            case .anyRun: append("*")
            case .anyOne: append("?")
            }
        }
        append("\"")
    }

    private mutating func append(_ text: String) {
        output.append(contentsOf: text.utf8)
    }
}

extension Query {
    fileprivate var isAnd: Bool {
        if case .and = self { true } else { false }
    }

    fileprivate var isOr: Bool {
        if case .or = self { true } else { false }
    }
}

extension Pattern {
    /// Whether it can stand as a word anywhere a word can: letters, digits, `_ . - @` and wildcards, but neither
    /// an operator in any spelling nor a lone `*`, which mean something else.
    fileprivate var isPlain: Bool {
        if pieces.isEmpty || pieces == [.anyRun] { return false }
        if let text = plainText,
            ["AND", "OR", "NOT", "TO"].contains(String(decoding: text.utf8.map(\.asciiUppercased), as: UTF8.self))
        {
            return false
        }
        return pieces.allSatisfy { piece in
            switch piece {
            case .text(let text): text.utf8.allSatisfy(\.isPlain)
            case .anyRun, .anyOne: true
            }
        }
    }

    fileprivate var beginsWithHyphen: Bool {
        plainText?.utf8.first == UInt8(ascii: "-")
    }
}

extension UInt8 {
    fileprivate var isPlain: Bool {
        isASCIILetterOrDigit || "_.-@".utf8.contains(self)
    }
}
