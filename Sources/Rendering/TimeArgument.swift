import Events

/// A time as `--from` and `--to` take it, before it is known what it is relative to.
public enum TimeArgument: Hashable, Sendable {
    case instant(Instant)
    /// `-7d`: seconds (0 or less) from the newest event that is not later than its export's ingest time.
    case relativeToNewest(seconds: Int64)
    /// `now-2h`: seconds from the clock.
    case relativeToNow(seconds: Int64)

    /// Reads a date or date-time (a partial one is its start; without zone it is of `zone`), epoch seconds or
    /// milliseconds (told apart by size), `-7d`, `now`, `now-2h` or `now+1h`.
    ///
    /// Four digits are a year.
    ///
    /// - Throws: ``RenderingError`` `.badTime`.
    public static func parse(_ text: String, zone: Zone) throws(RenderingError) -> TimeArgument {
        if text == "now" { return .relativeToNow(seconds: 0) }
        if text.hasPrefix("now-"), let span = TimeSpan.parse(String(text.dropFirst(4))) {
            return .relativeToNow(seconds: -span)
        }
        if text.hasPrefix("now+"), let span = TimeSpan.parse(String(text.dropFirst(4))) {
            return .relativeToNow(seconds: span)
        }
        if text.hasPrefix("-"), let span = TimeSpan.parse(String(text.dropFirst())) {
            return .relativeToNewest(seconds: -span)
        }
        if let period = Period.parse(text, allowYear: true) {
            return .instant(hasZone(text) ? period.start : zone.instant(local: period.start))
        }
        if let instant = epoch(text) { return .instant(instant) }
        throw RenderingError(
            .badTime,
            "\"\(text)\" is not a time; give 2026-01-03, 2026-01-03T10:00, 2026-01-03T10:00:00Z, epoch seconds or "
                + "milliseconds, -7d (from the newest event) or now-2h")
    }

    /// Reads the span of `--last`, the same as `--from -SPAN`.
    ///
    /// - Throws: ``RenderingError`` `.badTime`.
    public static func parseLast(_ text: String) throws(RenderingError) -> TimeArgument {
        guard let span = TimeSpan.parse(text) else {
            throw RenderingError(.badTime, "\"\(text)\" is not a span of time; give 30m, 2h, 7d or 1d12h")
        }
        return .relativeToNewest(seconds: -span)
    }

    /// The instant meant.
    ///
    /// - Parameter newest: the time of the newest event that is not later than its export's ingest time.
    /// - Throws: ``RenderingError`` `.noNewestEvent`, or `.badTime` if it lies outside what can be counted.
    public func resolve(newest: Instant?, now: Instant) throws(RenderingError) -> Instant {
        switch self {
        case .instant(let instant):
            return instant
        case .relativeToNow(let seconds):
            return try TimeArgument.shift(now, by: seconds)
        case .relativeToNewest(let seconds):
            guard let newest else {
                throw RenderingError(
                    .noNewestEvent, "a relative time counts from the newest event, but no event here has a time")
            }
            return try TimeArgument.shift(newest, by: seconds)
        }
    }

    private static func shift(_ instant: Instant, by seconds: Int64) throws(RenderingError) -> Instant {
        let (span, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (microseconds, isTooFar) = instant.microseconds.addingReportingOverflow(span)
        guard !isTooLong, !isTooFar else {
            throw RenderingError(.badTime, "a relative time lies too far away to be counted")
        }
        return Instant(microseconds: microseconds, nanoseconds: instant.nanoseconds)
    }

    /// Whether a date-time (already known to be one) names its zone: what follows the hour holds `Z`, `+` or `-`.
    private static func hasZone(_ text: String) -> Bool {
        text.utf8.dropFirst(11).contains { byte in
            byte == UInt8(ascii: "Z") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
        }
    }

    private static func epoch(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        // A minus sign is a span from the newest event; `1e9` is no way to write a time.
        guard bytes.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") || $0 == UInt8(ascii: ".") }),
            bytes.withUnsafeBytes({ NumberText.isPlain($0) })
        else { return nil }
        return bytes.withUnsafeBytes { TimeText.parseNumber($0) }
    }
}
