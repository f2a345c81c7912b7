import Archive
import Events
import Foundation
import Ingest
import QueryLanguage
import Search
import Testing

/// Whole archives, built and searched by the product, against the brute-force evaluator line by line.
///
/// `COLDTRAIL_QUERIES` sets the number of query–archive pairs (a nightly run takes 20,000).
@Suite struct ArchiveAgreementTests {
    static let queriesPerSeed =
        (ProcessInfo.processInfo.environment["COLDTRAIL_QUERIES"].flatMap(Int.init) ?? 1_000) / seeds.count
    static let seeds: [UInt64] = [11, 12, 13, 14]

    @Test(arguments: seeds) func indexAnswersAsBruteForce(seed: UInt64) throws {
        var left = Self.queriesPerSeed
        var round: UInt64 = 0
        var differences = 0
        while left > 0, differences < 5 {
            round += 1
            var events = RandomEvents(seed: seed &* 7_001 &+ round)
            let lines = events.lines(110) + (0..<4).map { _ in events.reject() }
            // A few names selected in one archive of four: the others must be answered from the lines.
            let fields = round % 4 == 0 ? ["@timestamp", "message", "source.ip", "user.name"] : nil
            try withArchive(lines, fields: fields) { archive in
                let parsed = lines.map { BruteEvent(line: $0) }
                var queries = RandomQueries(seed: seed &+ round &* 104_729, lines: lines)
                for number in 0..<min(left, 60) {
                    let query = queries.query(depth: number % 4)
                    let ignoreCase = number % 5 == 0
                    let brute = BruteForce(query: query, ignoreCase: ignoreCase)
                    let expected = parsed.indices.filter { parsed[$0].map { brute.matches($0) } ?? false }.map {
                        UInt64($0 + 1)
                    }
                    let request = SearchRequest(query: query, ignoreCase: ignoreCase, threads: 1 + number % 3)
                    var found: [UInt64] = []
                    _ = try Searcher(archive: archive, request: request).forEachHit(order: .oldest, limit: nil) {
                        hit, _ in
                        found.append(hit.line)
                        return true
                    }
                    let count = try Searcher(archive: archive, request: request).count().count
                    if found.sorted() != expected || count != UInt64(expected.count) {
                        differences += 1
                        Issue.record(
                            """
                            seed \(seed), round \(round), number \(number), ignoreCase \(ignoreCase), \
                            fields \(fields?.joined(separator: ",") ?? "all")
                            query: \(query.canonical)
                            expected lines \(expected), found \(found.sorted()), count \(count)
                            """)
                    }
                }
            }
            left -= 60
        }
    }

    /// Several blocks and partitions' worth of lines, and more threads than processors: shared work must not change an
    /// answer, nor the order in which hits come.
    @Test(arguments: [21, 22] as [UInt64]) func manyBlocksOnManyThreads(seed: UInt64) throws {
        var events = RandomEvents(seed: seed)
        let lines = events.lines(3_000) + (0..<20).map { _ in events.reject() }
        try withArchive(lines, fields: nil) { archive in
            let parsed = lines.map { BruteEvent(line: $0) }
            var queries = RandomQueries(seed: seed, lines: lines)
            for number in 0..<40 {
                let query = queries.query(depth: number % 3)
                let brute = BruteForce(query: query)
                let expected = parsed.indices.filter { parsed[$0].map { brute.matches($0) } ?? false }.map {
                    UInt64($0 + 1)
                }
                var orders: [[UInt64]] = []
                for threads in [1, 5] {
                    let request = SearchRequest(query: query, threads: threads)
                    let count = try Searcher(archive: archive, request: request).count().count
                    #expect(count == UInt64(expected.count), "\(query.canonical)")
                    for (order, limit) in [(SortOrder.newest, nil), (.oldest, 25), (.none, nil)] as [(_, Int?)] {
                        var found: [UInt64] = []
                        _ = try Searcher(archive: archive, request: request).forEachHit(order: order, limit: limit) {
                            hit, line in
                            #expect(line.elementsEqual(lines[Int(hit.line) - 1]))
                            found.append(hit.line)
                            return true
                        }
                        if limit == nil { #expect(found.sorted() == expected, "\(order) \(query.canonical)") }
                        orders.append(found)
                    }
                }
                #expect(Array(orders[..<3]) == Array(orders[3...]), "\(query.canonical)")
                let comparison = try Searcher(
                    archive: archive, request: SearchRequest(query: query, threads: 3)
                ).compareWithFullScan()
                #expect(comparison.isEqual && comparison.agreed == UInt64(expected.count), "\(query.canonical)")
            }
        }
    }

    /// What a token is may never change an answer.
    @Test(arguments: [
        (#"destination.port:443"#, 5), (#"destination.port:4.43e2"#, 4), (#"destination.port:[443 TO 443]"#, 5),
        (#"source.ip:fe80::1"#, 4), (#"source.ip:"FE80:0:0:0::1""#, 4),
        (#"@timestamp:2026-01-03T10:00:00Z"#, 3), (#"@timestamp:"2026-01-03T12:00:00+02:00""#, 3),
        (#"x:İ"#, 1), (#"İ"#, 1), (#"ſ"#, 1), (#"s"#, 0), (#"e\#u{301}"#, 1), (#"x:"--!--""#, 1), (#""--!--""#, 1),
        (#""10.0.0.1""#, 2), (#"source.ip:10.0.0.1"#, 1), (#"source.ip:10.0.0.0/8"#, 1),
    ])
    func tokenizationNeverChangesAnAnswer(query: String, count: Int) throws {
        let long = String(repeating: "a", count: 200)
        let lines = [
            #"{"destination.port":443}"#, #"{"destination.port":4.43e2}"#, #"{"destination.port":443.0}"#,
            #"{"destination.port":"443"}"#, #"{"destination":{"port":[1,443]}}"#, #"{"destination.port":"0443"}"#,
            #"{"source.ip":"fe80::1"}"#, #"{"source.ip":"FE80:0::1"}"#, #"{"source.ip":["fe80:0000::0001"]}"#,
            #"{"source":{"ip":"fe80::0.0.0.1"}}"#, #"{"@timestamp":"2026-01-03T10:00:00Z"}"#,
            #"{"@timestamp":"2026-01-03T12:00:00+02:00"}"#, #"{"@timestamp":1767434400}"#,
            #"{"x":"İ"}"#, #"{"y":"ſ"}"#, "{\"y\":\"e\u{301}\"}", #"{"x":"--!--"}"#,
            #"{"message":"from 10.0.0.1:80"}"#, #"{"source.ip":"10.0.0.1"}"#, #"{"message":"10.0.0.12 x10.0.0.1"}"#,
            "{\"z\":\"\(long)\"}", "{\"z\":\"\(long)b\"}",
        ].map { Array($0.utf8) }
        try withArchive(lines, fields: nil) { archive in
            let parsed = try QueryParser.parse(query)
            #expect(
                try Searcher(archive: archive, request: SearchRequest(query: parsed)).count().count == UInt64(count))
            let longer = try QueryParser.parse("z:\(long)")
            #expect(try Searcher(archive: archive, request: SearchRequest(query: longer)).count().count == 1)
            let word = try QueryParser.parse(long)
            #expect(try Searcher(archive: archive, request: SearchRequest(query: word)).count().count == 1)
        }
    }

    /// A list is looked up as a whole; each spelling of a value must mean in it what it means alone.
    @Test(arguments: [false, true]) func listsOfValuesMeanWhatTheirPartsMean(ignoreCase: Bool) throws {
        let lines = [
            #"{"x":"a"}"#, #"{"x":"A"}"#, #"{"x":["b","a"]}"#, #"{"x":"\u0061"}"#, #"{"x":"q\"t"}"#, #"{"x":5}"#,
            #"{"x":5.0}"#,
            #"{"x":"5"}"#, #"{"x":true}"#, #"{"x":"true"}"#, #"{"x":null}"#, #"{"x":"é"}"#, #"{"x":"\u00e9"}"#,
            #"{"x":"10.0.0.1"}"#,
            #"{"x":["10.0.0.1",7]}"#, #"{"x":"10.0.0.12"}"#, #"{"x":"fe80::1"}"#, #"{"x":"FE80:0::1"}"#, #"{"x":"k"}"#,
            #"{"x":"\u212a"}"#,
            #"{"x":"K"}"#, #"{"x":[{"y":"a"},"c"]}"#, #"{"x":"a","x":"z"}"#, #"{"y":"a"}"#, #"{"x":"a b"}"#,
            #"{"x":""}"#,
        ].map { Array($0.utf8) }
        let values = [
            #""a""#, "5", "true", #""é""#, "10.0.0.1", #""fe80:0:0:0::1""#, #""q\"t""#, #""k""#, "z*", "10.0.0.0/31",
            "missing", #""""#,
        ]
        try withArchive(lines, fields: nil) { archive in
            let parsed = lines.map { BruteEvent(line: $0) }
            for first in values.indices {
                for length in [1, 2, 4, 7, values.count] {
                    let asked = (0..<length).map { values[(first + $0) % values.count] }
                    let query = try QueryParser.parse("x:(\(asked.joined(separator: " OR ")))")
                    let brute = BruteForce(query: query, ignoreCase: ignoreCase)
                    let expected = parsed.count { event in event.map { brute.matches($0) } ?? false }
                    let request = SearchRequest(query: query, ignoreCase: ignoreCase)
                    let count = try Searcher(archive: archive, request: request).count().count
                    #expect(count == UInt64(expected), "\(query.canonical)")
                }
            }
        }
    }

    /// Many words are looked up in a text that is cut into words once; each must mean what it means alone.
    @Test(arguments: [1, 40]) func listsOfWordsMeanWhatTheirPartsMean(repeated: Int) throws {
        let long = String(repeating: "w", count: 127)
        let texts = [
            "failed login", "Failed-Login!", "failedlogin", "evil_x", "evil.com", "10.0.0.1", "x10.0.0.1y",
            "ip4x0a000001",
            #"\u212aelvin"#, "Kelvin", "kelvin2", #"caf\u00e9"#, "CAFÉ", "cafe", #"cafe\u0301"#, "straße", "STRASSE",
            #"a\tb"#,
            #"q\"quote\"q"#, #"C:\\Users\\eve"#, "", "5", "5.0", long, long + "ww", long + "w", "語", "語語", "null",
            "true",
        ]
        var lines: [[UInt8]] = []
        // Once short enough for a dictionary, once not.
        let rest = String(repeating: " lorem", count: repeated)
        for (number, text) in texts.enumerated() {
            lines.append(Array(#"{"message":"\#(text)\#(rest)","n":"\#(number)"}"#.utf8))
            lines.append(Array(#"{"user.name":"\#(text)","message":["b c",{"deep":"\#(text)"}]}"#.utf8))
        }
        lines.append(Array(#"{"message":5,"n":true}"#.utf8))
        let words = [
            "failed", "login", "evil", "x", "10", "ip4x0a000001", "kelvin", "KELVIN", "café", "cafe", "straße", "a",
            "quote", "eve", "users", "5", long, long + "w", "語", "true", "null", "zz", "b", "lorem",
        ]
        try withArchive(lines, fields: nil) { archive in
            let parsed = lines.map { BruteEvent(line: $0) }
            for first in words.indices {
                for length in [3, 4, 9, 20] {
                    // From the tenth on without the word that all have.
                    let asked = (0..<length).map { words[(first + $0) % (words.count - (first > 9 ? 1 : 0))] }
                    let list = asked.joined(separator: " OR ")
                    for text in [list, "message:(\(list))", "message:(\(list) OR lorem?*) OR user.name:(\(list))"] {
                        let query = try QueryParser.parse(text)
                        let brute = BruteForce(query: query)
                        let expected = parsed.count { event in event.map { brute.matches($0) } ?? false }
                        let searcher = try Searcher(archive: archive, request: SearchRequest(query: query))
                        #expect(try searcher.count().count == UInt64(expected), "\(query.canonical)")
                        #expect(try searcher.compareWithFullScan().isEqual, "\(query.canonical)")
                    }
                }
            }
        }
    }

    /// Every event has a word that begins with 20; the end of another word must narrow nevertheless.
    @Test(arguments: [
        (#"message:/CVE-20[0-9]{2}-[0-9]+/"#, 5), (#"message:/(event|no) CVE/"#, 5),
        (#"NOT message:/CVE-20[0-9]{2}/"#, 295),
        (#"message:/2026 event CV.*-12/"#, 5), (#"message:*VE-20*"#, 5),
    ])
    func aCommonBeginningDoesNotSpareTheWalk(query: String, count: UInt64) throws {
        // Too long for a dictionary, so that lines would have to be read.
        let rest = String(repeating: "lorem ipsum ", count: 20)
        let lines = (0..<300).map { number in
            Array(#"{"message":"2026 event \#(number % 60 == 0 ? "CVE-2021-1234" : "plain \(number)") \#(rest)"}"#.utf8)
        }
        try withArchive(lines, fields: nil) { archive in
            let searcher = try Searcher(
                archive: archive, request: SearchRequest(query: try QueryParser.parse(query)))
            #expect(try searcher.count().count == count)
            #expect(searcher.explanation.eventsVerified <= 5, "\(searcher.explanation.terms)")
        }
    }

    private func withArchive(_ lines: [[UInt8]], fields: [String]?, _ body: (Archive) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "events.jsonl")
        try Data(lines.joined(separator: [0x0A])).write(to: file)
        let archive = folder.appending(path: "archive").path
        let failure = Failure()
        try Ingester.run(
            [.file(file.path)], archive: archive,
            options: IngestOptions(fields: fields, jobs: 1, now: 0, toolVersion: "test")
        ) { _, outcome in
            if case .failed(let message) = outcome { failure.set(message) }
        }
        try #require(failure.message == nil, "\(failure.message ?? "")")
        try body(try Archive(path: archive))
    }
}

private final class Failure: @unchecked Sendable {
    private let lock = NSLock()
    private var text: String?
    var message: String? { lock.withLock { text } }
    func set(_ message: String) { lock.withLock { text = message } }
}
