import Archive
import Events

/// A number of distinct values.
public struct DistinctCount: Sendable {
    public var distinct: Int
    /// Matching events.
    public var events: UInt64
    /// Not empty: the numbers are lower bounds.
    public var lost: [LostEvents]
}

extension Searcher {
    /// More times than this are not kept in memory (200 MB).
    private static let mostTimes: UInt64 = 25 << 20

    /// The number of distinct values of a field whose values are all strings; nil if another kind was met, since texts do
    /// not tell kinds apart. Of long texts only digests are kept, and lines are read where no column has the value.
    public func distinctTexts(of field: String) throws -> DistinctCount? {
        var grouping = Grouping(fields: [field])
        grouping.onlyStrings = true
        do {
            let counts = try counts(by: grouping, values: [SharedValues(shortens: true)])
            return DistinctCount(distinct: counts.distinctValues(of: 0), events: counts.events, lost: counts.lost)
        } catch is OtherKinds {
            return nil
        } catch let error as CountingError where error.code == .tooManyGroups {
            return nil
        }
    }

    /// The number of distinct times of the dated events; nil if the archive's times may come from a field that is not
    /// `@timestamp` (R50), have nanoseconds, or are too many to be sorted in memory.
    public func distinctTimes() throws -> DistinctCount? {
        guard candidates.reduce(0, { $0 + UInt64($1.events) }) <= Self.mostTimes else { return nil }
        var runs: [[Int64]] = []
        var events: UInt64 = 0
        for batch in batches(of: candidates) {
            let matching = try matchesOnce(in: batch)
            for case let some? in matching { events += some.count }
            let found = Places<[Int64]?>(batch.map { _ in [] })
            try explanationBuilder.timing("count") {
                try crew.share(batch) { worker, number in
                    guard let some = matching[number], !some.isEmpty else { return }
                    try guarding(batch[number]) {
                        found[number] = try Self.distinctTimes(of: some, try worker.pool.reader(of: batch[number]))
                    }
                }
            }
            for times in found.values {
                guard let times else { return nil }
                if !times.isEmpty { runs.append(times) }
            }
        }
        let distinct = explanationBuilder.timing("merge") { Self.distinct(in: runs) }
        return DistinctCount(distinct: distinct, events: events, lost: losses.lost)
    }

    /// Ascending; nil: a time may not be the event's own, or has nanoseconds.
    private static func distinctTimes(of events: Bitmap, _ reader: PartitionReader) throws -> [Int64]? {
        if let other = try reader.field(named: "timestamp"), other.events > 0 || other.objects { return nil }
        var all: [Int64] = []
        all.reserveCapacity(Int(events.count))
        for chunk in 0..<reader.seriesChunks {
            let first = UInt64(chunk * PartitionFormat.seriesChunk) + 1
            guard var event = events.next(after: first - 1), event < first + UInt64(PartitionFormat.seriesChunk) else {
                continue
            }
            guard try reader.series(.nanoseconds, chunk: chunk).allSatisfy({ $0 == 0 }) else { return nil }
            let times = try reader.series(.time, chunk: chunk)
            guard times.count == min(PartitionFormat.seriesChunk, reader.events - Int(first) + 1) else {
                throw ArchiveError(.damaged, "times are missing", path: reader.path)
            }
            while Int(event - first) < times.count {
                let time = times[Int(event - first)]
                if time != undatedTime { all.append(time) }
                guard let next = events.next(after: event) else { break }
                event = next
            }
        }
        sortAndUnite(&all)
        return all
    }

    private static func sortAndUnite(_ times: inout [Int64]) {
        times.withUnsafeMutableBufferPointer { $0.sort() }
        var kept = 0
        for time in times where kept == 0 || time != times[kept - 1] {
            times[kept] = time
            kept += 1
        }
        times.removeLast(times.count - kept)
    }

    /// - Parameter runs: each ascending and without equal times, not empty.
    private static func distinct(in runs: [[Int64]]) -> Int {
        var count = 0
        // Runs that overlap are sorted together; partitions of different days do not.
        var joined: [Int64] = []
        var parts = 0
        var last = Int64.min
        func flush() {
            if parts > 1 { sortAndUnite(&joined) }
            count += joined.count
            (joined, parts) = ([], 0)
        }
        for run in runs.sorted(by: { $0[0] < $1[0] }) {
            if run[0] > last { flush() }
            joined += run
            parts += 1
            last = max(last, run[run.count - 1])
        }
        flush()
        return count
    }
}
