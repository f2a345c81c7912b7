/// A stretch of time that a date literal names (EQL rules R23 and R49): `[start, end)`.
public struct Period: Hashable, Sendable {
    /// The first instant inside.
    public var start: Instant
    /// The first instant after it; for an instant, one nanosecond after `start`.
    public var end: Instant

    public init(start: Instant, end: Instant) {
        self.start = start
        self.end = end
    }

    /// The period that holds one instant only.
    public init(instant: Instant) {
        self.init(start: instant, end: instant.next)
    }

    /// Whether the period is one instant (came from a date-time).
    public var isInstant: Bool { end == start.next }

    /// Whether the instant is inside.
    public func contains(_ instant: Instant) -> Bool {
        start <= instant && instant < end
    }

    /// Reads `2026-01` (a month), `2026-01-31` (a day), a date-time (an instant), all in UTC unless the
    /// date-time has a zone.
    ///
    /// - Parameter allowYear: Also `2026`, the whole year; elsewhere than on `@timestamp` that is a number.
    /// - Returns: nil if the text is none of these.
    public static func parse(_ text: String, allowYear: Bool) -> Period? {
        var text = text
        return text.withUTF8 { bytes -> Period? in
            guard let base = bytes.baseAddress else { return nil }
            var cursor = DigitCursor(base, count: bytes.count)
            switch bytes.count {
            case 4:
                guard allowYear, let year = cursor.readDigits(4), year >= 1 else { return nil }
                return months(from: year, month: 1, count: 12)
            case 7:
                guard let year = cursor.readDigits(4), year >= 1, cursor.skip(UInt8(ascii: "-")),
                    let month = cursor.readDigits(2)
                else { return nil }
                return months(from: year, month: month, count: 1)
            case 10:
                guard let start = cursor.readDate()?.start else { return nil }
                return Period(start: start, end: Instant(microseconds: start.microseconds + 86_400_000_000))
            default:
                return TimeText.parse(UnsafeRawBufferPointer(bytes)).map(Period.init(instant:))
            }
        }
    }

    /// `count` (1...12) whole months; nil if the first does not exist.
    private static func months(from year: Int, month: Int, count: Int) -> Period? {
        let after = month - 1 + count
        guard let first = CivilDate(year: year, month: month, day: 1),
            let next = CivilDate(year: year + after / 12, month: after % 12 + 1, day: 1)
        else { return nil }
        return Period(start: first.start, end: next.start)
    }
}
