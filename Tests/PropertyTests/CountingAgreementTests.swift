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
                if names.count == 1 { try Self.checkTop(names[0], expected, matching, archive, request, &random) }
            }
        }
    }

    /// The most and the least frequent values, merged from dictionaries or counted from lines.
    private static func checkTop(
        _ name: String, _ expected: [[[UInt8]?]: UInt64], _ matching: UInt64, _ archive: Archive,
        _ request: SearchRequest,
        _ random: inout SeededRandom
    ) throws {
        for rare in [false, true] {
            let order = expected.sorted { a, b in
                if a.value != b.value { return rare ? a.value < b.value : a.value > b.value }
                guard let x = a.key[0], let y = b.key[0] else { return a.key[0] != nil }
                return x.lexicographicallyPrecedes(y)
            }
            for (limit, fromLines) in [
                (random.int(1...6), false), (random.int(1...6), true), (nil, false), (nil, true),
            ] {
                let top = try Searcher(archive: archive, request: request)
                    .top(name, limit: limit, rare: rare, fromLines: fromLines)
                let note = Comment(
                    rawValue:
                        "\(request.query.canonical): top \(limit ?? 0) of \(name), rare: \(rare), from lines: \(fromLines)"
                )
                #expect(top.groups.map(\.values) == order.prefix(limit ?? order.count).map(\.key), note)
                #expect(top.groups.map(\.count) == order.prefix(limit ?? order.count).map(\.value), note)
                #expect(top.events == matching && top.count == expected.count, note)
                #expect(top.distinct == expected.keys.filter { $0[0] != nil }.count, note)
            }
        }
    }

    /// Thousands of values in several partitions: the merge works in parts.
    @Test func manyValuesAreMerged() throws {
        var random = SeededRandom(seed: 78)
        var expected: [[UInt8]: UInt64] = [:]
        let lines = (0..<30_000).map { number -> [UInt8] in
            // Some texts are written with an escape, some are numbers: the same text is the same value.
            let value = "v\(random.int(0...9_000))"
            let text = random.chance(3) ? "\(random.int(0...50))" : value
            expected[Array(text.utf8), default: 0] += 1
            let json =
                text != value && random.chance(50)
                ? text : random.chance(5) ? "\"\\u0076\(text.dropFirst())\"" : "\"\(text)\""
            let isEscaped = json.contains("u0076")
            if isEscaped, text == value {
                return Array(#"{"@timestamp":"2026-01-0\#(number % 7 + 1)","x":\#(json)}"#.utf8)
            }
            return Array(#"{"@timestamp":"2026-01-0\#(number % 7 + 1)","x":\#(isEscaped ? "\"\(text)\"" : json)}"#.utf8)
        }
        let exports = (0..<5).map { number in Array(lines[number * 6_000..<(number + 1) * 6_000]) }
        try TestArchive.with(exports: exports, fields: nil) { archive in
            #expect(archive.partitions.count == 5)
            for threads in 1...3 {
                let request = SearchRequest(query: .everything, threads: threads)
                for rare in [false, true] {
                    let order = expected.sorted { a, b in
                        if a.value != b.value { return rare ? a.value < b.value : a.value > b.value }
                        return a.key.lexicographicallyPrecedes(b.key)
                    }
                    let top = try Searcher(archive: archive, request: request).top("x", limit: 50, rare: rare)
                    #expect(top.groups.map { $0.values[0] } == order.prefix(50).map(\.key))
                    #expect(top.groups.map(\.count) == order.prefix(50).map(\.value))
                    #expect(top.distinct == expected.count && top.count == expected.count && top.events == 30_000)
                }
            }
        }
    }

    /// Texts of which one begins the other: a dictionary has them in another order than their bytes, and among equal counts
    /// the smaller one comes first.
    @Test(arguments: 1...3) func equalCountsAreOrderedByTheirTexts(threads: Int) throws {
        var random = SeededRandom(seed: UInt64(threads))
        let pieces = ["a", "b", " ", "!", "#", "\"", "\\", "\t", "é", "a b"]
        var expected: [[UInt8]: UInt64] = [:]
        var lines: [[UInt8]] = []
        for number in 0..<600 {
            let text = (0..<random.int(0...4)).map { _ in random.pick(pieces) }.joined()
            expected[Array(text.utf8), default: 0] += 1
            let json = String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
            lines.append(Array(#"{"@timestamp":"2026-01-0\#(number % 4 + 1)","x":\#(json)}"#.utf8))
        }
        let exports = [Array(lines[..<300]), Array(lines[300...])]
        try TestArchive.with(exports: exports, fields: nil) { archive in
            let request = SearchRequest(query: .everything, threads: threads)
            for rare in [false, true] {
                let order = expected.sorted { a, b in
                    if a.value != b.value { return rare ? a.value < b.value : a.value > b.value }
                    return a.key.lexicographicallyPrecedes(b.key)
                }
                for limit in Array(1...order.count).map(Optional.some) + [nil] {
                    let top = try Searcher(archive: archive, request: request).top("x", limit: limit, rare: rare)
                    #expect(top.groups.map { $0.values[0] } == order.prefix(limit ?? order.count).map(\.key))
                    #expect(top.groups.map(\.count) == order.prefix(limit ?? order.count).map(\.value))
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

/// An archive for as long as a test needs it.
enum TestArchive {
    static func with(_ lines: [[UInt8]], fields: [String]?, _ body: (Archive) throws -> Void) throws {
        try with(exports: [lines], fields: fields, body)
    }

    static func with(exports: [[[UInt8]]], fields: [String]?, _ body: (Archive) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "coldtrail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try exports.enumerated().map { number, lines in
            let file = folder.appending(path: "events\(number).jsonl")
            try Data(lines.joined(separator: [0x0A])).write(to: file)
            return file.path
        }
        let archive = folder.appending(path: "archive").path
        try Ingester.run(
            files.map { .file($0) }, archive: archive,
            options: IngestOptions(fields: fields, jobs: 1, now: 0, toolVersion: "test")
        ) { _, _ in }
        try body(try Archive(path: archive))
    }
}
