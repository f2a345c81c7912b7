/// An instant of the years 0001...9999, UTC.
struct BruteInstant: Comparable {
    /// Since 1970, rounded down.
    var seconds: Int
    /// 0..<1,000,000,000 more.
    var nanoseconds: Int

    init?(seconds: Int, nanoseconds: Int) {
        guard seconds >= -62_135_596_800, seconds < 253_402_300_800 else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    static func < (a: BruteInstant, b: BruteInstant) -> Bool {
        (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
    }
}

/// Reads times (R22) and dates that stand for periods (R23).
enum BruteTime {
    /// The first and the last instant (both inside) that a date literal names.
    static func period(_ text: String, allowYear: Bool) -> (first: BruteInstant, last: BruteInstant)? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let shape = shape(text)
        let numbers = text.split(separator: "-").map { Int($0) ?? 0 }
        var after: (year: Int, month: Int, day: Int)
        switch shape {
        case "9999" where allowYear:
            after = (numbers[0] + 1, 1, 1)
        case "9999-99":
            after = numbers[1] == 12 ? (numbers[0] + 1, 1, 1) : (numbers[0], numbers[1] + 1, 1)
        case "9999-99-99":
            guard let start = instant(text),
                let last = BruteInstant(seconds: start.seconds + 86399, nanoseconds: 999_999_999)
            else { return nil }
            return (start, last)
        default:
            return instant(text).map { ($0, $0) }
        }
        guard let first = days(numbers[0], numbers.count > 1 ? numbers[1] : 1, 1),
            let next = days(after.year, after.month, after.day),
            let start = BruteInstant(seconds: first * 86400, nanoseconds: 0),
            let last = BruteInstant(seconds: next * 86400 - 1, nanoseconds: 999_999_999)
        else { return nil }
        return (start, last)
    }

    /// A time that is the whole text.
    static func instant(_ text: String) -> BruteInstant? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let all = Array(text)
        guard all.count >= 10, shape(String(all[..<10])) == "9999-99-99",
            let day = days(number(all[0..<4]), number(all[5..<7]), number(all[8..<10]))
        else { return nil }
        if all.count == 10 { return BruteInstant(seconds: day * 86400, nanoseconds: 0) }
        guard all[10] == "T" || all[10] == " " else { return nil }

        let rest = all[11...]
        let zoneStart = rest.firstIndex { "Z+-".contains($0) } ?? all.count
        let clock = String(rest[..<zoneStart])
        guard let offset = zoneOffset(String(all[zoneStart...])) else { return nil }

        let parts = clock.split(separator: ".", omittingEmptySubsequences: false)
        var nanoseconds = 0
        if parts.count == 2 {
            guard shape(String(parts[0])) == "99:99:99", !parts[1].isEmpty,
                parts[1].allSatisfy({ "0123456789".contains($0) })
            else { return nil }
            nanoseconds = Int((parts[1] + "000000000").prefix(9)) ?? 0
        }
        guard parts.count <= 2, ["99:99", "99:99:99"].contains(shape(String(parts[0]))) else { return nil }
        let units = parts[0].split(separator: ":").map { Int($0) ?? 0 }
        guard units[0] < 24, units[1] < 60, units.count == 2 || units[2] < 60 else { return nil }
        let second = units[0] * 3600 + units[1] * 60 + (units.count == 3 ? units[2] : 0)
        return BruteInstant(seconds: day * 86400 + second - offset, nanoseconds: nanoseconds)
    }

    private static func zoneOffset(_ zone: String) -> Int? {
        switch shape(zone) {
        case "", "Z": return 0
        case "+99", "-99", "+9999", "-9999", "+99:99", "-99:99":
            let digits = Array(zone.filter { $0 != ":" }.dropFirst())
            let hours = number(digits[0..<2])
            let minutes = digits.count == 4 ? number(digits[2..<4]) : 0
            guard hours < 24, minutes < 60 else { return nil }
            return (zone.first == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
        default: return nil
        }
    }

    /// The text with every digit as 9.
    private static func shape(_ text: String) -> String {
        String(text.map { "0123456789".contains($0) ? "9" : $0 })
    }

    private static func number(_ digits: ArraySlice<Character>) -> Int {
        Int(String(digits)) ?? 0
    }

    private static func isLeap(_ year: Int) -> Bool {
        (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    }

    /// Days from 1970-01-01, counted one year and one month after the other.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        var lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if isLeap(year) { lengths[1] = 29 }
        guard year >= 1, (1...12).contains(month), day >= 1, day <= lengths[month - 1] else { return nil }
        var days = day - 1
        for before in 0..<month - 1 { days += lengths[before] }
        if year >= 1970 {
            for before in 1970..<year { days += isLeap(before) ? 366 : 365 }
        } else {
            for after in year..<1970 { days -= isLeap(after) ? 366 : 365 }
        }
        return days
    }
}
