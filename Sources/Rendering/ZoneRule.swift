/// The rule at the end of a TZif file for all later times: a POSIX `TZ` string (`CET-1CEST,M3.5.0,M10.5.0/3`).
struct ZoneRule: Hashable, Sendable {
    /// Seconds east of UTC.
    private let standardOffset: Int
    private let summer: Summer?

    private struct Summer: Hashable, Sendable {
        var offset: Int
        var start: Change
        var end: Change
    }

    /// A moment of the year, by the local clock before it.
    private struct Change: Hashable, Sendable {
        var day: Day
        /// Seconds from the day's midnight, −167 h to 167 h (RFC 8536, version 3).
        var time: Int
    }

    private enum Day: Hashable, Sendable {
        /// `M3.5.0`: month 1...12, week 1...5 (5: the last), weekday 0...6 from Sunday.
        case weekday(month: Int, week: Int, weekday: Int)
        /// `J60`: 1...365, 29 February is never counted.
        case withoutLeapDay(Int)
        /// `59`: 0...365, 29 February is counted.
        case ofYear(Int)
    }

    /// Seconds east of UTC at an instant (seconds since 1970, UTC).
    func offset(at seconds: Int64) -> Int {
        guard let summer else { return standardOffset }
        // The year by the standard clock; no rule changes the clock at the turn of the year.
        let year = Calendar.year(ofDay: Calendar.day(ofSeconds: seconds + Int64(standardOffset)))
        let start = ZoneRule.seconds(of: summer.start, in: year) - Int64(standardOffset)
        let end = ZoneRule.seconds(of: summer.end, in: year) - Int64(summer.offset)
        // South of the equator summer spans the turn of the year.
        let isSummer = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
        return isSummer ? summer.offset : standardOffset
    }

    private static func seconds(of change: Change, in year: Int) -> Int64 {
        let newYear = Calendar.day(year: year, month: 1, day: 1)
        let day: Int
        switch change.day {
        case .ofYear(let number):
            day = newYear + number
        case .withoutLeapDay(let number):
            day = newYear + number - 1 + (number >= 60 && Calendar.isLeap(year) ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let first = Calendar.day(year: year, month: month, day: 1)
            // 1970-01-01 was a Thursday.
            let firstWeekday = ((first + 4) % 7 + 7) % 7
            let candidate = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            let isPastMonth = candidate >= first + Calendar.days(inMonth: month, of: year)
            day = isPastMonth ? candidate - 7 : candidate
        }
        return Int64(day) * 86400 + Int64(change.time)
    }
}

extension ZoneRule {
    /// nil if the text is empty or not such a rule.
    init?(_ text: String) {
        var scanner = Scanner(text)
        guard scanner.name(), let west = scanner.time() else { return nil }
        standardOffset = -west
        if scanner.isAtEnd {
            summer = nil
            return
        }
        guard scanner.name() else { return nil }
        var offset = standardOffset + 3600
        if scanner.peek != UInt8(ascii: ",") {
            guard let west = scanner.time() else { return nil }
            offset = -west
        }
        guard let start = scanner.change(), let end = scanner.change(), scanner.isAtEnd else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    private struct Scanner {
        private var rest: ArraySlice<UInt8>

        init(_ text: String) {
            rest = Array(text.utf8)[...]
        }

        var isAtEnd: Bool { rest.isEmpty }
        var peek: UInt8? { rest.first }

        mutating func take(_ byte: Unicode.Scalar) -> Bool {
            guard let first = rest.first, UInt32(first) == byte.value else { return false }
            rest.removeFirst()
            return true
        }

        /// `CEST` or `<+0330>`.
        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let letters = rest.prefix { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
            rest = rest[letters.endIndex...]
            return letters.count >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            guard (1...3).contains(digits.count) else { return nil }
            rest = rest[digits.endIndex...]
            let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            return range.contains(value) ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time() -> Int? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard var seconds = number(0...167).map({ $0 * 3600 }) else { return nil }
            for unit in [60, 1] where take(":") {
                guard let value = number(0...59) else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// `,M3.5.0/2`.
        mutating func change() -> Change? {
            guard take(","), let day = day() else { return nil }
            guard take("/") else { return Change(day: day, time: 7200) }
            return time().map { Change(day: day, time: $0) }
        }

        private mutating func day() -> Day? {
            if take("J") { return number(1...365).map(Day.withoutLeapDay) }
            guard take("M") else { return number(0...365).map(Day.ofYear) }
            guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                let weekday = number(0...6)
            else { return nil }
            return .weekday(month: month, week: week, weekday: weekday)
        }
    }
}
