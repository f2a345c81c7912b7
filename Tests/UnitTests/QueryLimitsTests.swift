import QueryLanguage
import Testing

/// Nesting and size: an error or an answer, in linear time, never a crash.
@Suite struct QueryLimitsTests {
    private func nested(_ open: String, _ count: Int, _ inner: String, _ close: String = "") -> String {
        String(repeating: open, count: count) + inner + String(repeating: close, count: count)
    }

    @Test func aHundredLevelsAreFine() throws {
        #expect(try parsedQuery(nested("(", 100, "a", ")")) == .text("a"))
        #expect(try parsedQuery(nested("(", 99, "f:(a OR b)", ")")) == .or([.term("f", "a"), .term("f", "b")]))
        _ = try parsedQuery(nested("NOT ", 100, "a"))
        _ = try parsedQuery(nested("NOT(a OR ", 50, "b", ")"))
        _ = try parsedQuery(nested("(a OR b (c OR ", 50, "d", "))"))
    }

    @Test(arguments: [101, 1_000_000])
    func deeperIsAnErrorAtTheFirstThatIsTooDeep(count: Int) {
        #expect(queryError(nested("(", count, "a", ")"))?.column == 101)
        #expect(queryError(nested("f:(", 1, nested("(", count, "a", ")"), ")"))?.column == 103)
        #expect(queryError(nested("NOT ", count, "a"))?.column == 401)
        #expect(queryError(nested("NOT(", count, "a", ")"))?.column == 201)
        #expect(queryError(nested("(", count, ""))?.message.contains("at most 100") == true)
        #expect(queryError("/" + nested("(", count, "a", ")") + "/")?.column == 102)
    }

    @Test func levelsAreCountedDeepNotInAll() throws {
        _ = try parsedQuery(String(repeating: "NOT (a) ", count: 1000))
    }

    /// Half a megabyte each: quadratic work would take minutes.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            "word ", "f:(a OR b) ", "\"x y\" OR ", "\\*", "a*?", "/x+/ ", "f:[1 TO 5] ", "or", "\u{301}", "NOT a ",
        ])
    func largeQueriesTakeLinearTime(scrap: String) throws {
        let text = String(repeating: scrap, count: 500_000 / scrap.utf8.count) + "z"
        let query = try QueryParser.parse(text)
        #expect(query.canonical.utf8.count > 250_000)
        #expect(query.fieldNames.count <= 1)
    }

    @Test(.timeLimit(.minutes(2))) func aLargeRegularExpression() throws {
        _ = try QueryParser.parse("/" + String(repeating: "a[b-c]*", count: 5_000) + "/")
        let error = queryError("x f:/" + String(repeating: "a[b-c]*", count: 50_000) + "/")
        #expect(error?.column == 6 && error?.message.contains("too large") == true, "\(String(describing: error))")
        #expect(queryError("/(.{1000}){1}.{1000}.{900}/")?.message.contains("too large") == true)
        #expect(queryError("/.{1000}/") == nil)
        #expect(queryError("/" + String(repeating: "(a)", count: 50_000) + "(/")?.column == 150_002)
    }

    /// Each expression is small; an engine would still need memory for all of them.
    @Test(.timeLimit(.minutes(2))) func manyRegularExpressions() throws {
        let many = queryError((0..<20_000).map { "/a\($0)*/" }.joined(separator: " "))
        #expect(many?.message.contains("too large together") == true)
        let large = queryError("/.{1000}a/ OR /.{1000}b/ OR /.{1000}c/")
        #expect(large?.column == 29 && large?.hint != nil, "\(String(describing: large))")
        // The same one again costs nothing.
        _ = try QueryParser.parse(String(repeating: "f:/.{1000}a/ ", count: 20_000))
    }

    @Test func aLargeQueryWithAnErrorAtItsEnd() throws {
        let error = try #require(queryError(String(repeating: "wörd ", count: 50_000) + "\"open"))
        #expect(error.column == 250_001)
        #expect(error.description.utf8.count < 400)
    }
}
