import Events

extension Parser {
    /// `>5`, `>=`, `<`, `<=`; the next byte is the sign's first.
    mutating func comparison(of field: String) throws(QueryError) -> FieldTest {
        let isGreater = lexer.next == .greater
        lexer.position += 1
        let isInclusive = lexer.take(.equals)
        let sign: Comparison =
            isGreater ? (isInclusive ? .greaterOrEqual : .greater) : (isInclusive ? .lessOrEqual : .less)
        lexer.skipSpaces()
        let bound = try writtenBound(after: sign.rawValue)
        try checkEnd(of: "a comparison")
        return .compare(sign, try classified(bound, of: field))
    }

    /// `[1 TO 2]`, `{1 TO *}`; the next byte is the opening bracket.
    mutating func range(of field: String) throws(QueryError) -> FieldTest {
        let start = lexer.position
        let includesLow = lexer.next == .openBracket
        lexer.position += 1
        lexer.skipSpaces()
        let low = try writtenBound(after: includesLow ? "[" : "{")
        try skipTo()
        let high = try writtenBound(after: "TO")
        lexer.skipSpaces()
        let includesHigh = lexer.next == .closeBracket
        guard includesHigh || lexer.next == .closeBrace else {
            if lexer.isAtEnd {
                throw lexer.error("this range is never closed", at: start, hint: Self.rangeHint)
            }
            throw lexer.error("expected \"]\" or \"}\" after the upper bound", at: lexer.position, hint: Self.rangeHint)
        }
        lexer.position += 1
        try checkEnd(of: "a range")

        let lowBound = low.isStar ? nil : try classified(low, of: field)
        let highBound = high.isStar ? nil : try classified(high, of: field)
        if let lowBound, let highBound { try checkOrder(lowBound, highBound, at: low.offset, high.offset) }
        // Both ends open asks only for a value (R27).
        if lowBound == nil && highBound == nil { return .exists }
        return .range(
            lowBound.map { includesLow ? .inclusive($0) : .exclusive($0) } ?? .open,
            highBound.map { includesHigh ? .inclusive($0) : .exclusive($0) } ?? .open)
    }

    private static let rangeHint =
        "a range is written [low TO high], {low TO high} without the bounds, * for an open end"

    /// Steps over ` TO `.
    private mutating func skipTo() throws(QueryError) {
        let isAfterSpace = lexer.next?.isSpace ?? false
        lexer.skipSpaces()
        guard isAfterSpace, lexer.stands("TO".utf8, folding: false) else {
            let isMisspelled = isAfterSpace && lexer.stands("TO".utf8, folding: true)
            throw lexer.error(
                isMisspelled ? "operators are upper case: write TO" : "expected TO after the lower bound",
                at: lexer.position, hint: Self.rangeHint)
        }
        lexer.position += 2
        lexer.skipSpaces()
    }

    /// A bound as it stands in the query.
    private struct WrittenBound {
        var text: String
        var offset: Int
        var isStar: Bool
    }

    private mutating func writtenBound(after place: String) throws(QueryError) -> WrittenBound {
        let start = lexer.position
        if lexer.next == .quote {
            let phrase = try lexer.phrase()
            guard let text = phrase.plainText else {
                throw lexer.error(
                    "a bound may not hold wildcards", at: start, hint: "* alone and unquoted is an open end of a range")
            }
            return WrittenBound(text: text, offset: start, isStar: false)
        }
        let run = lexer.boundRun()
        let text = lexer.text(run)
        guard !run.isEmpty, text != "TO" else {
            throw lexer.error("expected a number, an IP address or a date after \(place)", at: start)
        }
        return WrittenBound(text: text, offset: start, isStar: text == "*")
    }

    /// Decides the bound's kind from its text (R46).
    private func classified(_ bound: WrittenBound, of field: String) throws(QueryError) -> Bound {
        if field == "@timestamp" || field == "timestamp" {
            guard Period.parse(bound.text, allowYear: true) != nil else {
                throw unusable(bound, wanted: "a date", isTime: true)
            }
            return Bound(text: bound.text, kind: .date)
        }
        if DecimalText.isNumber(bound.text) { return Bound(text: bound.text, kind: .number) }
        if IPAddress.parse(bound.text) != nil { return Bound(text: bound.text, kind: .address) }
        if Period.parse(bound.text, allowYear: false) != nil { return Bound(text: bound.text, kind: .date) }
        throw unusable(bound, wanted: "a number, an IP address or a date", isTime: false)
    }

    private func unusable(_ bound: WrittenBound, wanted: String, isTime: Bool) -> QueryError {
        let text = SafeText.excerpt(bound.text.utf8)
        let hint: String
        if bound.isStar {
            hint = "write field:* for events that have the field"
        } else if bound.text.hasPrefix("now") || bound.text.hasPrefix("today") {
            hint = "there is no relative time; give dates, or use --from and --to"
        } else if IPNetwork.parse(bound.text) != nil {
            hint = "a network needs no comparison: write field:\(text)"
        } else if isTime || bound.text.utf8.filter({ $0 == UInt8(ascii: "-") }).count == 2 {
            hint = "dates are written 2026-01, 2026-01-31 or 2026-01-31T10:00:00Z"
        } else {
            hint = "text has no order here; use wildcards or a regular expression"
        }
        return lexer.error("expected \(wanted), found \"\(text)\"", at: bound.offset, hint: hint)
    }

    /// The bounds must be comparable with each other and in order (R48).
    private func checkOrder(_ low: Bound, _ high: Bound, at lowOffset: Int, _ highOffset: Int) throws(QueryError) {
        guard low.kind == high.kind else {
            throw lexer.error(
                "both bounds must be of one kind, these are \(low.kind.described) and \(high.kind.described)",
                at: highOffset)
        }
        let isOrdered: Bool
        switch low.kind {
        case .number:
            isOrdered = DecimalText.compare(low.text, high.text) <= 0
        case .address:
            guard let first = IPAddress.parse(low.text), let last = IPAddress.parse(high.text) else { return }
            guard first.isSameFamily(last) else {
                throw lexer.error("both bounds must be IPv4 or both IPv6 addresses", at: highOffset)
            }
            isOrdered = first <= last
        case .date:
            // A year alone passes only where `classified` let it pass.
            guard let first = Period.parse(low.text, allowYear: true),
                let last = Period.parse(high.text, allowYear: true)
            else { return }
            isOrdered = first.start < last.end
        }
        guard isOrdered else {
            throw lexer.error(
                "the lower bound is above the upper bound", at: lowOffset,
                hint: "write the lower bound first: [low TO high]")
        }
    }
}

extension Bound.Kind {
    fileprivate var described: String {
        switch self {
        case .number: "a number"
        case .address: "an IP address"
        case .date: "a date"
        }
    }
}

extension DecimalText {
    /// Compares two valid number texts: -1, 0 or 1.
    fileprivate static func compare(_ first: String, _ second: String) -> Int {
        var first = first
        var second = second
        return first.withUTF8 { first in
            second.withUTF8 { second in compare(UnsafeRawBufferPointer(first), UnsafeRawBufferPointer(second)) }
        }
    }
}
