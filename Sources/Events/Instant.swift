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

        // The longest has a sign, a year of six digits, nanoseconds and a zone: 42 bytes.
        return String(unsafeUninitializedCapacity: 48) { buffer in
            var text = TimeWriter(buffer)
            if date.year < 0 { text.append("-") }
            text.append(date.year.magnitude, width: 4)
            text.append("-")
            text.append(UInt64(date.month), width: 2)
            text.append("-")
            text.append(UInt64(date.day), width: 2)
            text.append("T")
            text.append(UInt64(second / 3600), width: 2)
            text.append(":")
            text.append(UInt64(second / 60 % 60), width: 2)
            text.append(":")
            text.append(UInt64(second % 60), width: 2)
            text.appendFraction(microseconds: UInt64(micros), nanoseconds: UInt64(max(0, nanoseconds)))
            text.appendZone(minutes: offsetMinutes)
            return text.count
        }
    }
}

extension Int64 {
    /// Quotient rounded down and the remainder in `0..<divisor`, for a positive divisor.
    public func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Writes the parts of a time one after the other.
private struct TimeWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func append(_ scalar: Unicode.Scalar) {
        buffer[count] = UInt8(truncatingIfNeeded: scalar.value)
        count += 1
    }

    /// Appends a number in decimal, with leading zeros up to `width` digits.
    mutating func append(_ number: UInt64, width: Int) {
        var digits = width
        var most: UInt64 = 1
        for _ in 0..<width { most *= 10 }
        while most <= number {
            digits += 1
            most *= 10
        }
        var left = number
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            buffer[place] = UInt8(ascii: "0") + UInt8(left % 10)
            left /= 10
        }
        count += digits
    }

    mutating func appendFraction(microseconds: UInt64, nanoseconds: UInt64) {
        guard microseconds != 0 || nanoseconds != 0 else { return }
        append(".")
        if nanoseconds != 0 {
            append(microseconds * 1000 + nanoseconds, width: 9)
        } else if microseconds % 1000 != 0 {
            append(microseconds, width: 6)
        } else {
            append(microseconds / 1000, width: 3)
        }
    }

    mutating func appendZone(minutes: Int) {
        guard minutes != 0 else { return append("Z") }
        append(minutes < 0 ? "-" : "+")
        append(UInt64(minutes.magnitude / 60), width: 2)
        append(":")
        append(UInt64(minutes.magnitude % 60), width: 2)
    }
}
