import Archive
import Events

extension Searcher {
    /// Bytes that groups may take: what a query may, and half as much again for the answer of millions of values.
    private static let groupMemory = 400 << 20
    /// Intervals of one answer.
    public static let intervalLimit = 1_000_000

    /// Counts the matching events by group, exactly.
    ///
    /// Columns are read where a field has one, lines for the rest; partitions are counted side by side.
    ///
    /// - Throws: `CountingError` if there are too many groups for the memory, or too many intervals; `ArchiveError` for
    ///   what is not mere damage of data (which is in the result).
    public func counts(by grouping: Grouping) throws -> GroupCounts {
        let all = GroupTable(fields: grouping.fields.count, hasIntervals: grouping.intervals != nil)
        var times: ClosedRange<Int64>?
        var intervals: [Int64] = []
        if let rule = grouping.intervals {
            times = try matchedTimes()
            intervals = times.map(rule) ?? []
            guard intervals.count <= Self.intervalLimit else {
                throw CountingError(
                    .tooManyIntervals, "\(intervals.count) intervals are more than \(Self.intervalLimit)",
                    remedy: "choose longer intervals, or a shorter time with --from and --to")
            }
        }
        var events: UInt64 = 0
        let mutex = Mutex()
        for batch in batches(of: candidates) {
            let matching = try matches(in: batch)
            for case let some? in matching { events += some.count }
            try explanationBuilder.timing("count") {
                try crew.share(batch.count) { worker, number in
                    guard let some = matching[number], !some.isEmpty else { return }
                    guard let part = try group(some, of: batch[number], grouping, intervals, worker) else { return }
                    try mutex.withLock {
                        all.merge(part)
                        guard all.memory <= Self.groupMemory else { throw CountingError.tooManyGroups }
                    }
                }
            }
        }
        return GroupCounts(
            events: events, intervals: intervals, times: times, partialLabels: partialLabels, lost: losses.lost,
            table: all)
    }

    private func group(
        _ events: Bitmap, of partition: PartitionRecord, _ grouping: Grouping, _ intervals: [Int64],
        _ worker: SearchWorker
    ) throws -> GroupTable? {
        try guarding(partition) {
            let reader = try worker.pool.reader(of: partition)
            let grouper = PartitionGrouper(reader, grouping, intervals: intervals)
            try grouper.count(events) { events, body in
                try blocks(of: partition, reader).forEachBlock(of: events) { block in
                    try block.forEachEvent(of: events) { event in
                        try block.withLine(Int(event)) { try body(event, $0) }
                    }
                    return true
                }
            }
            return grouper.table
        }
    }

    /// The earliest and the latest time of the matching events; nil if none is dated.
    private func matchedTimes() throws -> ClosedRange<Int64>? {
        let span = Span()
        let mutex = Mutex()
        for batch in batches(of: candidates) {
            let matching = try matches(in: batch)
            try crew.share(batch.count) { worker, number in
                guard let some = matching[number], !some.isEmpty else { return }
                try guarding(batch[number]) {
                    let found = try Self.times(of: some, batch[number], try worker.pool.reader(of: batch[number]))
                    mutex.withLock { if let found { span.include(found) } }
                }
            }
        }
        return span.range
    }

    private static func times(
        of events: Bitmap, _ partition: PartitionRecord, _ reader: PartitionReader
    ) throws -> ClosedRange<Int64>? {
        if events.count == events.eventCount, let low = partition.minTime, let high = partition.maxTime, low <= high {
            return low...high
        }
        let span = Span()
        for chunk in 0..<reader.seriesChunks {
            let first = UInt64(chunk * PartitionFormat.seriesChunk) + 1
            guard var event = events.next(after: first - 1), event < first + UInt64(PartitionFormat.seriesChunk) else {
                continue
            }
            let times = try reader.series(.time, chunk: chunk)
            while Int(event - first) < times.count {
                let time = times[Int(event - first)]
                if time != undatedTime { span.include(time...time) }
                guard let next = events.next(after: event) else { break }
                event = next
            }
        }
        return span.range
    }
}

/// The smallest range that holds what was met.
///
/// `@unchecked` is safe: changed by one thread, or under a mutex.
private final class Span: @unchecked Sendable {
    private var low = Int64.max
    private var high = Int64.min

    var range: ClosedRange<Int64>? { low <= high ? low...high : nil }

    func include(_ other: ClosedRange<Int64>) {
        low = min(low, other.lowerBound)
        high = max(high, other.upperBound)
    }
}

/// Counts that cannot be had.
public struct CountingError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable {
        case tooManyGroups, tooManyIntervals
    }

    public var code: Code
    public var message: String
    /// What to do instead.
    public var remedy: String

    init(_ code: Code, _ message: String, remedy: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    static var tooManyGroups: CountingError {
        CountingError(
            .tooManyGroups, "there are too many different values for the memory",
            remedy: "count fewer events at a time, with a query, --from and --to, or by fewer fields")
    }

    public var description: String { message + "\n  " + remedy }
}
