import Archive
import Events

/// The times of events, each with the number of its events.
public struct TimeCounts: Sendable {
    /// Nanoseconds since 1970, ascending, an equal one for each event; a run begins after the end of the one before.
    private let runs: [[Int64]]
    /// Matching events, undated ones too.
    public let events: UInt64
    /// Not empty: the numbers are lower bounds.
    public let lost: [LostEvents]

    /// Events without a time.
    public let undated: UInt64

    fileprivate init(_ runs: [[Int64]], undated: UInt64, events: UInt64, lost: [LostEvents]) {
        self.runs = runs
        self.undated = undated
        self.events = events
        self.lost = lost
    }

    /// Distinct times.
    public var distinct: Int {
        runs.reduce(0) { sum, run in
            var count = min(1, run.count)
            for place in 1..<max(1, run.count) where run[place] != run[place - 1] { count += 1 }
            return sum + count
        }
    }

    /// Calls `body` with each time, ascending, and its events.
    public func forEach(_ body: (Instant, UInt64) throws -> Void) rethrows {
        for run in runs {
            var start = 0
            while start < run.count {
                var end = start + 1
                while end < run.count, run[end] == run[start] { end += 1 }
                let (micros, nanos) = run[start].flooredDivision(by: 1_000)
                try body(Instant(microseconds: micros, nanoseconds: Int16(nanos)), UInt64(end - start))
                start = end
            }
        }
    }
}

extension Searcher {
    /// More times than this are not kept in memory (200 MB).
    private static let mostTimes: UInt64 = 25 << 20
    /// The years 1678 to 2261, which can be told in nanoseconds; in microseconds.
    private static let nanosecondRange = (Int64.min / 1_000 + 1)...(Int64.max / 1_000 - 1)

    /// The number of distinct times of the dated events; nil: see `timeCounts`.
    public func distinctTimes() throws -> DistinctCount? {
        try timeCounts().map { times in
            DistinctCount(
                distinct: explanationBuilder.timing("merge") { times.distinct }, events: times.events, lost: times.lost)
        }
    }

    /// The times of the matching events; nil if the archive's times may come from a field that is not `@timestamp` (R50), are
    /// centuries away, or are too many to be sorted in memory.
    public func timeCounts() throws -> TimeCounts? {
        guard candidates.reduce(0, { $0 + UInt64($1.events) }) <= Self.mostTimes else { return nil }
        var runs: [[Int64]] = []
        var events: UInt64 = 0
        var undated: UInt64 = 0
        for batch in batches(of: candidates) {
            let matching = try matchesOnce(in: batch)
            for case let some? in matching { events += some.count }
            let found = Places<[Int64]?>(batch.map { _ in [] })
            let missing = Places<UInt64>(batch.map { _ in 0 })
            try explanationBuilder.timing("count") {
                try crew.share(batch) { worker, number in
                    guard let some = matching[number], !some.isEmpty else { return }
                    try guarding(batch[number]) {
                        let times = try Self.times(of: some, try worker.pool.reader(of: batch[number]))
                        found[number] = times
                        missing[number] = times.map { some.count - UInt64($0.count) } ?? 0
                    }
                }
            }
            for (number, times) in found.values.enumerated() {
                guard let times else { return nil }
                if !times.isEmpty { runs.append(times) }
                undated += missing[number]
            }
        }
        return TimeCounts(
            explanationBuilder.timing("merge") { Self.joined(runs) }, undated: undated, events: events,
            lost: losses.lost)
    }

    /// Nanoseconds, ascending; nil: a time may not be the event's own, or cannot be told so.
    private static func times(of events: Bitmap, _ reader: PartitionReader) throws -> [Int64]? {
        if let other = try reader.field(named: "timestamp"), other.events > 0 || other.objects { return nil }
        var all: [Int64] = []
        all.reserveCapacity(Int(events.count))
        for chunk in 0..<reader.seriesChunks {
            let first = UInt64(chunk * PartitionFormat.seriesChunk) + 1
            guard var event = events.next(after: first - 1), event < first + UInt64(PartitionFormat.seriesChunk) else {
                continue
            }
            let times = try reader.series(.time, chunk: chunk)
            let nanoseconds = try reader.series(.nanoseconds, chunk: chunk)
            guard times.count == min(PartitionFormat.seriesChunk, reader.events - Int(first) + 1),
                nanoseconds.isEmpty || nanoseconds.count == times.count
            else { throw ArchiveError(.damaged, "times are missing", path: reader.path) }
            while Int(event - first) < times.count {
                let place = Int(event - first)
                let time = times[place]
                if time != undatedTime {
                    guard nanosecondRange.contains(time) else { return nil }
                    all.append(time &* 1_000 &+ (nanoseconds.isEmpty ? 0 : min(max(nanoseconds[place], 0), 999)))
                }
                guard let next = events.next(after: event) else { break }
                event = next
            }
        }
        all.withUnsafeMutableBufferPointer { $0.sort() }
        return all
    }

    /// Runs that overlap are sorted together; partitions of different days do not.
    ///
    /// - Parameter runs: each ascending, not empty.
    private static func joined(_ runs: [[Int64]]) -> [[Int64]] {
        var joined: [[Int64]] = []
        var parts = 0
        func finish() {
            if parts > 1 { joined[joined.count - 1].withUnsafeMutableBufferPointer { $0.sort() } }
        }
        var last = Int64.min
        for run in runs.sorted(by: { $0[0] < $1[0] }) {
            if joined.isEmpty || run[0] > last {
                finish()
                joined.append(run)
                parts = 1
            } else {
                joined[joined.count - 1] += run
                parts += 1
            }
            last = max(last, run[run.count - 1])
        }
        finish()
        return joined
    }
}
