import QueryLanguage
import Testing

/// Every mistake is named, at its column, with what to do about it.
@Suite struct QueryErrorTests {
    @Test func layout() {
        let error = queryError("event.action:login or event.action:logoff")
        #expect(
            error?.description == """
                error: operators are upper case: write OR
                  event.action:login or event.action:logoff
                                     ^ column 20; or quote "or" to search for the word
                """)
        #expect(error?.query == "event.action:login or event.action:logoff")
    }

    @Test func layoutWithoutHint() {
        #expect(
            queryError("a AND")?.description == """
                error: expected a term after AND
                  a AND
                       ^ column 6
                """)
    }

    /// A query, the column of its error, and words of the message or hint.
    @Test(arguments: [
        // Operators
        ("a and b", 3, "write AND"), ("Or a", 1, "write OR"), ("not(a)", 1, "write NOT"), ("f:(a or b)", 6, "write OR"),
        ("(a)or(b)", 4, "write OR"), (#"a Not"b""#, 3, "quote \"Not\""),
        ("AND a", 1, "expected a term, found AND"), ("a AND OR b", 7, "after AND, found OR"),
        ("a OR", 5, "a term after OR"),
        ("NOT", 4, "after NOT"), ("a AND )", 7, "after AND, found \")\""), ("a NOT AND", 7, "after NOT, found AND"),
        ("f:AND", 3, "quote \"AND\""), ("f:NOT x", 3, "NOT field:value"), ("f:(AND x)", 4, "expected a value after"),
        // Parentheses
        ("(a", 1, "never closed"), ("a (b (c)", 3, "never closed"), ("a)", 2, "no \"(\" before it"),
        ("()", 2, "found \")\""),
        ("f:()", 4, "expected a value"), ("f:(a", 3, "never closed"), ("(a)b", 4, "after \")\", found \"b\""),
        ("(a)(b)", 4, "found \"(\""), ("(a)ANDb", 4, "found \"ANDb\""), ("foo(bar)", 4, "may not hold \"(\""),
        (")", 1, "found \")\""),
        // Words
        (#"a"b""#, 2, "may not hold \""), (#"f:a\"#, 4, "lone \\"), ("[a]", 1, "needs a field"),
        ("]a", 1, "may not begin with \"]\""),
        ("f:}", 3, "may not begin with \"}\""), ("f::x", 3, "may not begin with \":\""), ("fe80::1", 6, "IPv6"),
        ("f :x", 3, "no space may stand before the colon"), (#""f" :x"#, 5, "no space may stand before the colon"),
        ("f:(a:b)", 5, "may not hold \":\""), ("source.ip:", 11, "expected a value after the colon"),
        ("(f:)", 4, "NOT field:*"),
        // Phrases
        (#"f:"abc"#, 3, "never closed"), (#"a b" c"#, 4, "may not hold"), (#""a" "b"#, 5, "never closed"),
        (#"f:"C:\tmp\""#, 3, #"\\" to end one in a backslash"#), (#""a"b"#, 4, "after a phrase, found \"b\""),
        (#""a"~2"#, 4, "proximity"), (#"f:"a"^3"#, 6, "boosting"), (#"f:"a":b"#, 6, "after a phrase"),
        (#""""#, 1, "field:\"\""),
        (#"x """#, 3, "empty phrase"), (#"("")"#, 2, "empty phrase"), (#""a"OR b"#, 4, "after a phrase"),
        // Values of the old language
        ("f:=x", 3, "already means equal"), ("f:==x", 3, "already means equal"), ("f:=>5", 3, "field:>=value"),
        ("f:=<5", 3, "field:<=value"),
        ("f:^x", 3, "field:text*"), ("f:$x", 3, "field:*text"), ("f:~x", 3, "field:/text/"),
        ("f:(a OR =x)", 9, "may not begin with \"=\""),
        // Fields
        ("us*r:x", 1, "may not hold wildcards"), ("*:x", 1, "leave the name away"), (#""a?":x"#, 1, "wildcards"),
        ("-user.name:root", 1, "write NOT user.name:root"), ("a !b:c", 3, "write NOT b:c"), ("+a:b", 1, "write a:b"),
        ("_exists_:user.name", 1, "field:*"), (#""_exists_":a"#, 1, "here a:*"),
    ])
    func mistakes(query: String, column: Int, words: String) {
        expect(query, column, words)
    }

    @Test(arguments: [
        ("> 5", 1, "needs a field"), ("[1 TO 2]", 1, "needs a field"), ("a <5", 3, "needs a field"),
        ("{1 TO 2}", 1, "needs a field"),
        ("f:>", 4, "after >"), ("f:>= AND x", 6, "found \"AND\""), ("f:>abc", 4, "text has no order"),
        ("f:>*", 4, "field:*"),
        ("f:>now-1d", 4, "--from and --to"), ("f:>10.0.0.0/8", 4, "field:10.0.0.0/8"),
        ("f:>2026-13-01", 4, "2026-01-31"),
        ("f:>05", 4, "expected a number"), ("f:>+5", 4, "expected a number"), ("f:>>5", 4, "expected a number"),
        ("f:>/x/", 4, "expected"),
        ("@timestamp:>1700000000", 13, "expected a date"), ("timestamp:<10.0.0.1", 12, "expected a date"),
        ("f:>5]", 5, "after a comparison"),
        (#"f:>"5""6""#, 7, "after a comparison"), (#"f:>"5*""#, 4, "may not hold wildcards"),
        (#"f:["*" TO 5]"#, 4, "wildcards"),
        ("f:(>5 <)", 8, "after <"), ("f:>5(", 5, "found \"(\""),
    ])
    func comparisons(query: String, column: Int, words: String) {
        expect(query, column, words)
    }

    @Test(arguments: [
        ("f:[1 to 2]", 6, "write TO"), ("f:[1]", 5, "expected TO"), ("f:[1,2]", 7, "expected TO"),
        ("f:[1-5]", 7, "[low TO high]"),
        ("f:[1 2]", 6, "expected TO"), ("f:[1 TO]", 6, "expected TO"), ("f:[1 TO ]", 9, "after TO"),
        ("f:[]", 4, "after ["), ("f:{ TO 2}", 5, "after {"),
        ("f:[1 TO 2", 3, "never closed"), ("f:[1 TO 2 3]", 11, "expected \"]\" or \"}\""),
        ("f:[1 TO 2)", 10, "expected \"]\" or \"}\""), ("f:[", 4, "after ["),
        ("f:[1 TO 2]^3", 11, "boosting"), ("f:[1 TO 2]x", 11, "after a range"), (#"f:["1"TO 2]"#, 7, "expected TO"),
        ("f:[5 TO 1]", 4, "above"), ("f:[10.0.0.9 TO 10.0.0.1]", 4, "above"), ("f:[2026-02 TO 2026-01-31]", 4, "above"),
        ("f:[1e3 TO 999.5]", 4, "above"),
        ("@timestamp:[2027 TO 2026]", 13, "above"), ("f:[99999999999999999999 TO 99999999999999999998]", 4, "above"),
        ("f:[1 TO 10.0.0.1]", 9, "a number and an IP address"), ("f:[2026-01 TO 5]", 15, "a date and a number"),
        ("f:[1.1.1.1 TO ::2]", 15, "both IPv6"),
        ("f:[a TO b]", 4, "found \"a\""), ("f:[1 TO b]", 9, "found \"b\""),
        ("timestamp:[* TO x]", 17, "expected a date"),
    ])
    func ranges(query: String, column: Int, words: String) {
        expect(query, column, words)
    }

    @Test(arguments: [
        ("f:/tmp", 3, #"quote a path: "/tmp""#), ("/etc/passwd", 6, #"quote a path: "/etc/passwd""#),
        ("f:/tmp/x AND g:/y/", 8, "quote a path"),
        ("f:/x/i", 6, "--ignore-case"), ("f:/x/i y", 6, "--ignore-case"), ("f://", 4, "may not be empty"),
        ("http://x.org/", 7, "may not be empty"),
        (#"f:/a\/"#, 3, "no closing /"), ("f:/ab^c/", 6, "anchors"), (#"ü:/é(\w/"#, 5, "never closed"),
        ("f:/[^/]+/", 4, "\\/ for a slash in a class"),
        ("x /a+?/", 6, "lazy"), ("f:(/(/ OR b)", 5, "never closed"),
    ])
    func regularExpressions(query: String, column: Int, words: String) {
        expect(query, column, words)
    }

    private func expect(_ query: String, _ column: Int, _ words: String) {
        guard let error = queryError(query) else {
            Issue.record("\(query) should not parse")
            return
        }
        #expect(error.column == column, "\(error)")
        let said = error.message + "; " + (error.hint ?? "")
        #expect(said.contains(words), "\(error)")
        #expect(!said.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
}
