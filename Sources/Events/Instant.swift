/// A point on the UTC time line: microseconds since 1970-01-01T00:00:00Z, and the nanoseconds that
/// a microsecond cannot hold. Leap seconds do not exist on it.
public struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z, rounded down; negative before.
    public var microseconds: Int64
    /// Nanoseconds to add, 0...999.
    public var nanoseconds: Int16

    @inlinable
    public init(microseconds: Int64, nanoseconds: Int16 = 0) {
        self.microseconds = microseconds
        self.nanoseconds = nanoseconds
    }

    @inlinable
    public static func < (a: Instant, b: Instant) -> Bool {
        a.microseconds == b.microseconds ? a.nanoseconds < b.nanoseconds : a.microseconds < b.microseconds
    }

    /// 0001-01-01T00:00:00Z, the first instant that a text or a number can name.
    public static let earliest = Instant(microseconds: -62_135_596_800_000_000)
    /// 9999-12-31T23:59:59.999999999Z, the last instant that a text or a number can name.
    public static let latest = Instant(microseconds: 253_402_300_799_999_999, nanoseconds: 999)

    /// The instant one nanosecond later. At the end of `Int64` it stays where it is.
    @inlinable
    public var next: Instant {
        if nanoseconds < 999 { return Instant(microseconds: microseconds, nanoseconds: nanoseconds + 1) }
        if microseconds == .max { return self }
        return Instant(microseconds: microseconds + 1)
    }
}

extension Instant {
    /// `2026-01-31T10:00:00Z`, with a fraction of 3, 6 or 9 digits only if it is not zero.
    ///
    /// Outside the years 0000...9999 the year takes as many digits as it needs, with a sign if negative.
    public func formatted() -> String {
        formatted(offsetSeconds: 0)
    }

    /// The same instant on the clock of a zone: `2026-01-31T12:00:00+02:00`; `Z` if the offset is zero.
    ///
    /// - Parameter offsetSeconds: Seconds east of UTC. Seconds beyond a whole minute are dropped, since
    ///   the text cannot say them; so the text always names this very instant.
    ///   An offset of 100 hours or more either way is read as zero.
    public func formatted(offsetSeconds: Int) -> String {
        let inRange = offsetSeconds > -360_000 && offsetSeconds < 360_000
        let offsetMinutes = inRange ? offsetSeconds / 60 : 0
        let (utcSeconds, micros) = microseconds.flooredDivision(by: 1_000_000)
        let (day, second) = (utcSeconds + Int64(offsetMinutes) * 60).flooredDivision(by: 86_400)
        let date = CivilDate(daysSince1970: day)

        var text: [UInt8] = []
        text.reserveCapacity(36)
        if date.year < 0 { text.append(UInt8(ascii: "-")) }
        text.appendDecimal(date.year.magnitude, width: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(UInt64(date.month), width: 2)
        text.append(UInt8(ascii: "-"))
        text.appendDecimal(UInt64(date.day), width: 2)
        text.append(UInt8(ascii: "T"))
        text.appendDecimal(UInt64(second / 3600), width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDecimal(UInt64(second / 60 % 60), width: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDecimal(UInt64(second % 60), width: 2)
        text.appendFraction(microseconds: UInt64(micros), nanoseconds: UInt64(max(0, nanoseconds)))
        text.appendZone(minutes: offsetMinutes)
        return String(decoding: text, as: UTF8.self)
    }
}

extension Int64 {
    /// Quotient rounded down and the remainder in `0..<divisor`, for a positive divisor.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    /// Appends a number in decimal, with leading zeros up to `width` digits.
    fileprivate mutating func appendDecimal(_ number: UInt64, width: Int) {
        let digits = String(number).utf8
        for _ in digits.count..<Swift.max(width, digits.count) { append(UInt8(ascii: "0")) }
        append(contentsOf: digits)
    }

    fileprivate mutating func appendFraction(microseconds: UInt64, nanoseconds: UInt64) {
        guard microseconds != 0 || nanoseconds != 0 else { return }
        append(UInt8(ascii: "."))
        if nanoseconds != 0 {
            appendDecimal(microseconds * 1000 + nanoseconds, width: 9)
        } else if microseconds % 1000 != 0 {
            appendDecimal(microseconds, width: 6)
        } else {
            appendDecimal(microseconds / 1000, width: 3)
        }
    }

    fileprivate mutating func appendZone(minutes: Int) {
        guard minutes != 0 else { return append(UInt8(ascii: "Z")) }
        append(UInt8(ascii: minutes < 0 ? "-" : "+"))
        appendDecimal(UInt64(minutes.magnitude / 60), width: 2)
        append(UInt8(ascii: ":"))
        appendDecimal(UInt64(minutes.magnitude % 60), width: 2)
    }
}
