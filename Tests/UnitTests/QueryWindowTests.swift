import QueryLanguage
import Testing

/// What an error shows of a query that does not fit on a line, or would play tricks on a terminal.
@Suite struct QueryWindowTests {
    /// The shown query and the character above the caret.
    private func shown(_ query: String) throws -> (line: String, under: Character?) {
        let lines = try #require(queryError(query)).description.split(separator: "\n", omittingEmptySubsequences: false)
        try #require(lines.count == 3)
        let caret = try #require(lines[2].firstIndex(of: "^"))
        let indent = lines[2].distance(from: lines[2].startIndex, to: caret)
        #expect(lines[1].hasPrefix("  "))
        #expect(lines[2].prefix(indent).allSatisfy { $0 == " " })
        return (String(lines[1].dropFirst(2)), lines[1].dropFirst(indent).first)
    }

    @Test func aLongQueryIsCutAroundTheColumn() throws {
        let filler = String(repeating: "abcdefghi ", count: 50)
        let (line, under) = try shown(filler + "]x " + filler)
        #expect(under == "]")
        #expect(line.hasPrefix("…") && line.hasSuffix("…"))
        #expect(line.count <= 72)
        #expect(queryError(filler + "]x")?.column == 501)
    }

    @Test func onlyTheSideThatIsTooLongIsCut() throws {
        let filler = String(repeating: "abcdefghi ", count: 50)
        let beginning = try shown("a ]x " + filler)
        #expect(beginning.line.hasPrefix("a ]x abc") && beginning.line.hasSuffix("…") && beginning.line.count == 71)
        let end = try shown(filler + "]x")
        #expect(end.line.hasPrefix("…") && end.line.hasSuffix("abcdefghi ]x") && end.line.count == 71)
    }

    @Test func seventyCharactersAreShownWhole() throws {
        let query = String(repeating: "a", count: 68) + " ]"
        #expect(try shown(query).line == query)
        #expect(try shown("a" + query).line.hasPrefix("…"))
    }

    @Test func lineBreaksAndControlCharactersAreEscaped() throws {
        let (line, under) = try shown("a\r\n\tb\u{1B}[31m \u{202E}x ]")
        #expect(line == #"a\r\n\tb\u{1B}[31m \u{202E}x ]"#)
        #expect(under == "]")
    }

    @Test func theCaretCountsWhatIsSeen() throws {
        let (line, under) = try shown("e\u{301}e\u{301}e\u{301} ]")
        #expect(line == "e\u{301}e\u{301}e\u{301} ]")
        #expect(under == "]")
        #expect(queryError("e\u{301}e\u{301}e\u{301} ]")?.column == 8)
    }

    @Test func messagesQuoteOnlyAPartAndEscapeIt() throws {
        let error = try #require(queryError("f:>\u{1B}" + String(repeating: "x", count: 10_000)))
        #expect(error.message.contains(#"\u{1B}xxx"#))
        #expect(error.message.count < 120 && (error.hint ?? "").count < 120)
    }
}
