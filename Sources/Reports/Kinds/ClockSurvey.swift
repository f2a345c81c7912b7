import Archive
import Events

/// What the times of one export say in file order: late arrivals, and clocks that cannot be right.
struct ClockSurvey {
    /// A kind of oddity: how many, and the first lines.
    struct Findings {
        var count: UInt64 = 0
        var lines: [UInt64] = []

        mutating func add(_ line: UInt64) {
            count += 1
            if lines.count < 5 { lines.append(line) }
        }
    }

    /// Upper bounds of the classes of lateness, microseconds, with their names.
    static let classes: [(limit: Int64, name: String)] = [
        (60_000_000, "up to 1 min"), (3_600_000_000, "up to 1 h"), (21_600_000_000, "up to 6 h"),
        (86_400_000_000, "up to 1 d"), (.max, "more than 1 d"),
    ]
    private static let day: Int64 = 86_400_000_000
    /// 1990-01-01.
    private static let early: Int64 = 631_152_000_000_000

    private(set) var late = [UInt64](repeating: 0, count: ClockSurvey.classes.count)
    private(set) var latest: (lag: Int64, line: UInt64) = (0, 0)
    private(set) var future = Findings()
    private(set) var before1990 = Findings()
    private(set) var jumps = Findings()

    /// - Parameter wanted: whether an event of this time is in the period asked for.
    init(_ archive: Archive, _ export: ExportRecord, wanted: (Int64) -> Bool) throws {
        var newest = Int64.min
        var previous: Int64?
        try LineOrderWalk(archive: archive, export: export).run { line, time in
            guard time != undatedTime, wanted(time) else { return }
            let isPossible = time <= export.ingestedAt && time >= Self.early
            if time > export.ingestedAt { future.add(line) }
            if time < Self.early { before1990.add(line) }
            if let previous, abs(time.subtractingReportingOverflow(previous).partialValue) > Self.day {
                jumps.add(line)
            }
            previous = time
            // An impossible time must not make all that follows late.
            guard isPossible else { return }
            if time < newest {
                let lag = newest - time
                late[Self.classes.firstIndex { lag <= $0.limit } ?? 0] += 1
                if lag > latest.lag { latest = (lag, line) }
            }
            newest = max(newest, time)
        }
    }
}
