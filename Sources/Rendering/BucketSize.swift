import Events

/// The length of a histogram's intervals, on the clock and calendar of a zone.
public enum BucketSize: Hashable, Sendable {
    /// At least 1; a divisor of a day begins anew at each midnight.
    case seconds(Int64)
    /// From midnight to midnight; multiples of 7 begin on a Monday.
    case days(Int)
    case months(Int)

    private static let day: Int64 = 86_400
    private static let microseconds: Int64 = 1_000_000

    /// Reads `30s`, `5m`, `1h`, `1d`, `1w`, `1mo`, `1y`.
    ///
    /// - Returns: nil if the text is no such length.
    public static func parse(_ text: String) -> BucketSize? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard (1...9).contains(digits.count), let number = Int(digits), number > 0 else { return nil }
        switch text.dropFirst(digits.count) {
        case "s": return ofSeconds(Int64(number))
        case "m", "min": return ofSeconds(Int64(number) * 60)
        case "h": return ofSeconds(Int64(number) * 3600)
        case "d": return number <= 36_500 ? .days(number) : nil
        case "w": return number <= 5_000 ? .days(number * 7) : nil
        case "mo": return number <= 12_000 ? .months(number) : nil
        case "y": return number <= 1_000 ? .months(number * 12) : nil
        default: return nil
        }
    }

    private static func ofSeconds(_ seconds: Int64) -> BucketSize {
        seconds % day == 0 ? .days(Int(seconds / day)) : .seconds(seconds)
    }

    /// `30s`, `5m`, `1h`, `1d`, `1w`, `1mo`, as `parse` reads it.
    public var text: String {
        switch self {
        case .seconds(let count):
            count % 3600 == 0 ? "\(count / 3600)h" : count % 60 == 0 ? "\(count / 60)m" : "\(count)s"
        case .days(let count): count % 7 == 0 ? "\(count / 7)w" : "\(count)d"
        case .months(let count): count % 12 == 0 ? "\(count / 12)y" : "\(count)mo"
        }
    }

    /// The lengths that `auto` chooses from.
    private static let usual: [BucketSize] =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map { .seconds($0) }
        + [1, 2, 3, 7, 14].map { .days($0) } + [1, 3, 6, 12, 24, 60, 120, 600, 1200].map { .months($0) }

    /// The shortest usual length that makes at most 60 intervals of a range (microseconds): mostly 20 to 60.
    ///
    /// - Parameter limit: intervals at most.
    public static func automatic(_ range: ClosedRange<Int64>, zone: Zone, limit: Int = 60) -> BucketSize {
        for size in usual where size.starts(range, zone: zone, limit: limit) != nil { return size }
        return .months(12_000)
    }

    /// The beginnings of the intervals that cover a range (microseconds), ascending.
    ///
    /// - Parameter limit: nil is returned if there would be more.
    public func starts(_ range: ClosedRange<Int64>, zone: Zone, limit: Int) -> [Int64]? {
        var starts: [Int64] = []
        var next = start(holding: range.lowerBound, zone: zone)
        while next <= range.upperBound {
            guard starts.count < limit else { return nil }
            starts.append(next)
            let following = end(of: next, zone: zone)
            guard following > next else { break }
            next = following
        }
        return starts
    }

    /// The beginning of the interval that follows the one that begins at `start`.
    public func end(of start: Int64, zone: Zone) -> Int64 {
        let local = Self.local(start, zone)
        switch self {
        case .seconds(let count):
            let next = start + count * Self.microseconds
            guard Self.day % count == 0 else { return next }
            // A day with a change of clocks is shorter or longer than 24 hours.
            let midnight = Self.midnight(Self.localDay(local) + 1, zone)
            return next > midnight ? midnight : next
        case .days(let count): return Self.midnight(Self.localDay(local) + count, zone)
        case .months(let count): return Self.midnight(Self.firstDay(ofMonth: Self.month(local) + count), zone)
        }
    }

    /// The time that lies this length before another, on the clock of the zone; of months the same day, or the last one.
    public func before(_ time: Int64, zone: Zone) -> Int64 {
        let local = Self.local(time, zone)
        let ofDay = local - Self.floored(local, Self.day * Self.microseconds)
        switch self {
        case .seconds(let count): return time - count * Self.microseconds
        case .days(let count): return Self.midnight(Self.localDay(local) - count, zone) + ofDay
        case .months(let count):
            let month = Self.month(local)
            let dayOfMonth = Self.localDay(local) - Self.firstDay(ofMonth: month)
            let first = Self.firstDay(ofMonth: month - count)
            let length = Self.firstDay(ofMonth: month - count + 1) - first
            return Self.midnight(first + min(dayOfMonth, length - 1), zone) + ofDay
        }
    }

    private func start(holding time: Int64, zone: Zone) -> Int64 {
        let local = Self.local(time, zone)
        switch self {
        case .seconds(let count):
            let length = count * Self.microseconds
            guard Self.day % count == 0 else { return Self.floored(time, length) }
            let midnight = Self.midnight(Self.localDay(local), zone)
            return midnight + Self.floored(time - midnight, length)
        case .days(let count):
            // 1970-01-05 was a Monday.
            let shift = count % 7 == 0 ? 4 : 0
            let number = Int(Self.floored(Int64(Self.localDay(local) - shift), Int64(count)))
            return Self.midnight(number + shift, zone)
        case .months(let count):
            let number = Int(Self.floored(Int64(Self.month(local)), Int64(count)))
            return Self.midnight(Self.firstDay(ofMonth: number), zone)
        }
    }

    private static func floored(_ value: Int64, _ size: Int64) -> Int64 {
        let rest = value % size
        return value - (rest < 0 ? rest + size : rest)
    }

    /// What clocks show, as microseconds.
    private static func local(_ time: Int64, _ zone: Zone) -> Int64 {
        time + Int64(zone.offset(at: Instant(microseconds: time))) * microseconds
    }

    private static func localDay(_ local: Int64) -> Int {
        Int(floored(local, day * microseconds) / (day * microseconds))
    }

    private static func midnight(_ localDay: Int, _ zone: Zone) -> Int64 {
        zone.instant(local: Instant(microseconds: Int64(localDay) * day * microseconds)).microseconds
    }

    /// Months since the year 0.
    private static func month(_ local: Int64) -> Int {
        let localDay = localDay(local)
        let year = Calendar.year(ofDay: localDay)
        var month = 12
        while month > 1, Calendar.day(year: year, month: month, day: 1) > localDay { month -= 1 }
        return year * 12 + month - 1
    }

    private static func firstDay(ofMonth month: Int) -> Int {
        let year = Int(floored(Int64(month), 12)) / 12
        return Calendar.day(year: year, month: month - year * 12 + 1, day: 1)
    }
}
