import Archive
import Events

/// What decides a hit's place in the order, smallest first.
struct HitKey: Comparable {
    /// Microseconds, turned round for `newest`; an undated event has the largest.
    var time: Int64
    var line: UInt64
    /// Place among the candidates.
    var partition: UInt32
    var event: UInt32
    /// Place of the export by label.
    var rank: UInt32
    var nanoseconds: Int16

    static let undated = Int64.max

    /// - Parameter time: microseconds or `undatedTime`.
    @inline(__always)
    static func sortTime(_ time: Int64, _ order: SortOrder) -> Int64 {
        switch order {
        case .newest: ~time
        case .oldest, .none: time == undatedTime ? undated : time
        }
    }

    static func sortNanoseconds(_ nanoseconds: Int64, _ order: SortOrder) -> Int16 {
        let nanoseconds = Int16(clamping: nanoseconds)
        switch order {
        case .newest: return 999 &- nanoseconds
        case .oldest, .none: return nanoseconds
        }
    }

    /// The event's time; nil if it is undated.
    func instant(_ order: SortOrder) -> Instant? {
        if time == Self.undated { return nil }
        switch order {
        case .newest: return Instant(microseconds: ~time, nanoseconds: 999 &- nanoseconds)
        case .oldest, .none: return Instant(microseconds: time, nanoseconds: nanoseconds)
        }
    }

    static func < (a: HitKey, b: HitKey) -> Bool {
        if a.time != b.time { return a.time < b.time }
        if a.time != undated, a.nanoseconds != b.nanoseconds { return a.nanoseconds < b.nanoseconds }
        if a.rank != b.rank { return a.rank < b.rank }
        return a.line < b.line
    }
}
