/// Times as texts and numbers name them (EQL rules R22 and R50).
///
/// Works on bytes and allocates nothing: it reads the time of every event at ingest.
public enum TimeText {
    /// `YYYY-MM-DD`, or that with `T` or a space, `HH:MM[:SS[.fraction]]` and `Z`, `±HH:MM`, `±HHMM` or `±HH`.
    ///
    /// Without a zone the time is UTC. Nine digits of the fraction count, the rest are dropped.
    /// - Returns: nil if the whole text is not such a time: wrong lengths, a day that does not exist, hour 24,
    ///   second 60, an offset of 24 hours or more, or an instant outside the years 0001...9999 UTC.
    public static func parse(_ text: UnsafeRawBufferPointer) -> Instant? {
        guard let base = text.baseAddress, text.count >= 10 else { return nil }
        var cursor = DigitCursor(base.assumingMemoryBound(to: UInt8.self), count: text.count)
        guard let date = cursor.readDate() else { return nil }
        if cursor.isAtEnd { return date.start }

        guard cursor.skip(UInt8(ascii: "T")) || cursor.skip(UInt8(ascii: " ")) else { return nil }
        guard let clock = cursor.readClock(), let offset = cursor.readZone(), cursor.isAtEnd else { return nil }
        let seconds = date.daysSince1970 * 86_400 + Int64(clock.seconds) - Int64(offset)
        let instant = Instant(
            microseconds: seconds * 1_000_000 + Int64(clock.nanoseconds / 1000),
            nanoseconds: Int16(clock.nanoseconds % 1000)
        )
        return instant < .earliest || instant > .latest ? nil : instant
    }

    /// The same for a string.
    public static func parse(_ text: String) -> Instant? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// The instant that a JSON number n means as event time (R50), computed exactly from its decimal text:
    /// below 1e11 in magnitude seconds since 1970, below 1e14 milliseconds, below 1e17 microseconds, else
    /// nanoseconds. What is finer than a nanosecond is dropped (toward 1970).
    ///
    /// - Returns: nil if the text is no JSON number, or the instant is outside the years 0001...9999.
    public static func parseNumber(_ text: UnsafeRawBufferPointer) -> Instant? {
        guard let number = DecimalParts(text) else { return nil }
        if number.isZero { return Instant(microseconds: 0) }
        guard let magnitude = number.pointPosition, magnitude <= 21 else { return nil }
        // |n| < 10^magnitude, so the unit follows from the place of the decimal point alone.
        let digitsOfMicroseconds: Int64 =
            if magnitude <= 11 { magnitude + 6 } else if magnitude <= 14 { magnitude + 3 } else if magnitude <= 17 {
                magnitude
            } else { magnitude - 3 }
        var micros: Int64 = 0  // at most 18 digits
        var place = 0
        while Int64(place) < digitsOfMicroseconds {
            micros = micros * 10 + number.digit(place)
            place += 1
        }
        var nanos: Int64 = 0
        for position in digitsOfMicroseconds..<digitsOfMicroseconds + 3 {
            nanos = nanos * 10 + (position < 0 ? 0 : number.digit(Int(position)))
        }
        let instant =
            if !number.isNegative {
                Instant(microseconds: micros, nanoseconds: Int16(nanos))
            } else if nanos == 0 {
                Instant(microseconds: -micros)
            } else {
                Instant(microseconds: -micros - 1, nanoseconds: Int16(1000 - nanos))
            }
        return instant < .earliest || instant > .latest ? nil : instant
    }
}

/// Reads the digit groups of a time from bytes.
struct DigitCursor {
    private var position: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    init(_ start: UnsafePointer<UInt8>, count: Int) {
        position = start
        end = start + count
    }

    var isAtEnd: Bool { position == end }

    /// Steps over the byte if it is next.
    @inline(__always)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < end, position.pointee == byte else { return false }
        position += 1
        return true
    }

    /// A number of exactly `count` ASCII digits.
    @inline(__always)
    mutating func readDigits(_ count: Int) -> Int? {
        guard end - position >= count else { return nil }
        var number = 0
        for _ in 0..<count {
            let digit = position.pointee &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            number = number &* 10 &+ Int(digit)
            position += 1
        }
        return number
    }

    /// `YYYY-MM-DD`, year 0001 or later.
    @inline(__always)
    mutating func readDate() -> CivilDate? {
        guard let year = readDigits(4), year >= 1, skip(UInt8(ascii: "-")),
            let month = readDigits(2), skip(UInt8(ascii: "-")),
            let day = readDigits(2)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// `HH:MM[:SS[.fraction]]`, as seconds since midnight and nanoseconds.
    @inline(__always)
    mutating func readClock() -> (seconds: Int, nanoseconds: Int)? {
        guard let hour = readDigits(2), hour < 24, skip(UInt8(ascii: ":")), let minute = readDigits(2), minute < 60
        else { return nil }
        var seconds = hour * 3600 + minute * 60
        var nanoseconds = 0
        if skip(UInt8(ascii: ":")) {
            guard let second = readDigits(2), second < 60 else { return nil }
            seconds += second
            if skip(UInt8(ascii: ".")) {
                guard let fraction = readFraction() else { return nil }
                nanoseconds = fraction
            }
        }
        return (seconds, nanoseconds)
    }

    /// One or more digits, as nanoseconds; digits after the ninth are dropped.
    private mutating func readFraction() -> Int? {
        let start = position
        var nanoseconds = 0
        var unit = 100_000_000
        while position < end {
            let digit = position.pointee &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            nanoseconds += Int(digit) * unit
            unit /= 10
            position += 1
        }
        return position == start ? nil : nanoseconds
    }

    /// `Z`, `±HH:MM`, `±HHMM`, `±HH` or nothing, as seconds east of UTC.
    mutating func readZone() -> Int? {
        if isAtEnd || skip(UInt8(ascii: "Z")) { return 0 }
        let isWest = skip(UInt8(ascii: "-"))
        guard isWest || skip(UInt8(ascii: "+")), let hours = readDigits(2), hours < 24 else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = skip(UInt8(ascii: ":"))
            guard let read = readDigits(2), read < 60 else { return nil }
            minutes = read
        }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }
}
