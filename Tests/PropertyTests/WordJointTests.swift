import Archive
import Foundation
import QueryLanguage
import Search
import Testing

/// Words side by side in many blocks, against the brute-force evaluator: what a block is not said to hold is not read.
@Suite struct WordJointTests {
    private static let words = [
        "web", "app", "stale", "st", "ale", "a", "x9", "éa", "\u{212A}elvin", "wee\u{212A}", "ſt", "Web", "東京",
        String(repeating: "q", count: 127) + "st", String(repeating: "é", count: 70) + "st",
        String(repeating: "é", count: 70) + "e\u{212A}", "webapp",
    ]
    /// As they stand in JSON text.
    private static let separators = [
        " ", "-", ".", "_", #"\""#, #"\n"#, #"\t"#, #"\\"#, #"\u0020"#, #"\u2013"#, "–", "\u{a0}", "\u{1F600}", ", ",
        "::",
        #"\ud800"#, "", #"\/"#, "'",
    ]
    /// Nothing can be asked about it, and blocks fill quickly.
    private static let padding = String(repeating: "- ", count: 16_000)

    /// Makes a text too long for a dictionary: its terms are asked, and its line.
    private static let tail = String(repeating: " 0", count: 100)

    private static func lines(_ random: inout SeededRandom, _ count: Int) -> [String] {
        (0..<count).map { _ in
            let texts = (0..<3).map { _ in
                (0..<random.int(1...3)).map { _ in random.pick(words) + random.pick(separators) }.joined()
                    + random.pick(words) + tail
            }
            return switch random.int(0...3) {
            case 0: #"{"message":"\#(texts[0])","pad":""}"#
            case 1: #"{"message":"\#(texts[0])","pad":"","user.name":"\#(texts[1])"}"#
            case 2: #"{"user.name":["\#(texts[0])",["\#(texts[1])"]],"pad":""}"#
            default: #"{"user":[{"name":"\#(texts[0])"},{"name":"\#(texts[1])"}],"message":"\#(texts[2])","pad":""}"#
            }
        }
    }

    private static func padded(_ line: String) -> String {
        line.replacingOccurrences(of: #""pad":"""#, with: #""pad":"\#(padding)""#)
    }

    private static func queries(_ random: inout SeededRandom) -> [String] {
        let plain = [
            "web", "app", "st", "ale", "west", "alert", "stale", "kelvin", "week", "éa", "aé", "x9", "b", "ap", "eb",
        ]
        let (a, b) = (random.pick(plain), random.pick(plain))
        return [
            #""\#(a) \#(b)""#, #"message:"\#(a) \#(b)""#, #"message:"\#(a)-\#(b)""#, #"message:"\#(a), \#(b)""#,
            "message:*\(a)?\(b)*", "*\(a)?\(b)*", "user.name:*\(a)?\(b)*", "\(a)?\(b)", "message:/\(a).?\(b)/",
            "message:/\(a).\(b)[a-z]*[^a-z]/", "user.name:/.*\(a)[^q]\(b).*/", "/\(a)[- ]\(b)/",
            #"NOT message:"\#(a) \#(b)""#, #"message:"\#(a) \#(b)" OR user.name:/.*\#(b).\#(a).*/"#,
            "message:/\(a).(\(b)|web)/", "message:*\(a)?\(b)?\(a)*", #"message:"*\#(a)–\#(b)*""#,
        ]
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func blocksHoldWhatTheyAreSaidToHold(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let lines = Self.lines(&random, 240)
        let events = lines.map { BruteEvent(line: Array($0.utf8)) }
        try TestArchive.with(lines.map { Array(Self.padded($0).utf8) }, fields: nil) { archive in
            for partition in archive.partitions where partition.events > 0 {
                #expect(try archive.open(partition).joints() != nil)
            }
            var read = 0
            for _ in 0..<15 {
                for text in Self.queries(&random) {
                    let query = try QueryParser.parse(text)
                    let brute = BruteForce(query: query)
                    let expected = events.indices.filter { events[$0].map { brute.matches($0) } ?? false }
                    let searcher = try Searcher(archive: archive, request: SearchRequest(query: query, threads: 2))
                    #expect(try searcher.count().count == UInt64(expected.count), "\(text)")
                    read += searcher.explanation.blocksOfJoints
                }
            }
            #expect(read > 0)
        }
    }

    /// Where both words are common and seldom meet, hardly a block is read.
    @Test func whatDoesNotMeetIsNotRead() throws {
        let lines = (0..<200).map { number in
            #"{"message":"the web server, an app\#(Self.tail) \#(number)\#(number == 150 ? " the web-app" : "")","pad":""}"#
        }
        try TestArchive.with(lines.map { Array(Self.padded($0).utf8) }, fields: nil) { archive in
            for text in ["message:/web.?app/", "message:*web?app*", #"message:"web app" OR message:"web-app""#] {
                let searcher = try Searcher(
                    archive: archive, request: SearchRequest(query: try QueryParser.parse(text)))
                #expect(try searcher.count().count == 1)
                let told = searcher.explanation
                #expect(told.blocksRead == 1 && told.blocksInScope > 15, "\(text) \(told.lines)")
            }
        }
    }
}
