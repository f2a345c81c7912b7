/// A parsed EQL query: what an event must be like to match.
///
/// The tree is closed: every consumer switches over it without `default`. Values grouped behind a
/// field (`f:(a AND NOT b)`) are distributed by the parser (R15), so a `field` node always holds one test.
public indirect enum Query: Hashable, Sendable {
    /// Every event (an empty query, or a field-less `*`).
    case everything
    case and([Query])
    case or([Query])
    case not(Query)
    /// A field-less term, looked for in every value of the event (R29).
    case anywhere(Literal)
    /// `field:test`.
    case field(String, FieldTest)
}

/// One test of a field's values; a field matches if any one of its values passes (R15).
public enum FieldTest: Hashable, Sendable {
    /// The field has a value (R27).
    case exists
    case literal(Literal)
    case compare(Comparison, Bound)
    case range(RangeEnd, RangeEnd)
}

/// What a literal says.
public enum Literal: Hashable, Sendable {
    /// Text with wildcards, from a word or a phrase (their difference is gone after unescaping, R20).
    case pattern(Pattern)
    /// The text between the slashes of a regular expression, checked by the parser (R42, R43).
    case regex(String)
}

/// Text in which wildcards may stand. Neighbouring `.text` pieces are joined; an empty literal has no pieces.
public struct Pattern: Hashable, Sendable {
    public enum Piece: Hashable, Sendable {
        case text(String)
        /// `*`
        case anyRun
        /// `?`
        case anyOne
    }

    public var pieces: [Piece]

    public init(pieces: [Piece]) {
        self.pieces = pieces
    }

    /// The literal's text if it has no wildcard (`""` for an empty literal), else nil.
    public var plainText: String? {
        if pieces.isEmpty { return "" }
        if pieces.count == 1, case .text(let text) = pieces[0] { return text }
        return nil
    }
}

/// The sign of a comparison (R45).
public enum Comparison: String, Hashable, Sendable, CaseIterable {
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
}

/// A bound with the kind its text decides (R46).
public struct Bound: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case number, address, date
    }

    /// As written, unescaped.
    public var text: String
    public var kind: Kind

    public init(text: String, kind: Kind) {
        self.text = text
        self.kind = kind
    }
}

/// One end of a range (R48).
public enum RangeEnd: Hashable, Sendable {
    /// `*`
    case open
    case inclusive(Bound)
    case exclusive(Bound)
}
