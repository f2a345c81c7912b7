import QueryLanguage
import Testing

// Short words for trees, so that a test reads as a query and its tree.

extension Query {
    /// `name:literal`
    static func term(_ name: String, _ pieces: Pattern.Piece...) -> Query {
        .field(name, .literal(.pattern(Pattern(pieces: pieces))))
    }

    /// A literal without a field.
    static func text(_ pieces: Pattern.Piece...) -> Query {
        .anywhere(.pattern(Pattern(pieces: pieces)))
    }
}

extension Bound {
    static func number(_ text: String) -> Bound { Bound(text: text, kind: .number) }
    static func address(_ text: String) -> Bound { Bound(text: text, kind: .address) }
    static func date(_ text: String) -> Bound { Bound(text: text, kind: .date) }
}

extension Pattern.Piece: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .text(value) }
}

/// The error a text gives, nil if it parses.
func queryError(_ text: String) -> QueryError? {
    do {
        _ = try QueryParser.parse(text)
        return nil
    } catch {
        return error
    }
}

/// Parses, and checks on the way that the canonical text gives the same tree and is its own canonical text.
func parsedQuery(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Query {
    let query = try QueryParser.parse(text)
    let canonical = query.canonical
    let again = try QueryParser.parse(canonical)
    #expect(again == query, "\(canonical)", sourceLocation: sourceLocation)
    #expect(again.canonical.utf8.elementsEqual(canonical.utf8), sourceLocation: sourceLocation)
    return query
}

/// A small seeded generator (SplitMix64), so that a failing case can be repeated.
struct QueryRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True once in `count` times.
    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}
