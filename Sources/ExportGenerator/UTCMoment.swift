/// A moment in UTC, broken into its civil parts. Years 1 to 9999 of the proleptic Gregorian calendar.
public struct UTCMoment: Sendable, Hashable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    let millisecond: Int

    init(milliseconds: Int64) {
        self.milliseconds = milliseconds
        let days = Int((milliseconds >= 0 ? milliseconds : milliseconds - 86_399_999) / 86_400_000)
        let inDay = Int(milliseconds - Int64(days) * 86_400_000)
        (year, month, day) = UTCMoment.civil(days: days)
        hour = inDay / 3_600_000
        minute = inDay / 60_000 % 60
        second = inDay / 1000 % 60
        millisecond = inDay % 1000
    }

    /// Parses `2026-01-31` or `2026-01-31T23:59:59Z` (the `Z` may be left out); nil for anything else.
    public static func parse(_ text: String) -> UTCMoment? {
        let bytes = Array(text.utf8)
        let form = Array((bytes.count == 10 ? "dddd-dd-dd" : "dddd-dd-ddTdd:dd:ddZ").utf8)
        guard bytes.count == form.count || bytes.count == form.count - 1, bytes.count >= 10 else { return nil }
        var numbers: [Int] = []
        for (index, (byte, wanted)) in zip(bytes, form).enumerated() {
            if wanted == UInt8(ascii: "d") {
                guard (0x30...0x39).contains(byte) else { return nil }
                if index == 0 || form[index - 1] != wanted { numbers.append(0) }
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte - 0x30)
            } else if byte != wanted {
                return nil
            }
        }
        numbers += Array(repeating: 0, count: 6 - numbers.count)
        let seconds = numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
        guard numbers[0] >= 1, (1...12).contains(numbers[1]), numbers[3] < 24, numbers[4] < 60, numbers[5] < 60 else {
            return nil
        }
        let midnight = Int64(UTCMoment.days(year: numbers[0], month: numbers[1], day: numbers[2])) * 86_400_000
        let moment = UTCMoment(milliseconds: midnight + Int64(seconds) * 1000)
        // The 31st of February has come out as a day in March.
        return moment.day == numbers[2] && moment.month == numbers[1] ? moment : nil
    }

    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil and civil_from_days.

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(days: Int) -> (Int, Int, Int) {
        let z = days + 719_468
        let era = z / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
