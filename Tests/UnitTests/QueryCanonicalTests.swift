import QueryLanguage
import Testing

/// The canonical text of a query: one spelling, and always the same query.
@Suite struct QueryCanonicalTests {
    @Test(arguments: [
        ("", "*"),
        ("a b OR NOT(c OR d)", "a AND b OR NOT (c OR d)"),
        ("(a OR b) (c d)", "(a OR b) AND c AND d"),
        ("f:(a OR NOT b)", "f:a OR NOT f:b"),
        ("f:[* TO 5}", "f:[* TO 5}"), ("f:{* TO 5]", "f:[* TO 5]"), ("f:[* TO *]", "f:*"),
        (#"f:> "5""#, "f:>5"), (#"timestamp:<"2026-01-31 10:00""#, #"timestamp:<"2026-01-31 10:00""#),
        ("f:fe80::1", #"f:"fe80::1""#), (#"f:"plain""#, "f:plain"), (#"f:"adm?n*""#, "f:adm?n*"),
        (#"f:"*""#, #"f:"*""#),
        (#""and" "Or" f:"NOT" f:"TO""#, #""and" AND "Or" AND f:"NOT" AND f:"TO""#),
        (#"f:\/tmp\*"#, #"f:"/tmp\*""#), (#"f:C:\Windows\\*"#, #"f:"C:\\Windows\\*""#),
        (#""a b":x"#, #""a b":x"#), (#""a\*":x"#, #""a\*":x"#), (#""-a":-b"#, #""-a":-b"#), (#""":"""#, #""":"""#),
        (#"f:/a\/b "c"/"#, #"f:/a\/b "c"/"#),
    ])
    func spelling(text: String, canonical: String) throws {
        #expect(try parsedQuery(text).canonical == canonical)
    }

    /// Trees that only a program builds are printed by their meaning.
    @Test func treesOutOfNormalForm() throws {
        #expect(Query.and([]).canonical == "*")
        #expect(Query.or([]).canonical == "NOT *")
        #expect(Query.or([.text("a")]).canonical == "a")
        #expect(Query.and([.and([.text("a"), .text("b")]), .text("c")]).canonical == "(a AND b) AND c")
        #expect(Query.and([.or([.text("a"), .text("b")])]).canonical == "a OR b")
    }

    @Test(arguments: 0..<40)
    func randomTreesComeBack(seed: UInt64) throws {
        var random = QueryRandom(seed: seed)
        for _ in 0..<100 {
            let query = random.query(depth: 4)
            let text = query.canonical
            #expect(try QueryParser.parse(text) == query, "\(text)")
        }
    }

    /// Random text of the language's own characters: what parses comes back; what does not has an error inside the text.
    @Test(arguments: 0..<40)
    func randomTextsComeBackOrFailInPlace(seed: UInt64) throws {
        var random = QueryRandom(seed: seed)
        let scraps = [
            "a", "b", "f:", "\"x y\":", "AND", "OR", "NOT", " ", " ", " ", "(", ")", "\"", "*", "?", "\\", "/", "[",
            "]", "{", "}", "TO",
            ">", "<=", "5", "2026-01", "10.0.0.1", ":", "-", "=", "é", "e\u{301}", "🦊", "\n", "or", "message:",
            "f:(a OR b)", "f:[1 TO 5]", "/x+/",
            "\"p q\"", "\u{0}", "@timestamp:",
        ]
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 1...14, using: &random)).map { _ in random.pick(scraps) }.joined()
            if let error = queryError(text) {
                #expect((1...text.unicodeScalars.count + 1).contains(error.column), "\(text)")
                #expect(error.description.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
            } else {
                _ = try parsedQuery(text)
            }
        }
    }
}

extension QueryRandom {
    /// A tree in the parser's normal form.
    fileprivate mutating func query(depth: Int) -> Query {
        if depth == 0 || oneIn(4) { return leaf() }
        switch Int.random(in: 0..<3, using: &self) {
        case 0:
            return .not(query(depth: depth - 1))
        case 1:
            return .and(parts(depth: depth).map { if case .and = $0 { .not($0) } else { $0 } })
        default:
            return .or(parts(depth: depth).map { if case .or = $0 { .not($0) } else { $0 } })
        }
    }

    private mutating func parts(depth: Int) -> [Query] {
        (0..<Int.random(in: 2...4, using: &self)).map { _ in query(depth: depth - 1) }
    }

    private mutating func leaf() -> Query {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: return .everything
        case 1:
            let pattern = pattern()
            return pattern.pieces.isEmpty ? .everything : .anywhere(.pattern(pattern))
        case 2: return .anywhere(.regex(pick([#"a\/b"#, #"[^x"]+"#, "(a|b){2,}", " "])))
        case 3: return .field(name(), .exists)
        case 4: return .field(name(), .compare(pick(Comparison.allCases), bound(pick([0, 1, 2]))))
        case 5: return .field(name(), range())
        default: return .field(name(), .literal(.pattern(pattern())))
        }
    }

    private mutating func range() -> FieldTest {
        let kind = pick([0, 1, 2])
        // The same bound twice is in order.
        let bound = bound(kind)
        let closed: [RangeEnd] = [.inclusive(bound), .exclusive(bound)]
        return switch pick([0, 1, 2]) {
        case 0: .range(.open, pick(closed))
        case 1: .range(pick(closed), .open)
        default: .range(pick(closed), pick(closed))
        }
    }

    private mutating func bound(_ kind: Int) -> Bound {
        switch kind {
        case 0: .number(pick(["0", "-1", "4.43e2", "1E+9", "2026"]))
        case 1: .address(pick(["10.0.0.1", "fe80::1", "::"]))
        default: .date(pick(["2026-01", "2026-01-31", "2026-01-31T10:00:00Z", "2026-01-31 10:00:00+02:00"]))
        }
    }

    private mutating func name() -> String {
        oneIn(2) ? pick(["a", "source.ip", "user_name", "x-y"]) : text() + "f"
    }

    private mutating func pattern() -> Pattern {
        var pieces: [Pattern.Piece] = []
        for _ in 0..<Int.random(in: 0...4, using: &self) {
            let piece: Pattern.Piece =
                switch Int.random(in: 0..<4, using: &self) {
                case 0: .anyRun
                case 1: .anyOne
                default: .text(text())
                }
            switch (pieces.last, piece) {
            case (.text, .text), (.anyRun, .anyRun): break
            default: pieces.append(piece)
            }
        }
        return Pattern(pieces: pieces)
    }

    private mutating func text() -> String {
        let scalars = [
            "a", "B", "7", "AND", "or", "NOT", "TO", " ", "\"", "\\", "*", "?", "(", ")", "[", "]", "{", "}", ":", "/",
            "<", ">", "=", "^", "$", "~",
            "-", "+", "!", "_", ".", "@", "\n", "\r\n", "\t", "\u{0}", "\u{1B}", "é", "\u{301}", "🦊", "\u{FEFF}",
            "\u{A0}", "\u{10FFFF}",
        ]
        return (0..<Int.random(in: 1...5, using: &self)).map { _ in pick(scalars) }.joined()
    }
}
