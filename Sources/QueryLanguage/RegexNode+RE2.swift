extension RegexSyntax {
    /// The expression in RE2's syntax, for RE2 in UTF-8 mode with its default options, matching exactly the same texts.
    /// Anchor it or not through RE2's interface (R40), not in the pattern.
    ///
    /// Everything is spelled out (`.` as `(?s:.)`, `\w` as its ranges), so no flag of the engine changes its meaning.
    public static func re2Pattern(_ node: RegexNode) -> String {
        var printer = RE2Printer()
        printer.append(node)
        return printer.pattern
    }
}

private struct RE2Printer {
    var pattern = ""

    mutating func append(_ node: RegexNode) {
        switch node {
        case .empty:
            pattern += "(?:)"
        case .literal(let text):
            for scalar in text.unicodeScalars { appendLiteral(scalar) }
        case .any:
            pattern += "(?s:.)"
        case .set(let set):
            append(set)
        case .sequence(let parts):
            for part in parts {
                if case .alternatives = part { appendGroup(part) } else { append(part) }
            }
        case .alternatives(let parts):
            for (index, part) in parts.enumerated() {
                if index > 0 { pattern += "|" }
                append(part)
            }
        case .repetition(let inner, let minimum, let maximum):
            appendGroup(inner)
            appendQuantifier(minimum, maximum)
        }
    }

    private mutating func appendGroup(_ node: RegexNode) {
        pattern += "(?:"
        append(node)
        pattern += ")"
    }

    private mutating func appendQuantifier(_ minimum: Int, _ maximum: Int?) {
        switch (minimum, maximum) {
        case (0, nil): pattern += "*"
        case (1, nil): pattern += "+"
        case (0, 1): pattern += "?"
        case (let minimum, nil): pattern += "{\(minimum),}"
        case (let minimum, let maximum?): pattern += minimum == maximum ? "{\(minimum)}" : "{\(minimum),\(maximum)}"
        }
    }

    private mutating func appendLiteral(_ scalar: Unicode.Scalar) {
        if scalar.value < 0x20 || scalar.value == 0x7F {
            appendHex(scalar.value)
        } else {
            if "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) { pattern += "\\" }
            pattern.unicodeScalars.append(scalar)
        }
    }

    /// A negated class is written as `[^…]`, which in RE2's default (not POSIX) mode includes line breaks.
    private mutating func append(_ set: RegexSet) {
        pattern += set.isNegated ? "[^" : "["
        for range in set.ranges {
            appendHex(range.lowerBound)
            guard range.count > 1 else { continue }
            pattern += "-"
            appendHex(range.upperBound)
        }
        pattern += "]"
    }

    private mutating func appendHex(_ value: UInt32) {
        pattern += "\\x{\(String(value, radix: 16))}"
    }
}
