import Foundation
import Testing

/// The first usable `@timestamp`, else `timestamp`, dates an event (EQL rule R50); others are undated, never lost.
@Suite("Odd times")
struct HostileTimeTests {
    private static let second = "2026-01-03T10:00:00"

    /// Values of `@timestamp`, and the instant that is understood.
    private static let values: [(json: String, instant: String?)] = [
        ("1767434400", second), ("1767434400123", second + ".123"), ("1767434400123456", second + ".123456"),
        ("1767434400123456789", second + ".123456789"), ("1767434400.5", second + ".5"), ("1.7674344e9", second),
        (#""2026-01-03T10:00:00Z""#, second), (#""2026-01-03T12:00:00+02:00""#, second),
        (#"["odd","2026-01-03T10:00:00Z"]"#, second), ("0", "1970-01-01T00:00:00"), ("-1", "1969-12-31T23:59:59"),
        (#""yesterday""#, nil), (#""""#, nil), ("null", nil), ("true", nil), (#"{"at":1}"#, nil), ("[]", nil),
        (#""2026-13-45T99:00:00Z""#, nil), ("1e400", nil), ("-1e400", nil),
    ]

    private static func archived() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let lines = values.enumerated().map { #"{"@timestamp":\#($1.json),"n":\#($0)}"# + "\n" }
        let extra = [
            #"{"n":100}"#, #"{"@timestamp":"nope","timestamp":"2026-01-03T10:00:00Z","n":101}"#,
            #"{"timestamp":1767434400,"n":102}"#,
        ].map { $0 + "\n" }
        try folder.write((lines + extra).joined(), to: "t.jsonl")
        try folder.ingest("t.jsonl")
        return folder
    }

    /// Places of the two events that only `timestamp` dates.
    private static var fallback: [Int] { [values.count + 1, values.count + 2] }

    /// The places of the events found, from 0. Not every JSON number in them could be parsed here.
    private static func numbers(_ folder: TemporaryFolder, _ arguments: [String]) throws -> [Int] {
        try Coldtrail.run(["search", "*", "--format", "ids"] + arguments, in: folder).lines
            .compactMap { Int($0.dropFirst(2)).map { $0 - 1 } }.sorted()
    }

    @Test(
        "epoch seconds, milliseconds, microseconds and nanoseconds are times; what is no time leaves the event undated")
    func understood() throws {
        let folder = try Self.archived()
        let export = try folder.export()
        #expect(export.events == Self.values.count + 3)
        #expect(export.rejects == 0)
        #expect(export.undated == Self.values.count { $0.instant == nil } + 1)
        let dated = Self.values.indices.filter { Self.values[$0].instant != nil }
        #expect(try Self.numbers(folder, ["--from", "1900-01-01"]) == dated + Self.fallback)
        let inSecond = dated.filter { Self.values[$0].instant?.hasPrefix(Self.second) ?? false } + Self.fallback
        #expect(try Self.numbers(folder, ["--from", Self.second + "Z", "--to", "2026-01-03T10:00:01Z"]) == inSecond)
        #expect(try Self.numbers(folder, []).count == Self.values.count + 3)
    }

    @Test("undated events come last, newest and oldest first")
    func order() throws {
        let folder = try Self.archived()
        let undated = Self.values.count { $0.instant == nil } + 1
        for order in ["newest", "oldest"] {
            let found = try Coldtrail.run("search", "*", "--sort", order, "--format", "ids", in: folder).lines
            // With no time, the order is that of lines.
            let expected = Self.values.indices.filter { Self.values[$0].instant == nil } + [Self.values.count]
            #expect(found.suffix(undated) == expected.map { "t:\($0 + 1)" }[...], "\(order)")
        }
    }
}
