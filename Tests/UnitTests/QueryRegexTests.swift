import QueryLanguage
import Testing

/// The flavour of regular expressions: trees, mistakes, and the translation to RE2.
@Suite struct QueryRegexTests {
    private func set(_ ranges: ClosedRange<UInt32>..., negated: Bool = false) -> RegexNode {
        .set(RegexSet(ranges: ranges, isNegated: negated))
    }

    @Test func trees() throws {
        #expect(try RegexSyntax.parse("abc") == .literal("abc"))
        #expect(
            try RegexSyntax.parse("ab+c")
                == .sequence([.literal("a"), .repetition(.literal("b"), minimum: 1, maximum: nil), .literal("c")]))
        #expect(try RegexSyntax.parse("(ab)?") == .repetition(.literal("ab"), minimum: 0, maximum: 1))
        #expect(
            try RegexSyntax.parse("a|b.|") == .alternatives([.literal("a"), .sequence([.literal("b"), .any]), .empty]))
        #expect(try RegexSyntax.parse("()") == .empty)
        #expect(
            try RegexSyntax.parse("x{2}y{3,}z{0,1000}")
                == .sequence([
                    .repetition(.literal("x"), minimum: 2, maximum: 2),
                    .repetition(.literal("y"), minimum: 3, maximum: nil),
                    .repetition(.literal("z"), minimum: 0, maximum: 1000),
                ]))
        #expect(
            try RegexSyntax.parse("(a{10}){100}")
                == .repetition(.repetition(.literal("a"), minimum: 10, maximum: 10), minimum: 100, maximum: 100))
        #expect(try RegexSyntax.parse(#"\/\.\-\_\"\\ \ \n\t\r"#) == .literal("/.-_\"\\  \n\t\r"))
        #expect(try RegexSyntax.parse(#""@#&~<> é🦊,:;=!%'`-"#) == .literal("\"@#&~<> é🦊,:;=!%'`-"))
        #expect(
            try RegexSyntax.parse(#"\d\W"#)
                == .sequence([
                    set(0x30...0x39), set(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, negated: true),
                ]))
        #expect(try RegexSyntax.parse(#"[a-cx\d\]]"#) == set(0x30...0x39, 0x5D...0x5D, 0x61...0x63, 0x78...0x78))
        #expect(
            try RegexSyntax.parse(#"[^-a][a-][$^.*(\s]"#)
                == .sequence([
                    set(0x2D...0x2D, 0x61...0x61, negated: true), set(0x2D...0x2D, 0x61...0x61),
                    set(0x09...0x0D, 0x20...0x20, 0x24...0x24, 0x28...0x28, 0x2A...0x2A, 0x2E...0x2E, 0x5E...0x5E),
                ]))
        #expect(try RegexSyntax.parse("[e\u{301}]") == set(0x65...0x65, 0x301...0x301))
    }

    @Test(arguments: [
        ("", 1, "empty"), ("^a", 1, "anchors"), ("a$", 2, "anchors"), ("(?i)a", 1, "(?"), ("a(?:b)", 2, "(?"),
        (#"(a)\1"#, 4, "back-references"),
        (#"a\b"#, 2, "\\b"), (#"\x41"#, 1, "\\x"), (#"\p{L}"#, 1, "\\p"), (#"\é"#, 1, "\\é"), (#"a\"#, 2, "lone"),
        ("a**", 3, "quantifier after a quantifier|follow a quantifier"), ("a+?", 3, "lazy"),
        ("a{2}{3}", 5, "follow a quantifier"), ("a?+", 3, "follow"),
        ("*a", 1, "nothing stands before"), ("a|+", 3, "nothing stands before"), ("(?", 1, "(?"), ("(*)", 2, "nothing"),
        ("{2}", 1, "nothing"),
        ("(a", 1, "never closed"), ("((a)", 1, "never closed"), ("a)", 2, "no \"(\""), ("[a", 1, "never closed"),
        ("a]", 2, "no \"[\""), ("a}", 2, "no \"{\""),
        ("[]", 1, "empty"), ("[^]", 1, "empty"), ("[]a]", 1, "empty"), ("[z-a]", 2, "out of order"),
        (#"[a-\d]"#, 2, "shorthand"), (#"[\w-z]"#, 2, "shorthand"),
        (#"[a\D]"#, 3, "cannot stand in a class"), (#"[\b]"#, 2, "\\b"), (#"[\"#, 2, "lone"),
        ("[a-", 1, "never closed"),
        ("a{", 2, "{n}"), ("a{x}", 2, "{n}"), ("a{,5}", 2, "{n}"), ("a{5", 2, "{n}"), ("a{5,2}", 2, "out of order"),
        ("a{1001}", 3, "at most 1000"),
        ("a{99999999999999999999999}", 3, "at most 1000"), ("(a{40}){40}", 8, "multiply"),
        ("((a{2,}b){2}){300}", 14, "multiply"),
        ("[[:alpha:]]", 11, "no \"[\""),
    ])
    func mistakes(regex: String, column: Int, words: String) {
        do throws(QueryError) {
            try RegexSyntax.check(regex)
            Issue.record("\(regex) should not pass")
        } catch {
            #expect(error.column == column, "\(error)")
            let said = error.message + "; " + (error.hint ?? "")
            #expect(words.split(separator: "|").contains { said.contains($0) }, "\(error)")
        }
    }

    @Test(arguments: [
        (#"user_\d+"#, #"user_(?:[\x{30}-\x{39}])+"#),
        ("a.b|c", "a(?s:.)b|c"),
        ("(a|b)c", "(?:a|b)c"),
        (#"\.\*\\\/"#, #"\.\*\\/"#),
        ("x{3}(ab){2,}[^a]?", #"(?:x){3}(?:ab){2,}(?:[^\x{61}])?"#),
        ("(|a)*", "(?:(?:)|a)*"),
        (#"\n\t"#, #"\x{a}\x{9}"#),
    ])
    func re2(regex: String, pattern: String) throws {
        #expect(RegexSyntax.re2Pattern(try RegexSyntax.parse(regex)) == pattern)
    }

    /// Blind to case means: the folded expression on the folded text (R32), negation last.
    @Test func folding() throws {
        #expect(
            try RegexSyntax.parse("ÄbC[A-C]").folded == .sequence([.literal("äbc"), set(0x41...0x43, 0x61...0x63)]))
        guard case .set(let folded) = try RegexSyntax.parse("[^A]").folded else {
            Issue.record("a class should stay one")
            return
        }
        #expect(!folded.contains("a") && folded.contains("b"))
        #expect(try RegexSyntax.parse("\u{212A}").folded == .literal("k"))
        #expect(try RegexSyntax.parse("ſ").folded == .literal("ſ"))
    }

    @Test func setMembership() {
        let set = RegexSet(ranges: [0x70...0x7A, 0x30...0x39, 0x35...0x41, 0x42...0x42])
        #expect(set.ranges == [0x30...0x42, 0x70...0x7A])
        #expect(set.contains("0") && set.contains("B") && set.contains("z") && !set.contains("C") && !set.contains("🦊"))
    }
}
