import Events

/// An instant on the calendar and clock of UTC.
struct Civil {
    /// Microseconds of a day.
    static let dayLength: Int64 = 86_400_000_000

    let year: Int64
    /// 1...12.
    let month: Int
    let day: Int
    /// Of the day.
    let seconds: Int
    /// From 1.
    let dayOfYear: Int
    /// 1 Monday … 7 Sunday.
    let weekday: Int

    /// Algorithms: Howard Hinnant, "chrono-compatible low-level date algorithms".
    init(_ instant: Instant) {
        let total = Self.floored(instant.microseconds, 1_000_000)
        let days = Self.floored(total, 86_400)
        seconds = Int(total - days * 86_400)
        let shifted = days + 719_468
        let era = Self.floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfShiftedYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfShiftedYear + 2) / 153
        day = Int(dayOfShiftedYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
        dayOfYear = before + day + (month > 2 && Self.isLeap(year) ? 1 : 0)
        // 1970-01-01 was a Thursday.
        weekday = Int((days % 7 + 7 + 3) % 7) + 1
    }

    private static func floored(_ value: Int64, _ size: Int64) -> Int64 {
        value >= 0 ? value / size : -((size - 1 - value) / size)
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// Weeks of an ISO year: 53 if it begins or ends on a Thursday.
    private static func weeks(in year: Int64) -> Int {
        func lastWeekday(_ year: Int64) -> Int64 {
            (year + floored(year, 4) - floored(year, 100) + floored(year, 400)) % 7
        }
        return lastWeekday(year) == 4 || lastWeekday(year - 1) == 3 ? 53 : 52
    }

    private var rawWeek: Int { (dayOfYear - weekday + 10) / 7 }

    /// ISO 8601.
    var weekYear: Int64 { rawWeek < 1 ? year - 1 : rawWeek > Self.weeks(in: year) ? year + 1 : year }
    var week: Int { rawWeek < 1 ? Self.weeks(in: year - 1) : rawWeek > Self.weeks(in: year) ? 1 : rawWeek }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// `format_datetime`: strftime with English names, UTC.
enum DatetimeFormat {
    static let letters = "%Y %m %d %H %M %S %B %b %A %a %j %y %p %I %f %z %Z %%"

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// Microseconds to whose multiples a time may be rounded down and still give the same text.
    static func step(_ format: String) -> Int64? {
        var isEscape = false
        var step = Civil.dayLength
        for character in format {
            if isEscape {
                isEscape = false
                switch character {
                case "H", "I", "p": step = min(step, 3_600_000_000)
                case "M": step = min(step, 60_000_000)
                case "S": step = min(step, 1_000_000)
                case "f": return nil
                default: break
                }
            } else if character == "%" {
                isEscape = true
            }
        }
        return step
    }

    /// The first letter behind a % that is not known; nil if there is none.
    static func unknownLetter(_ format: String) -> String? {
        var isEscape = false
        for character in format {
            if isEscape {
                isEscape = false
                if !"YmdHMSBbAajypIfzZ%".contains(character) { return String(character) }
            } else if character == "%" {
                isEscape = true
            }
        }
        return isEscape ? "" : nil
    }

    static func text(_ instant: Instant, _ format: String) -> String {
        let civil = Civil(instant)
        let hour = civil.seconds / 3600
        var text = ""
        var isEscape = false
        for character in format {
            guard isEscape else {
                if character == "%" { isEscape = true } else { text.append(character) }
                continue
            }
            isEscape = false
            switch character {
            case "Y": text += padded(Int(civil.year), 4)
            case "m": text += Civil.two(civil.month)
            case "d": text += Civil.two(civil.day)
            case "H": text += Civil.two(hour)
            case "M": text += Civil.two(civil.seconds / 60 % 60)
            case "S": text += Civil.two(civil.seconds % 60)
            case "B": text += months[civil.month - 1]
            case "b": text += months[civil.month - 1].prefix(3)
            case "A": text += weekdays[civil.weekday - 1]
            case "a": text += weekdays[civil.weekday - 1].prefix(3)
            case "j": text += padded(civil.dayOfYear, 3)
            case "y": text += Civil.two(Int((civil.year % 100 + 100) % 100))
            case "p": text += hour < 12 ? "AM" : "PM"
            case "I": text += Civil.two(hour % 12 == 0 ? 12 : hour % 12)
            case "f":
                let micros = instant.microseconds % 1_000_000
                text += padded(Int(micros < 0 ? micros + 1_000_000 : micros), 6)
            case "z": text += "+0000"
            case "Z": text += "UTC"
            default: text.append(character)
            }
        }
        return text
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
