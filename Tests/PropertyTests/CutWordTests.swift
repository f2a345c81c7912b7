import Archive
import Events
import Foundation
import Ingest
import QueryLanguage
import Search
import Testing

/// Words longer than a term, and gaps of one character in and around words, against the brute-force evaluator.
@Suite struct CutWordTests {
    /// Beginnings on both sides of the cut, in letters of one, two and three bytes.
    private static let heads = [
        String(repeating: "a", count: 124), String(repeating: "a", count: 126), String(repeating: "a", count: 128),
        String(repeating: "é", count: 63), String(repeating: "é", count: 64), String(repeating: "語", count: 43),
        "x" + String(repeating: "É", count: 66), "abc",
    ]
    private static let tails = [
        "", "q", "qz", "QZ", "çq", "zq", "q.z", "q-z w", "𝔘q", "q1z", String(repeating: "q", count: 90),
    ]

    private static let queries = [
        "*qz*", "*qz", "*z", "*a?q*", "*a?z", "*é?q*", "a*z", "abc*", "*çq*", "*q?z*", "*q?z", "x?*", "*aaaaq*",
        "*q??z*", "?bc*", "*𝔘q*", "*1z", "*qqqqqqqqqqqq*", "*語q*", "*a?çq*", "*éqz*", "*w", "*?w", "q?z", "*Z",
    ]

    @Test func tailsOfLongWordsAreFound() throws {
        var lines: [String] = []
        for head in Self.heads {
            for tail in Self.tails {
                lines.append(#"{"message":"in \#(head)\#(tail) out"}"#)
                lines.append(#"{"user.name":"\#(head)\#(tail)"}"#)
            }
        }
        try withArchive(lines) { archive in
            let reader = try archive.open(archive.partitions[0])
            #expect(try reader.cutWords() != nil)
            try agree(lines, archive)
        }
    }

    /// More than a partition keeps: then every event with a cut term is looked at.
    @Test func tooManyLongWordsAreNotKept() throws {
        var random = SeededRandom(seed: 5)
        var lines = (0..<6_000).map { number in
            let word = (0..<200).map { _ in String(UnicodeScalar(UInt8(97 + random.int(0...15)))) }.joined()
            return #"{"message":"\#(word)\#(number % 7 == 0 ? "qz" : "")"}"#
        }
        lines.append(#"{"message":"short qz"}"#)
        try withArchive(lines) { archive in
            let reader = try archive.open(archive.partitions[0])
            #expect(try reader.cutWords() == nil)
            try agree(lines, archive)
        }
    }

    private func agree(_ lines: [String], _ archive: Archive) throws {
        let events = lines.map { BruteEvent(line: Array($0.utf8)) }
        for text in Self.queries + Self.queries.map({ "user.name:" + $0 }) + Self.regexes {
            let query = try QueryParser.parse(text)
            let brute = BruteForce(query: query)
            let expected = events.reduce(0) { $0 + (($1.map { brute.matches($0) } ?? false) ? 1 : 0) }
            let count = try Searcher(archive: archive, request: SearchRequest(query: query, threads: 2)).count().count
            #expect(count == UInt64(expected), "\(text)")
        }
    }

    private static let regexes = [
        "message:/q.?z/", "message:/a.q/", "user.name:/a+.q/", "message:/q[a-z]?z/", "user.name:/.*q.?z/", "/é.?q/",
    ]

    private func withArchive(_ lines: [String], _ body: (Archive) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "events.jsonl")
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let archive = folder.appending(path: "archive").path
        try Ingester.run(
            [.file(file.path)], archive: archive,
            options: IngestOptions(fields: nil, jobs: 1, now: 0, toolVersion: "test")
        ) { _, _ in }
        try body(try Archive(path: archive))
    }
}
