import Archive
import Events
import Foundation
import Ingest
import QueryLanguage
import Search
import Testing

/// A partition of several chunks of 65,536 events tells each chunk's range of times: what is passed over by it must not
/// change an answer.
@Suite struct TimeRangeTests {
    /// An event's time in nanoseconds since 1970, nil: undated.
    private typealias Time = Int64?

    private static let day: Int64 = 1_767_312_000_000_000_000
    private static let count = 150_000

    /// Times that ascend with the lines, descend, jump, or agree to the microsecond; some are missing.
    private static func times(_ way: Int) -> [Time] {
        (0..<count).map { number in
            let step = Int64(number) * 500_000_000
            switch way {
            case 0: return day + step
            case 1: return number % 50_021 == 3 ? nil : day + Int64(count) * 500_000_000 - step
            case 2: return number % 7 == 0 ? nil : day + Int64(number * 77_773 % count) * 500_000_000
            default: return day + Int64(number / 40_000) * 3_600_000_000_000 + Int64(number % 3) * 250
            }
        }
    }

    @Test(arguments: 0..<4)
    func chunksArePassedOverByTheirTimes(_ way: Int) throws {
        let times = Self.times(way)
        let lines = times.enumerated().map { number, time in
            let stamp = time.map { #""@timestamp":"\#(Self.text($0))","# } ?? ""
            return #"{\#(stamp)"n":\#(number % 3)}"#
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "coldtrail-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "events.jsonl")
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        try Ingester.run(
            [.file(file.path)], archive: folder.path + "/archive",
            options: IngestOptions(fields: nil, jobs: 2, now: 0, toolVersion: "test"), finished: { _, _ in })
        let archive = try Archive(path: folder.path + "/archive")
        #expect(archive.partitions.contains { $0.events > 70_000 })

        for (query, matches) in [("*", { _ in true }), ("n:1", { $0 % 3 == 1 })] as [(String, (Int) -> Bool)] {
            let hits = times.indices.filter(matches)
            for order in [Search.SortOrder.newest, .oldest] {
                let sorted = hits.sorted { Self.precedes($0, $1, times, order) }
                for limit in [1, 20, 700] {
                    let request = SearchRequest(query: try QueryParser.parse(query), threads: 2)
                    var found: [Int] = []
                    _ = try Searcher(archive: archive, request: request).forEachHit(order: order, limit: limit) {
                        hit, _ in
                        found.append(Int(hit.line) - 1)
                        return true
                    }
                    #expect(found == Array(sorted.prefix(limit)), "\(query) \(order) \(limit)")
                }
            }
            let dated = times.compactMap { $0 }.sorted()
            for (low, high) in [(0, dated.count - 1), (1, dated.count / 2), (dated.count / 3, dated.count / 3 + 5)] {
                for (from, to) in [(dated[low], dated[high]), (dated[low] + 1, dated[high] + 1)] {
                    let request = SearchRequest(
                        query: try QueryParser.parse(query), from: Self.instant(from), to: Self.instant(to))
                    let count = try Searcher(archive: archive, request: request).count().count
                    let expected = hits.count { times[$0].map { from <= $0 && $0 < to } ?? false }
                    #expect(count == UInt64(expected), "\(query) \(low) \(high) \(from % 1_000)")
                }
            }
        }
    }

    private static func precedes(_ a: Int, _ b: Int, _ times: [Time], _ order: Search.SortOrder) -> Bool {
        switch (times[a], times[b]) {
        case (let x?, let y?) where x != y: return order == .newest ? x > y : x < y
        case (nil, _?): return false
        case (_?, nil): return true
        default: return a < b
        }
    }

    private static func instant(_ nanoseconds: Int64) -> Instant {
        Instant(microseconds: nanoseconds / 1_000, nanoseconds: Int16(nanoseconds % 1_000))
    }

    private static func text(_ nanoseconds: Int64) -> String {
        let second = (nanoseconds - day) / 1_000_000_000
        let date = Date(timeIntervalSince1970: Double(day / 1_000_000_000 + second))
        let fraction = String(1_000_000_000 + nanoseconds % 1_000_000_000).dropFirst()
        return String(date.formatted(.iso8601).dropLast()) + ".\(fraction)Z"
    }
}
