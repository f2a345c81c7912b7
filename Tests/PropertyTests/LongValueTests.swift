import Archive
import Foundation
import QueryLanguage
import Search
import Testing

/// Values that are too long for a dictionary unless they repeat: wherever they are kept, every answer is the same.
@Suite struct LongValueTests {
    private static func text(_ name: String, _ bytes: Int) -> String {
        #""\#(name) \#(String(repeating: "x", count: bytes - name.utf8.count - 3))""#
    }

    private static let list =
        #"["ALLOW_ALL","CHANGE_ALLOWED_METHODS","\#(String(repeating: "long ", count: 40))","allowed","b\u0065\"ta"]"#
    private static let escaped = #""a\u006cpha \"\#(String(repeating: "\\u0071", count: 40))""#
    /// Around every limit: 192 bytes for all entries, 1,024 for those that repeat.
    private static let repeated = [
        text("alpha", 192), text("alpha", 193), text("beta", 1_024), text("alpha", 400), list, escaped, #""alpha""#,
        #""beta""#, "7",
    ]

    private static func event(_ value: String, _ number: Int) -> [UInt8] {
        switch number % 9 {
        // Joined, and so longer than each.
        case 7: Array(#"{"n":\#(number),"x":\#(value),"x":"second"}"#.utf8)
        case 8: Array(#"{"n":\#(number)}"#.utf8)
        default: Array(#"{"n":\#(number),"x":\#(value)}"#.utf8)
        }
    }

    private static func plain(_ value: String, _ number: Int) -> [UInt8] {
        Array(#"{"n":\#(number),"x":\#(value)}"#.utf8)
    }

    @Test func everyAnswerIsThatOfTheLines() throws {
        let few = (0..<120).map { Self.plain(Self.repeated[$0 % Self.repeated.count], $0) }
        let joined = (0..<120).map { Self.event(Self.repeated[$0 * 4 % Self.repeated.count], $0) }
        let tooLong = few + [Self.plain(Self.text("alpha", 1_025), 120)]
        let many = (0..<400).map { Self.plain(Self.text("beta\($0 % 70)", 300), $0) } + few
        let seldom = (0..<60).map { Self.plain(Self.text("beta\($0 % 20)", 300), $0) }
        // With the long ones most of the dictionary would be distinct: the short ones keep theirs.
        let distinct =
            (0..<62).map { Self.plain(Self.text("beta\($0)", 1_000), $0) }
            + (0..<560).map { Self.plain($0 < 260 ? Self.text("alpha", 194) : "\"short\($0 % 10)\"", $0) }
        let exports = [few, joined, tooLong, many, seldom, distinct]
        try TestArchive.with(exports: exports, fields: nil) { archive in
            let entries = try archive.exports.map { export in
                let partition = try #require(archive.partitions.first { $0.exportID == export.id && $0.events > 0 })
                return try #require(try archive.open(partition).field(named: "x")).entries
            }
            // Long ones are entries where they are few, repeat, and none is too long.
            #expect(entries == [9, 5, 4, 4, 0, 10])
            let events = exports.joined().compactMap { BruteEvent(line: $0) }
            for text in [
                "x:alpha", "NOT x:alpha", "x:alpha*", "x:al*", "x:a*", "x:beta", "NOT x:beta AND NOT x:alpha", "x:*xxx",
                "x:allowed", "NOT x:allowed", "x:allow*", "x:long*", #"x:"be\"ta""#, "x:/a.*x/", "x:/.*q/", "x:>8",
                "x:7",
                "x:*", "NOT x:*", "x:(alpha OR 7)", "x:(second OR allowed)", "x:beta1*", "alpha", "x:short3",
                "x:ALLOW_ALL",
            ] {
                let query = try QueryParser.parse(text)
                let brute = BruteForce(query: query)
                let request = SearchRequest(query: query, threads: 2)
                let found = try Searcher(archive: archive, request: request).count().count
                #expect(found == UInt64(events.count { brute.matches($0) }), "\(text)")
                for limit in [3, nil] {
                    for rare in [false, true] {
                        let top = try Searcher(archive: archive, request: request).top("x", limit: limit, rare: rare)
                        let lines = try Searcher(archive: archive, request: request)
                            .top("x", limit: limit, rare: rare, fromLines: true)
                        #expect(top.groups.map(\.values) == lines.groups.map(\.values), "\(text)")
                        #expect(top.groups.map(\.count) == lines.groups.map(\.count), "\(text)")
                        #expect(top.distinct == lines.distinct && top.count == lines.count, "\(text)")
                    }
                }
            }
        }
    }
}
