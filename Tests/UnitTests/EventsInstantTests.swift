import Events
import Testing

@Suite("Instants and periods (R23, R49)")
struct EventsInstantTests {
    @Test("A fraction is shown only if there is one, in threes")
    func formatsFraction() {
        let second: Int64 = 1_769_853_600_000_000
        #expect(Instant(microseconds: second).formatted() == "2026-01-31T10:00:00Z")
        #expect(Instant(microseconds: second + 120_000).formatted() == "2026-01-31T10:00:00.120Z")
        #expect(Instant(microseconds: second + 1).formatted() == "2026-01-31T10:00:00.000001Z")
        #expect(Instant(microseconds: second, nanoseconds: 7).formatted() == "2026-01-31T10:00:00.000000007Z")
        #expect(Instant(microseconds: -1, nanoseconds: 999).formatted() == "1969-12-31T23:59:59.999999999Z")
    }

    @Test("A zone shows the same instant on another clock")
    func formatsZone() {
        let instant = Instant(microseconds: 1_769_853_600_000_000)
        #expect(instant.formatted(offsetSeconds: 0) == "2026-01-31T10:00:00Z")
        #expect(instant.formatted(offsetSeconds: 7200) == "2026-01-31T12:00:00+02:00")
        #expect(instant.formatted(offsetSeconds: -12_600) == "2026-01-31T06:30:00-03:30")
        #expect(instant.formatted(offsetSeconds: 561) == "2026-01-31T10:09:00+00:09")
        #expect(instant.formatted(offsetSeconds: .max) == "2026-01-31T10:00:00Z")
        for offset in stride(from: -86_000, through: 86_000, by: 1234) {
            #expect(TimeText.parse(instant.formatted(offsetSeconds: offset)) == instant)
        }
    }

    @Test("Any stored number can be shown, also one that no event has")
    func formatsExtremes() {
        #expect(Instant.earliest.formatted() == "0001-01-01T00:00:00Z")
        #expect(Instant.latest.formatted() == "9999-12-31T23:59:59.999999999Z")
        #expect(Instant(microseconds: .max, nanoseconds: 999).formatted(offsetSeconds: 359_999).hasPrefix("294247-"))
        #expect(Instant(microseconds: .min).formatted(offsetSeconds: -359_999).hasPrefix("-290308-"))
        #expect(Instant(microseconds: 0, nanoseconds: -5).formatted() == "1970-01-01T00:00:00Z")
        #expect(Instant(microseconds: .max, nanoseconds: 999).next == Instant(microseconds: .max, nanoseconds: 999))
    }

    @Test("Instants order by nanoseconds within a microsecond")
    func order() {
        #expect(Instant(microseconds: 5, nanoseconds: 1) < Instant(microseconds: 5, nanoseconds: 2))
        #expect(Instant(microseconds: 5, nanoseconds: 999) < Instant(microseconds: 6))
        #expect(Instant(microseconds: -1, nanoseconds: 999).next == Instant(microseconds: 0))
    }

    @Test(
        "A date literal stands for its whole period",
        arguments: [
            ("2026", "2026-01-01", "2027-01-01"), ("2024-02", "2024-02-01", "2024-03-01"),
            ("2025-12", "2025-12-01", "2026-01-01"), ("2024-02-29", "2024-02-29", "2024-03-01"),
            ("2026-12-31", "2026-12-31", "2027-01-01"),
        ])
    func period(text: String, start: String, end: String) throws {
        let period = try #require(Period.parse(text, allowYear: true))
        #expect(period.start == TimeText.parse(start))
        #expect(period.end == TimeText.parse(end))
        #expect(!period.isInstant)
    }

    @Test("A date-time is one instant, whatever its zone")
    func instantPeriod() throws {
        let period = try #require(Period.parse("2026-01-01T12:00:00+02:00", allowYear: false))
        let instant = try #require(TimeText.parse("2026-01-01T10:00"))
        #expect(period.isInstant)
        #expect(period.start == instant)
        #expect(period.contains(instant) && !period.contains(instant.next))
        // A midnight is not its day.
        #expect(Period.parse("2026-01-01T00:00", allowYear: false)?.isInstant == true)
    }

    @Test("The last year, month and day have an end")
    func lastPeriods() {
        let end = Instant.latest.next
        for text in ["9999", "9999-12", "9999-12-31"] {
            #expect(Period.parse(text, allowYear: true)?.end == end)
        }
    }

    @Test(
        "A year alone is a number unless it is asked for, and other texts are no dates",
        arguments: [
            "", "2026", "202", "2026-", "2026-1", "2026-13", "2026-00", "0000-01", "2026-02-30", "20260", "2026-01-",
            "01-2026", "-026-01",
        ])
    func noPeriod(text: String) {
        #expect(Period.parse(text, allowYear: false) == nil)
        if text != "2026" { #expect(Period.parse(text, allowYear: true) == nil) }
        #expect(Period.parse("0000", allowYear: true) == nil)
    }
}
