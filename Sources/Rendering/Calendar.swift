/// The proleptic Gregorian calendar, in days since 1970-01-01.
///
/// Algorithms: Howard Hinnant, "chrono-compatible low-level date algorithms".
enum Calendar {
    static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    /// - Parameter month: 1...12.
    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day that holds an instant (floor, also before 1970).
    static func day(ofSeconds seconds: Int64) -> Int {
        Int(seconds >= 0 ? seconds / 86400 : (seconds + 1) / 86400 - 1)
    }

    /// - Parameters:
    ///   - month: 1...12.
    ///   - day: 1...31.
    static func day(year: Int, month: Int, day: Int) -> Int {
        // Years begin in March here, so that the leap day comes last.
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func year(ofDay day: Int) -> Int {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // Day 306 of a year that begins in March is the first of January.
        return yearOfEra + era * 400 + (dayOfYear >= 306 ? 1 : 0)
    }
}
