import Archive
import Events

/// When the events that differ happened.
public struct Arrivals: Sendable {
    /// One stretch of time.
    public struct Interval: Sendable, Equatable {
        /// Microseconds since 1970 UTC.
        public var start: Int64
        public var added: UInt64 = 0
        public var removed: UInt64 = 0
    }

    /// A stretch in which A has nothing, though events are frequent around it.
    public struct Gap: Sendable, Equatable {
        /// The times of A's events on both sides of it, microseconds since 1970 UTC.
        public var start: Int64
        public var end: Int64
        /// Added events between them.
        public var added: UInt64
    }

    /// The time of A's last event, microseconds; nil if none is dated.
    public var lastOfA: Int64?
    /// Added events whose time is not after A's last event: they arrived late.
    public var late: UInt64 = 0
    /// Added events after A's last event.
    public var after: UInt64 = 0
    /// Added events without a time.
    public var undated: UInt64 = 0
    /// By how much late events are before A's last one, microseconds: the middle and the largest.
    public var medianLateness: Int64 = 0
    public var largestLateness: Int64 = 0
    /// Microseconds an interval.
    public var every: Int64 = 0
    /// From the first to the last difference, empty ones included.
    public var intervals: [Interval] = []
    /// The largest first, at most ten.
    public var gaps: [Gap] = []
}

extension ExportComparison {
    private static let steps: [Int64] = [
        1, 5, 15, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000, 31_536_000,
    ].map { $0 * 1_000_000 }
    private static let mostIntervals: Int64 = 48

    /// Tells when added and removed events happened. Changed events do not count.
    public func arrivals() throws -> Arrivals {
        var result = Arrivals()
        let added = try times(sideB, onlyB)
        let removed = try times(sideA, onlyA)
        result.undated = count(onlyB) - UInt64(added.count)
        result.lastOfA = try extremes(sideA)?.upperBound
        if let last = result.lastOfA {
            let late = added.prefix { $0 <= last }
            result.late = UInt64(late.count)
            result.after = UInt64(added.count - late.count)
            if let first = late.first {
                result.largestLateness = last - first
                result.medianLateness = last - late[late.count / 2]
            }
        }
        fillIntervals(&result, added, removed)
        result.gaps = try gaps(added)
        return result
    }

    private func fillIntervals(_ result: inout Arrivals, _ added: [Int64], _ removed: [Int64]) {
        let ends = [added.first, added.last, removed.first, removed.last].compactMap { $0 }
        guard let low = ends.min(), let high = ends.max() else { return }
        let every =
            Self.steps.first { (high - low) / $0 < Self.mostIntervals } ?? Self.steps[Self.steps.count - 1]
        result.every = every
        let first = floor(low, every)
        let number = Int((floor(high, every) - first) / every) + 1
        guard number <= 100_000 else { return }
        result.intervals = (0..<number).map { Arrivals.Interval(start: first + Int64($0) * every) }
        for time in added { result.intervals[Int((time - first) / every)].added += 1 }
        for time in removed { result.intervals[Int((time - first) / every)].removed += 1 }
    }

    private func floor(_ time: Int64, _ step: Int64) -> Int64 {
        let rest = time % step
        return time - (rest < 0 ? rest + step : rest)
    }

    // MARK: gaps

    /// Stretches between A's first and last event, at least twenty times its mean distance long, without an event of A
    /// and with added events.
    private func gaps(_ added: [Int64]) throws -> [Arrivals.Gap] {
        guard !added.isEmpty, sideA.events > 1, let ends = try extremes(sideA) else { return [] }
        let slots = 1 << 16
        let span = ends.upperBound - ends.lowerBound
        let slot = max(1, span / Int64(slots) + 1)
        var hasA = [Bool](repeating: false, count: slots + 1)
        try forEachTime(sideA) { hasA[Int(($0 - ends.lowerBound) / slot)] = true }
        let shortest = max(2 * slot, span / Int64(clamping: sideA.events) * 20)
        var gaps: [Arrivals.Gap] = []
        var at = 0
        var next = added.startIndex
        while at <= slots {
            guard !hasA[at] else {
                at += 1
                continue
            }
            var end = at
            while end <= slots, !hasA[end] { end += 1 }
            let start = ends.lowerBound + Int64(at) * slot
            let stop = min(ends.lowerBound + Int64(end) * slot, ends.upperBound)
            at = end
            guard stop - start >= shortest else { continue }
            while next < added.count, added[next] < start { next += 1 }
            var count: UInt64 = 0
            while next < added.count, added[next] < stop {
                count += 1
                next += 1
            }
            if count > 0 { gaps.append(Arrivals.Gap(start: start, end: stop, added: count)) }
        }
        let largest = gaps.sorted { ($1.added, $0.start) < ($0.added, $1.start) }.prefix(10)
        return try exact(Array(largest), added)
    }

    /// Gaps were found in slots of time; this finds the events around them.
    private func exact(_ gaps: [Arrivals.Gap], _ added: [Int64]) throws -> [Arrivals.Gap] {
        let middles = gaps.map { $0.start + ($0.end - $0.start) / 2 }
        var ends = gaps.map { _ in (before: Int64.min, after: Int64.max) }
        try forEachTime(sideA) { time in
            for (number, middle) in middles.enumerated() {
                if time <= middle {
                    ends[number].before = max(ends[number].before, time)
                } else {
                    ends[number].after = min(ends[number].after, time)
                }
            }
        }
        return ends.map { end in
            let inside = added.lazy.filter { $0 > end.before && $0 < end.after }.count
            return Arrivals.Gap(start: end.before, end: end.after, added: UInt64(inside))
        }
    }

    // MARK: times

    /// Times of dated events, ascending.
    private func times(_ side: Side, _ events: [Bitmap]) throws -> [Int64] {
        var times: [Int64] = []
        for (number, partition) in side.partitions.enumerated() where !events[number].isEmpty {
            let reader = try side.archive.open(partition)
            for event in events[number].ascending {
                let time = try reader.value(.time, event: Int(event))
                if time != undatedTime { times.append(time) }
            }
        }
        return times.sorted()
    }

    private func forEachTime(_ side: Side, _ body: (Int64) -> Void) throws {
        for (number, partition) in side.partitions.enumerated() {
            let reader = try side.archive.open(partition)
            for chunk in 0..<reader.seriesChunks {
                let first = chunk * PartitionFormat.seriesChunk + 1
                for (i, time) in try reader.series(.time, chunk: chunk).enumerated()
                where time != undatedTime && side.isInScope(first + i, partition: number) { body(time) }
            }
        }
    }

    /// The first and the last time of a side's events.
    private func extremes(_ side: Side) throws -> ClosedRange<Int64>? {
        var low = Int64.max
        var high = Int64.min
        if request.isUnfiltered {
            for partition in side.partitions {
                if let first = partition.minTime, let last = partition.maxTime {
                    low = min(low, first)
                    high = max(high, last)
                }
            }
        } else {
            try forEachTime(side) {
                low = min(low, $0)
                high = max(high, $0)
            }
        }
        return low <= high ? low...high : nil
    }
}
