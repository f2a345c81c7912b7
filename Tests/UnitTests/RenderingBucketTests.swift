import Events
import Rendering
import Testing

@Suite("Intervals of a histogram") struct RenderingBucketTests {
    private func micros(_ text: String) throws -> Int64 {
        try #require(TimeText.parse(text)).microseconds
    }

    private func starts(_ size: String, _ from: String, _ to: String, _ zone: String) throws -> [String] {
        let size = try #require(BucketSize.parse(size))
        let zone = try Zone.parse(zone)
        let range = try micros(from)...micros(to)
        return try #require(size.starts(range, zone: zone, limit: 1_000)).map {
            TimeFormat(zone: zone).text(Instant(microseconds: $0))
        }
    }

    @Test("days follow the clock of the zone, also over its changes")
    func days() throws {
        #expect(
            try starts("1d", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", "Europe/Paris") == [
                "2026-03-28T00:00:00+01:00", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00",
            ])
        // The day of 23 hours has three intervals of 6 hours and one of 5.
        #expect(
            try starts("6h", "2026-03-28T23:00:00Z", "2026-03-29T22:30:00Z", "Europe/Paris") == [
                "2026-03-29T00:00:00+01:00", "2026-03-29T07:00:00+02:00", "2026-03-29T13:00:00+02:00",
                "2026-03-29T19:00:00+02:00", "2026-03-30T00:00:00+02:00",
            ])
    }

    @Test("weeks begin on Monday, months on the first, also before 1970")
    func weeksAndMonths() throws {
        #expect(
            try starts("1w", "2026-01-01T00:00:00Z", "2026-01-12T00:00:00Z", "UTC") == [
                "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z",
            ])
        #expect(
            try starts("1mo", "1969-11-15T00:00:00Z", "1970-01-01T00:00:00Z", "UTC") == [
                "1969-11-01T00:00:00Z", "1969-12-01T00:00:00Z", "1970-01-01T00:00:00Z",
            ])
        #expect(try starts("1y", "2024-02-29T00:00:00Z", "2025-12-31T23:59:59Z", "UTC").count == 2)
    }

    @Test("auto makes at most 60 intervals, and mostly 20")
    func automatic() throws {
        let start = try micros("2026-01-01T00:00:00Z")
        for seconds in [30, 90, 1_000, 7_200, 50_000, 86_400, 604_800, 3_000_000, 40_000_000, 900_000_000] as [Int64] {
            let range = start...(start + seconds * 1_000_000 - 1)
            let count = try #require(
                BucketSize.automatic(range, zone: .utc).starts(range, zone: .utc, limit: 1_000)
            ).count
            #expect((16...60).contains(count), "\(seconds) s: \(count)")
        }
    }

    @Test("lengths that are none", arguments: ["", "1", "0s", "h", "-1h", "1x", "1.5h", "9999999999s"])
    func refused(text: String) {
        #expect(BucketSize.parse(text) == nil)
    }

    @Test("bars") func bars() {
        #expect(BarText.bar(1, of: 1, columns: 3) == "███")
        #expect(BarText.bar(0.0001, of: 1, columns: 3) == "▏")
        #expect(BarText.bar(0, of: 1, columns: 3) == "")
        #expect(BarText.sparkline([0, 1, 8]) == " ▁█")
    }
}
