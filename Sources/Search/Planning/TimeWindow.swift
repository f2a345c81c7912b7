import Archive
import Events

/// The events with `from` ≤ time < `to` (R50).
struct TimeWindow: Sendable {
    let from: Instant?
    let to: Instant?

    init(_ request: SearchRequest) {
        from = request.from
        to = request.to
    }

    /// Undated events are inside only then.
    var isOpen: Bool { from == nil && to == nil }

    func contains(_ time: Instant?) -> Bool {
        guard let time else { return isOpen }
        if let from, time < from { return false }
        if let to, time >= to { return false }
        return true
    }

    /// Certainly no event of the partition is inside.
    func excludes(_ partition: PartitionRecord) -> Bool {
        if isOpen { return false }
        guard let low = partition.minTime, let high = partition.maxTime else { return true }
        if let from, high < from.microseconds { return true }
        // The stored bounds have no nanoseconds: an event of the same microsecond may be later, not earlier.
        if let to, Instant(microseconds: low) >= to { return true }
        return false
    }

    /// Certainly all events of the partition are inside.
    func includes(_ partition: PartitionRecord) -> Bool {
        if isOpen { return true }
        guard partition.undated == 0, let low = partition.minTime, let high = partition.maxTime else { return false }
        if let from, Instant(microseconds: low) < from { return false }
        if let to, high >= to.microseconds { return false }
        return true
    }

    /// Where times of a chunk lie.
    private enum Place {
        case outside, inside, unknown
    }

    private func place(of times: ClosedRange<Int64>) -> Place {
        if let from, times.upperBound < from.microseconds { return .outside }
        if let to, times.lowerBound > to.microseconds { return .outside }
        // Of the bounds' own microseconds the nanoseconds decide.
        if let from, times.lowerBound <= from.microseconds { return .unknown }
        if let to, times.upperBound >= to.microseconds { return .unknown }
        return .inside
    }

    /// The events inside, from the partition's time series.
    ///
    /// - Parameter allDated: no event of the partition is without a time.
    func events(of reader: PartitionReader, allDated: Bool) throws -> Bitmap {
        var inside = Bitmap(eventCount: UInt64(reader.events))
        for chunk in 0..<reader.seriesChunks {
            let first = chunk * PartitionFormat.seriesChunk + 1
            switch try reader.range(of: .time, chunk: chunk).map(place(of:)) ?? .unknown {
            case .outside: continue
            case .inside where allDated:
                inside.set(UInt64(first)...UInt64(min(reader.events, first + PartitionFormat.seriesChunk - 1)))
                continue
            case .inside, .unknown: break
            }
            let times = try reader.series(.time, chunk: chunk)
            guard first + times.count - 1 <= reader.events else {
                throw ArchiveError(.damaged, "too many times", path: reader.path)
            }
            for (offset, time) in times.enumerated() where time != undatedTime {
                if let from, time < from.microseconds { continue }
                if let to, time > to.microseconds { continue }
                let event = first + offset
                if time == from?.microseconds || time == to?.microseconds {
                    guard contains(try reader.time(of: event)) else { continue }
                }
                inside.set(UInt64(event))
            }
        }
        return inside
    }
}
