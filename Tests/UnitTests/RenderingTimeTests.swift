import Events
import Foundation
import Testing

@testable import Rendering

@Suite("Times on the command line")
struct RenderingTimeTests {
    private func instant(_ text: String) throws -> Instant { try #require(TimeText.parse(text)) }

    @Test(
        "absolute times",
        arguments: [
            ("2026-01-03", "2026-01-03T00:00:00Z"), ("2026-01", "2026-01-01T00:00:00Z"),
            ("2026", "2026-01-01T00:00:00Z"),
            ("2026-01-03T10:00", "2026-01-03T10:00:00Z"), ("2026-01-03 10:00:01.5", "2026-01-03T10:00:01.500Z"),
            ("2026-01-03T10:00:00+02:00", "2026-01-03T08:00:00Z"), ("2026-01-03T10:00:00Z", "2026-01-03T10:00:00Z"),
            ("1767434400", "2026-01-03T10:00:00Z"), ("1767434400123", "2026-01-03T10:00:00.123Z"),
            ("0", "1970-01-01T00:00:00Z"),
            ("1767434400.25", "2026-01-03T10:00:00.250Z"),
        ])
    func absolute(text: String, expected: String) throws {
        #expect(try TimeArgument.parse(text, zone: .utc) == .instant(instant(expected)))
    }

    @Test(
        "relative times",
        arguments: [
            ("-7d", TimeArgument.relativeToNewest(seconds: -604_800)), ("-1d12h", .relativeToNewest(seconds: -129_600)),
            ("now", .relativeToNow(seconds: 0)), ("now-2h", .relativeToNow(seconds: -7200)),
            ("now+30s", .relativeToNow(seconds: 30)),
            ("-1w", .relativeToNewest(seconds: -604_800)), ("-0s", .relativeToNewest(seconds: 0)),
        ])
    func relative(text: String, expected: TimeArgument) throws {
        #expect(try TimeArgument.parse(text, zone: .utc) == expected)
    }

    @Test(
        "what is not a time is refused",
        arguments: [
            "", "-", "7d", "yesterday", "-7", "-7x", "-1h1d", "-1h2h", "now-", "now-2", "now2h", "2026-13",
            "2026-01-32", "2026-01-03T25:00",
            "-99999999999999999999d", "-999999999999w", "99999999999999999999999999", "1e9", "٣d",
            "2026-01-03T10:00:00Z\n", "1..5", ".5",
        ])
    func refused(text: String) {
        let error = #expect(throws: RenderingError.self) { try TimeArgument.parse(text, zone: .utc) }
        #expect(error?.code == .badTime)
    }

    @Test("a zone is for zone-less times only")
    func zones() throws {
        let paris = try Zone.parse("Europe/Paris")
        #expect(try TimeArgument.parse("2026-07-03", zone: paris) == .instant(instant("2026-07-02T22:00:00Z")))
        #expect(try TimeArgument.parse("2026-01-03T10:00", zone: paris) == .instant(instant("2026-01-03T09:00:00Z")))
        #expect(try TimeArgument.parse("2026-01-03T10:00Z", zone: paris) == .instant(instant("2026-01-03T10:00:00Z")))
        #expect(try TimeArgument.parse("2026-01-03T10:00-05", zone: paris) == .instant(instant("2026-01-03T15:00:00Z")))
        #expect(try TimeArgument.parse("1767434400", zone: paris) == .instant(instant("2026-01-03T10:00:00Z")))
    }

    @Test func window() throws {
        let newest = try instant("2026-01-10T00:00:00Z")
        let now = try instant("2027-01-01T00:00:00Z")
        let last = try TimeRangeArguments(from: nil, to: nil, last: "7d", zone: .utc)
        #expect(last == (try TimeRangeArguments(from: "-7d", to: nil, last: nil, zone: .utc)))
        #expect(last.needsNewest)
        let range = try last.resolve(newest: newest, now: now)
        #expect(range == TimeRange(from: try instant("2026-01-03T00:00:00Z")))
        #expect(range.description(TimeFormat()) == "time window: from 2026-01-03T00:00:00Z (UTC)")
        #expect(throws: RenderingError.self) { try last.resolve(newest: nil, now: now) }

        let both = try TimeRangeArguments(from: "2026-01-01", to: "now-1d", last: nil, zone: .utc)
        #expect(!both.needsNewest)
        #expect(
            try both.resolve(newest: nil, now: now).description(TimeFormat(zone: Zone.parse("+01:00")))
                == "time window: from 2026-01-01T01:00:00+01:00 to before 2026-12-31T01:00:00+01:00 (+01:00)")
        #expect(throws: RenderingError.self) {
            try TimeRangeArguments(from: "2026-01-01", to: nil, last: "7d", zone: .utc)
        }
        let backwards = try TimeRangeArguments(from: "2026-01-02", to: "2026-01-01", last: nil, zone: .utc)
        #expect(throws: RenderingError.self) { try backwards.resolve(newest: nil, now: now) }
    }
}

@Suite("Time zones")
struct RenderingZoneTests {
    @Test(
        "offsets agree with the system's over two centuries",
        arguments: [
            "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo",
            "Africa/Casablanca",
            "Pacific/Auckland", "Europe/Dublin", "Asia/Tehran", "Pacific/Apia", "America/St_Johns", "Antarctica/Troll",
        ])
    func offsets(name: String) throws {
        let zone = try Zone.parse(name)
        let system = try #require(TimeZone(identifier: name))
        // Every 37 hours from 1930 to 2037, where the system's reader is exact.
        for seconds in stride(from: Int64(-1_262_304_000), to: 2_114_380_800, by: 133_200) {
            let expected = system.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
            let offset = zone.offset(at: Instant(microseconds: seconds * 1_000_000))
            if offset != expected {
                Issue.record("\(name) at \(seconds): \(offset), not \(expected)")
                return
            }
        }
    }

    @Test("rules go on after the table ends")
    func farFuture() throws {
        let paris = try Zone.parse("Europe/Paris")
        #expect(paris.offset(at: try #require(TimeText.parse("2150-07-01"))) == 7200)
        #expect(paris.offset(at: try #require(TimeText.parse("2150-12-31T23:59:59Z"))) == 3600)
        let sydney = try Zone.parse("Australia/Sydney")
        #expect(sydney.offset(at: try #require(TimeText.parse("2150-01-01"))) == 39600)
    }

    @Test(
        "POSIX rules",
        arguments: [
            ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59:59Z", -18000),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14400),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-11-01T05:59:59Z", -14400),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-11-01T06:00:00Z", -18000),
            ("<+0330>-3:30", "2026-07-01", 12600), ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-01-01", 0),
            ("AAA0BBB,J60,J300", "2024-03-01T01:59:59Z", 0), ("AAA0BBB,J60,J300", "2024-03-01T02:00:00Z", 3600),
            ("AAA0BBB,59,300", "2024-02-29T02:00:00Z", 3600),
        ])
    func posix(rule: String, time: String, offset: Int) throws {
        let rule = try #require(ZoneRule(rule))
        #expect(rule.offset(at: try #require(TimeText.parse(time)).microseconds / 1_000_000) == offset)
    }

    @Test(
        "rules that are none",
        arguments: [
            "", "X", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.5.0", "<+03-3",
            "CET-1CEST,M3.5.0,M10.5.0,",
        ])
    func badRules(text: String) {
        #expect(ZoneRule(text) == nil)
    }

    @Test("clocks that leap or are set back")
    func leaps() throws {
        let paris = try Zone.parse("Europe/Paris")
        func utc(_ local: String) throws -> String {
            paris.instant(local: try #require(TimeText.parse(local))).formatted()
        }
        #expect(try utc("2026-03-29T01:59:59") == "2026-03-29T00:59:59Z")
        #expect(try utc("2026-03-29T02:30:00") == "2026-03-29T01:30:00Z")  // leapt over: 03:30 summer time
        #expect(try utc("2026-03-29T03:00:00") == "2026-03-29T01:00:00Z")
        #expect(try utc("2026-10-25T02:30:00") == "2026-10-25T00:30:00Z")  // the earlier of two
        #expect(try utc("2026-10-25T03:00:00") == "2026-10-25T02:00:00Z")
    }

    @Test(arguments: [
        ("UTC", "UTC"), ("z", "UTC"), ("+00:00", "UTC"), ("+2", "+02:00"), ("-0330", "-03:30"), ("+05:45", "+05:45"),
        ("Europe/Paris", "Europe/Paris"),
    ])
    func names(text: String, name: String) throws {
        #expect(try Zone.parse(text).name == name)
    }

    @Test(
        "names that are none, or lead out of the database",
        arguments: [
            "", "Nowhere/City", "../../../etc/localtime", "/etc/localtime", "Europe", "Europe/", "zone.tab", "+25:00",
            "+1:00:00", "tzdata.zi", "+٢", "leapseconds",
        ])
    func refused(text: String) {
        let error = #expect(throws: RenderingError.self) { try Zone.parse(text) }
        #expect(error?.code == .unknownZone)
    }

    @Test("a damaged zone file gives nothing or an answer, never a crash")
    func damaged() throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Paris")))
        #expect(ZoneFile(bytes) != nil)
        for count in stride(from: 0, to: bytes.count, by: 7) {
            _ = ZoneFile(Array(bytes.prefix(count)))?.offset(at: 1 << 40)
        }
        for _ in 0..<3000 {
            var damaged = bytes
            for _ in 0..<4 { damaged[Int.random(in: 0..<min(3000, damaged.count))] = UInt8.random(in: 0...255) }
            let zone = ZoneFile(damaged)
            for seconds in [Int64.min / 1_000_000, -1, 0, 1 << 31, Int64.max / 1_000_000] {
                _ = zone?.offset(at: seconds)
            }
        }
    }

    @Test func format() throws {
        let time = try #require(TimeText.parse("2026-07-01T10:00:00.123456789Z"))
        #expect(TimeFormat().text(time) == "2026-07-01T10:00:00.123456789Z")
        #expect(TimeFormat(zone: try Zone.parse("Europe/Paris")).text(time) == "2026-07-01T12:00:00.123456789+02:00")
        #expect(TimeFormat().cell(nil) == .null)
    }
}

@Suite("Times of a hostile archive")
struct RenderingExtremeTimeTests {
    @Test(arguments: ["UTC", "+18:00", "-18:00", "Europe/Paris", "Australia/Sydney"])
    func extremes(name: String) throws {
        let format = TimeFormat(zone: try Zone.parse(name))
        for microseconds in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
            let instant = Instant(microseconds: microseconds, nanoseconds: 999)
            #expect(!format.text(instant).isEmpty)
            _ = format.zone.instant(local: instant)
        }
        #expect(throws: RenderingError.self) {
            try TimeArgument.relativeToNewest(seconds: .max).resolve(
                newest: Instant(microseconds: 0), now: Instant(microseconds: 0))
        }
        #expect(throws: RenderingError.self) {
            try TimeArgument.parse("-9000w", zone: format.zone).resolve(
                newest: Instant(microseconds: .min), now: Instant(microseconds: 0))
        }
    }
}
