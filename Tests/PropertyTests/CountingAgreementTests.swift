import Archive
import Events
import Foundation
import Ingest
import QueryLanguage
import Search
import Testing

/// Counts by group against a count over every line by hand.
@Suite struct CountingAgreementTests {
    @Test(arguments: [31, 32, 33, 34] as [UInt64]) func groupsAreAsCountedByHand(seed: UInt64) throws {
        var events = RandomEvents(seed: seed)
        let lines = events.lines(300) + (0..<4).map { _ in events.reject() }
        // A few names selected in every second archive: the others are only in the lines.
        let fields = seed % 2 == 0 ? ["@timestamp", "message", "user.name"] : nil
        try TestArchive.with(lines, fields: fields) { archive in
            var queries = RandomQueries(seed: seed, lines: lines)
            var random = SeededRandom(seed: seed)
            let parsed = lines.compactMap { BruteEvent(line: $0) }
            for number in 0..<60 {
                let query = number % 3 == 0 ? .everything : queries.query(depth: number % 3)
                let brute = BruteForce(query: query)
                let names = (0..<random.int(1...3)).map { _ in random.pick(RandomEvents.fieldNames) }
                var expected: [[[UInt8]?]: UInt64] = [:]
                var matching: UInt64 = 0
                for event in parsed where brute.matches(event) {
                    matching += 1
                    for group in Self.groups(of: event, names) { expected[group, default: 0] += 1 }
                }
                let request = SearchRequest(query: query, threads: 1 + number % 3)
                for fromLines in [false, true] {
                    var grouping = Grouping(fields: names)
                    grouping.fromLines = fromLines
                    let counts = try Searcher(archive: archive, request: request).counts(by: grouping)
                    var found: [[[UInt8]?]: UInt64] = [:]
                    counts.forEach { found[$0.values] = $0.count }
                    #expect(found == expected, "\(query.canonical) by \(names), from lines: \(fromLines)")
                    #expect(counts.events == matching)
                    let ranked = counts.ranked(limit: 3)
                    #expect(ranked.map(\.count) == Array(expected.values.sorted(by: >).prefix(3)))
                    let rare = counts.ranked(rare: true)
                    #expect(rare.map(\.count) == expected.values.sorted())
                }
            }
        }
    }

    /// Every combination of the values of an event, each once.
    private static func groups(of event: BruteEvent, _ names: [String]) -> Set<[[UInt8]?]> {
        names.reduce([[]]) { groups, name in
            let texts = event.values(named: name).compactMap { value in
                value.text.map { scalars in
                    var text = String.UnicodeScalarView()
                    text.append(contentsOf: scalars)
                    return Array(String(text).utf8)
                }
            }
            let choices: [[UInt8]?] = texts.isEmpty ? [nil] : texts
            return Set(groups.flatMap { group in choices.map { group + [$0] } })
        }
    }

    @Test func intervalsHoldWhatTheirTimesSay() throws {
        var random = SeededRandom(seed: 77)
        var times: [Int64] = []
        var lines: [[UInt8]] = []
        for _ in 0..<2_000 {
            let time = Int64(random.int(1_767_225_600...1_769_904_000))
            times.append(time)
            lines.append(Array(#"{"@timestamp":\#(time),"user.name":"u\#(random.int(0...3))"}"#.utf8))
        }
        lines.append(Array(#"{"user.name":"u0"}"#.utf8))
        try TestArchive.with(lines, fields: nil) { archive in
            let hour: Int64 = 3_600_000_000
            let grouping = Grouping(
                fields: ["user.name"],
                intervals: { Array(stride(from: $0.lowerBound / hour * hour, through: $0.upperBound, by: Int(hour))) },
                wantsTimes: true)
            let counts = try Searcher(archive: archive, request: SearchRequest(query: .everything, threads: 2))
                .counts(by: grouping)
            var seen = 0
            counts.forEach { group in
                guard let interval = group.interval else {
                    #expect(group.count == 1 && group.times == nil)
                    return
                }
                let start = counts.intervals[interval]
                seen += Int(group.count)
                #expect(group.times.map { $0.lowerBound >= start && $0.upperBound < start + hour } == true)
            }
            #expect(seen == times.count)
            let first = times.min().map { $0 * 1_000_000 }
            #expect(counts.times?.lowerBound == first)
        }
    }
}

/// An archive of one export for as long as a test needs it.
enum TestArchive {
    static func with(_ lines: [[UInt8]], fields: [String]?, _ body: (Archive) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "events.jsonl")
        try Data(lines.joined(separator: [0x0A])).write(to: file)
        let archive = folder.appending(path: "archive").path
        try Ingester.run(
            [.file(file.path)], archive: archive,
            options: IngestOptions(fields: fields, jobs: 1, now: 0, toolVersion: "test")
        ) { _, _ in }
        try body(try Archive(path: archive))
    }
}
