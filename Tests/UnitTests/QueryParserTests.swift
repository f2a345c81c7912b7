import QueryLanguage
import Testing

/// The grammar, rule by rule, where the documentation's examples leave it open.
@Suite struct QueryParserTests {
    @Test(arguments: ["", " ", "\t\r\n ", "*", "(*)"])
    func everything(text: String) throws {
        #expect(try parsedQuery(text) == .everything)
    }

    @Test func onlyTheLoneUnquotedStarMeansEvery() throws {
        #expect(try parsedQuery("**") == .text(.anyRun))
        #expect(try parsedQuery(#""*""#) == .text(.anyRun))
        #expect(try parsedQuery(#"f:"*""#) == .term("f", .anyRun))
        #expect(try parsedQuery("f:**") == .term("f", .anyRun))
        #expect(try parsedQuery("f:*") == .field("f", .exists))
        #expect(try parsedQuery("f:(*)") == .field("f", .exists))
        #expect(try parsedQuery(#"f:\*"#) == .term("f", "*"))
        #expect(try parsedQuery("f:?") == .term("f", .anyOne))
    }

    @Test func precedenceAndGrouping() throws {
        let (a, b, c, d): (Query, Query, Query, Query) = (.text("a"), .text("b"), .text("c"), .text("d"))
        #expect(try parsedQuery("a b OR c d") == .or([.and([a, b]), .and([c, d])]))
        #expect(try parsedQuery("a AND NOT b OR c") == .or([.and([a, .not(b)]), c]))
        #expect(try parsedQuery("a NOT b") == .and([a, .not(b)]))
        #expect(try parsedQuery("NOT NOT a") == .not(.not(a)))
        #expect(try parsedQuery("a AND (b AND (c AND d))") == .and([a, b, c, d]))
        #expect(try parsedQuery("((a OR b) OR c) d") == .and([.or([a, b, c]), d]))
        #expect(try parsedQuery("((((a))))") == a)
    }

    @Test func keywordsEndAtSpacesQuotesAndParentheses() throws {
        let (a, b): (Query, Query) = (.text("a"), .text("b"))
        #expect(try parsedQuery("(a)AND(b)") == .and([a, b]))
        #expect(try parsedQuery(#"NOT"a" OR"b""#) == .or([.not(a), b]))
        #expect(try parsedQuery("(a)OR b") == .or([a, b]))
        #expect(try parsedQuery("a\nAND\tNOT\r\nb") == .and([a, .not(b)]))
        #expect(try parsedQuery("ANDROID") == .text("ANDROID"))
        #expect(try parsedQuery("AND* NOT? OR.") == .and([.text("AND", .anyRun), .text("NOT", .anyOne), .text("OR.")]))
        #expect(try parsedQuery("NOT:x AND:y") == .and([.term("NOT", "x"), .term("AND", "y")]))
        #expect(try parsedQuery("f:and f:or") == .and([.term("f", "and"), .term("f", "or")]))
    }

    @Test func groupsAreDistributedOverTheField() throws {
        let query = try parsedQuery(#"f:(a OR (b NOT "c d") OR >5 OR [1 TO 2] OR /x/ OR *)"#)
        #expect(
            query
                == .or([
                    .term("f", "a"), .and([.term("f", "b"), .not(.term("f", "c d"))]),
                    .field("f", .compare(.greater, .number("5"))),
                    .field("f", .range(.inclusive(.number("1")), .inclusive(.number("2")))),
                    .field("f", .literal(.regex("x"))), .field("f", .exists),
                ]))
        #expect(try parsedQuery("f: ( a )") == .term("f", "a"))
        #expect(try parsedQuery("x f:(a b)") == .and([.text("x"), .term("f", "a"), .term("f", "b")]))
    }

    @Test func escapesInWords() throws {
        #expect(try parsedQuery(#"f:a\ b\(c\)\"\\\*\?\[\]\{\}\:\/\<\>"#) == .term("f", #"a b(c)"\*?[]{}:/<>"#))
        #expect(try parsedQuery(#"f:\n\x"#) == .term("f", #"\n\x"#))
        #expect(try parsedQuery(#"f:\\srv\share"#) == .term("f", #"\srv\share"#))
        #expect(try parsedQuery(#"fe80\:\:1"#) == .text("fe80::1"))
        #expect(try parsedQuery("f:a]b}c<d>e[f{g/h=i^j$k~l") == .term("f", "a]b}c<d>e[f{g/h=i^j$k~l"))
        #expect(try parsedQuery("=x $y ~z ^w !v -u") != .everything)
    }

    @Test func escapesInPhrases() throws {
        #expect(try parsedQuery(#"f:"\\srv\x""#) == .term("f", #"\srv\x"#))
        #expect(try parsedQuery(#"f:"\\\\srv\x""#) == .term("f", #"\\srv\x"#))
        #expect(try parsedQuery(#"f:"C:\tmp\*""#) == .term("f", #"C:\tmp*"#))
        #expect(try parsedQuery(#"f:"C:\tmp\\*""#) == .term("f", #"C:\tmp\"#, .anyRun))
        #expect(try parsedQuery(#"f:"say \"hi\" (x) [y]:/z""#) == .term("f", #"say "hi" (x) [y]:/z"#))
        #expect(try parsedQuery("f:\"a\nb\"") == .term("f", "a\nb"))
        #expect(try parsedQuery(#"f:"a\b\n""#) == .term("f", #"a\b\n"#))
    }

    /// A combining mark after a quote makes one Swift character with it, but it is still a quote.
    @Test func combiningMarksDoNotHideSyntax() throws {
        #expect(try parsedQuery("f:\"\u{301}a\"") == .term("f", "\u{301}a"))
        #expect(try parsedQuery("f:\u{301}") == .term("f", "\u{301}"))
        #expect(try parsedQuery("a\r\n\u{301}b") == .and([.text("a"), .text("\u{301}b")]))
        #expect(try parsedQuery("naïve 日本* 🦊") == .and([.text("naïve"), .text("日本", .anyRun), .text("🦊")]))
    }

    @Test func fieldNames() throws {
        #expect(try parsedQuery(#""a b":x"#) == .term("a b", "x"))
        #expect(try parsedQuery(#"a\ b:x"#) == .term("a b", "x"))
        #expect(try parsedQuery(#"a\:b:c:d"#) == .term("a:b", "c:d"))
        #expect(try parsedQuery(#""a\*":x"#) == .term("a*", "x"))
        #expect(try parsedQuery(#""-a":x"#) == .term("-a", "x"))
        #expect(try parsedQuery(#""":x"#) == .term("", "x"))
        #expect(try parsedQuery(#""AND":x"#) == .term("AND", "x"))
        #expect(try parsedQuery("@timestamp:2026-01") == .term("@timestamp", "2026-01"))
        #expect(try parsedQuery("f:\n x") == .term("f", "x"))
        #expect(
            try QueryParser.parse(#"b:1 a:(2 OR 3) NOT "é":x OR é:4 "e\#u{301}":5 b:* text"#).fieldNames.map {
                Array($0.utf8)
            }
                == ["b", "a", "é", "e\u{301}"].map { Array($0.utf8) })
    }

    @Test func comparisons() throws {
        #expect(try parsedQuery("f:> 5") == .field("f", .compare(.greater, .number("5"))))
        #expect(try parsedQuery(#"f:<="4.43e2""#) == .field("f", .compare(.lessOrEqual, .number("4.43e2"))))
        #expect(
            try parsedQuery("f:>=-0.5 x")
                == .and([.field("f", .compare(.greaterOrEqual, .number("-0.5"))), .text("x")]))
        #expect(try parsedQuery("f:<10.0.0.1") == .field("f", .compare(.less, .address("10.0.0.1"))))
        #expect(try parsedQuery("f:>fe80::1") == .field("f", .compare(.greater, .address("fe80::1"))))
        #expect(try parsedQuery("f:>2026-01") == .field("f", .compare(.greater, .date("2026-01"))))
        #expect(try parsedQuery("f:>2026") == .field("f", .compare(.greater, .number("2026"))))
        #expect(try parsedQuery("@timestamp:>2026") == .field("@timestamp", .compare(.greater, .date("2026"))))
        #expect(
            try parsedQuery(#"timestamp:<"2026-01-31 10:00:00""#)
                == .field("timestamp", .compare(.less, .date("2026-01-31 10:00:00"))))
    }

    @Test func ranges() throws {
        #expect(try parsedQuery("f:[* TO *]") == .field("f", .exists))
        #expect(try parsedQuery("f:{* TO *}") == .field("f", .exists))
        #expect(try parsedQuery("f:{ 1\n TO  * ]") == .field("f", .range(.exclusive(.number("1")), .open)))
        #expect(try parsedQuery(#"f:{* TO "9"}"#) == .field("f", .range(.open, .exclusive(.number("9")))))
        #expect(
            try parsedQuery("f:[5 TO 5.0]") == .field("f", .range(.inclusive(.number("5")), .inclusive(.number("5.0"))))
        )
        #expect(
            try parsedQuery("@timestamp:[2026-01-31 TO 2026-01]")
                == .field("@timestamp", .range(.inclusive(.date("2026-01-31")), .inclusive(.date("2026-01")))))
        #expect(
            try parsedQuery(#"timestamp:["2026-01-01 10:00" TO 2027}"#)
                == .field("timestamp", .range(.inclusive(.date("2026-01-01 10:00")), .exclusive(.date("2027")))))
    }
}
