import Archive
import Events

extension Searcher {
    /// Bytes that groups may take: what a query may, and half as much again for the answer of millions of values.
    private static let groupMemory = 400 << 20
    private static let mostTopStrings = 4_096
    /// Intervals of one answer.
    public static let intervalLimit = 1_000_000

    /// Counts the matching events by group, exactly.
    ///
    /// Columns are read where a field has one, lines for the rest; partitions are counted side by side.
    ///
    /// - Throws: `CountingError` if there are too many groups for the memory, or too many intervals; `ArchiveError` for
    ///   what is not mere damage of data (which is in the result).
    public func counts(by grouping: Grouping) throws -> GroupCounts {
        // Values are numbered by all workers together, groups counted by each for itself and merged at the end.
        try counts(by: grouping, values: grouping.fields.map { _ in SharedValues(shortens: false) })
    }

    /// The values of a field with the most events, or the fewest, and counts of all its values.
    ///
    /// Of long values only digests are kept until it is known which of them are shown; then they are read once more.
    ///
    /// - Parameters:
    ///   - limit: more than 0; nil: all values.
    ///   - fromLines: reads every value from its line, without columns.
    /// - Returns: the groups as `GroupCounts.ranked` would give them.
    public func top(_ field: String, limit: Int?, rare: Bool, fromLines: Bool = false) throws -> TopValues {
        guard let limit else { return try all(field, rare: rare, fromLines: fromLines) }
        if !fromLines, let merged = try mergedTop(field, limit: limit, rare: rare) { return merged }
        return try countedTop(field, limit: limit, rare: rare) { $0.fromLines = fromLines }
    }

    private func all(_ field: String, rare: Bool, fromLines: Bool) throws -> TopValues {
        if !fromLines, let values = try keyCounts(of: field, key: .text) {
            let groups = values.ranked(rare: rare)
            return TopValues(
                groups: groups, distinct: values.distinct, count: groups.count, events: values.events, lost: values.lost
            )
        }
        var grouping = Grouping(fields: [field])
        grouping.fromLines = fromLines
        let counts = try counts(by: grouping)
        return TopValues(
            groups: counts.ranked(rare: rare), distinct: counts.distinctValues(of: 0), count: counts.count,
            events: counts.events, lost: counts.lost)
    }

    /// As `top`, of a field whose values are all strings; nil if another kind was met, since texts do not tell kinds apart, or
    /// if there are too many values for the memory, or more are wanted than are quickly kept in order.
    public func topStrings(_ field: String, limit: Int, rare: Bool) throws -> TopValues? {
        guard limit <= Self.mostTopStrings else { return nil }
        do {
            return try countedTop(field, limit: limit, rare: rare) { $0.onlyStrings = true }
        } catch is OtherKinds {
            return nil
        } catch let error as CountingError where error.code == .tooManyGroups {
            return nil
        }
    }

    /// - Parameter options: changes how values are read.
    private func countedTop(
        _ field: String, limit: Int, rare: Bool, _ options: (inout Grouping) -> Void
    ) throws -> TopValues {
        var grouping = Grouping(fields: [field])
        options(&grouping)
        let values = SharedValues(shortens: true)
        let counts = try counts(by: grouping, values: [values])
        let places = RankedPlaces(counts.table, values, limit: limit, rare: rare)
        func result(_ groups: RankedGroups) -> TopValues {
            TopValues(
                groups: groups, distinct: counts.distinctValues(of: 0), count: counts.count, events: counts.events,
                lost: counts.lost)
        }
        guard places.hasShortened else { return result(counts.ranked(limit: limit, rare: rare)) }
        let texts = places.listener(values)
        values.tell(texts)
        defer { values.tell(nil) }
        do {
            _ = try self.counts(by: grouping, values: [values])
        } catch is Heard {}
        return result(places.groups(counts.table, values, texts))
    }

    /// All texts that were wanted are there.
    private struct Heard: Error {}

    func counts(by grouping: Grouping, values: [SharedValues]) throws -> GroupCounts {
        let tables = crew.workers.map { _ in GroupTable(values: values, hasIntervals: grouping.intervals != nil) }
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
        let memory = GroupMemory(values, workers: crew.width, limit: Self.groupMemory)
        for batch in batches(of: candidates) {
            let matching = try matchesOnce(in: batch)
            for case let some? in matching { events += some.count }
            try explanationBuilder.timing("count") {
                let work = GroupWork(grouping: grouping, intervals: intervals, tables: tables, memory: memory)
                try group(matching, of: batch, work)
            }
        }
        try explanationBuilder.timing("merge") {
            for table in tables.dropFirst() {
                tables[0].merge(table)
                try memory.check(0, tables[0])
            }
        }
        return GroupCounts(
            events: events, intervals: intervals, times: times, partialLabels: partialLabels, lost: losses.lost,
            table: tables[0])
    }

    /// What the threads of one count have in common.
    private struct GroupWork {
        let grouping: Grouping
        let intervals: [Int64]
        /// One for each worker.
        let tables: [GroupTable]
        let memory: GroupMemory

        /// Whether texts are waited for, so that it is over with the last one.
        var isListening: Bool { tables[0].values.contains(where: \.isTelling) }
    }

    /// Events whose lines are one piece of work: some 20 MiB of them.
    private static let linesAPiece: UInt64 = 16_384

    private func group(_ matching: [Bitmap?], of batch: [PartitionRecord], _ work: GroupWork) throws {
        let rest = Places<Bitmap?>(batch.map { _ in nil })
        let isListening = work.isListening
        try crew.share(batch) { worker, number in
            guard let some = matching[number], !some.isEmpty else { return }
            try guarding(batch[number]) {
                let grouper = try grouper(of: batch[number], worker, work)
                let left = try grouper.countColumns(some)
                if left.isEmpty { return }
                if isListening { try groupLines(left, of: batch[number], grouper) } else { rest[number] = left }
            }
            try work.memory.check(worker.number, work.tables[worker.number])
        }
        // Lines take most of the time and come in pieces, so that no thread waits for another's last partition.
        var pieces: [(number: Int, events: ClosedRange<UInt64>)] = []
        for (number, events) in rest.values.enumerated() where events != nil {
            try guarding(batch[number]) {
                let ranges = Self.pieces(of: try pool.reader(of: batch[number]).blocks())
                pieces += ranges.map { (number, $0) }
            }
        }
        try crew.share(pieces.count) { worker, place in
            let (number, events) = pieces[place]
            guard let all = rest[number] else { return }
            var piece = Bitmap(eventCount: all.eventCount)
            piece.set(events.clamped(to: 1...all.eventCount))
            piece.formAnd(all)
            if piece.isEmpty { return }
            try guarding(batch[number]) {
                try groupLines(piece, of: batch[number], try grouper(of: batch[number], worker, work))
            }
            try work.memory.check(worker.number, work.tables[worker.number])
        }
    }

    /// The events of whole blocks, so that each is read once.
    private static func pieces(of blocks: [BlockInfo]) -> [ClosedRange<UInt64>] {
        var pieces: [ClosedRange<UInt64>] = []
        var first: UInt64?
        for block in blocks where block.place == 0 {
            let start = first ?? UInt64(block.span.lowerBound)
            let last = UInt64(block.span.upperBound)
            if last - start + 1 >= linesAPiece {
                pieces.append(start...last)
                first = nil
            } else {
                first = start
            }
        }
        if let first, let block = blocks.last { pieces.append(first...UInt64(block.span.upperBound)) }
        return pieces
    }

    private func grouper(
        of partition: PartitionRecord, _ worker: SearchWorker, _ work: GroupWork
    ) throws -> PartitionGrouper {
        let table = work.tables[worker.number]
        let reader = try worker.pool.reader(of: partition)
        for name in work.grouping.fields where try reader.field(named: name) != nil {
            explanationBuilder.met(field: name)
        }
        return PartitionGrouper(
            reader, work.grouping, intervals: work.intervals, table: table
        ) {
            if table.values.contains(where: \.hasHeardAll) { throw Heard() }
            try work.memory.check(worker.number, table)
        }
    }

    private func groupLines(_ events: Bitmap, of partition: PartitionRecord, _ grouper: PartitionGrouper) throws {
        try grouper.countLines(events) { events, body in
            try blocks(of: partition, grouper.reader).forEachBlock(of: events) { block in
                try block.forEachEvent(of: events) { event, position in
                    try block.withLine(at: position) { try body(event, $0) }
                }
                return true
            }
        }
    }

    /// The earliest and the latest time of the matching events; nil if none is dated.
    private func matchedTimes() throws -> ClosedRange<Int64>? {
        let span = Span()
        let mutex = Mutex()
        for batch in batches(of: candidates) {
            let matching = try matchesOnce(in: batch)
            func include(_ partitions: [Int]) throws {
                let records = partitions.map { batch[$0] }
                try crew.share(records) { worker, number in
                    guard let some = matching[partitions[number]], !some.isEmpty else { return }
                    try guarding(records[number]) {
                        let reader = try worker.pool.reader(of: records[number])
                        let found = try Self.times(of: some, records[number], reader)
                        mutex.withLock { if let found { span.include(found) } }
                    }
                }
            }
            // As a rule the first and the last partition tell, as others lie between their events.
            let met = batch.indices.filter { matching[$0]?.isEmpty == false }
            let ends = [
                met.min { batch[$0].minTime ?? .max < batch[$1].minTime ?? .max },
                met.max { batch[$0].maxTime ?? .min < batch[$1].maxTime ?? .min },
            ].compactMap { $0 }
            try include(Set(ends).sorted())
            try include(
                met.filter { place in
                    guard !ends.contains(place), let low = batch[place].minTime, let high = batch[place].maxTime else {
                        return !ends.contains(place)
                    }
                    return low > high || !span.contains(low...high)
                })
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

/// What groups take, of all threads together.
///
/// `@unchecked` is safe: sizes are only touched under the mutex.
private final class GroupMemory: @unchecked Sendable {
    private let values: [SharedValues]
    private let limit: Int
    private let mutex = Mutex()
    private var tables: [Int]

    init(_ values: [SharedValues], workers: Int, limit: Int) {
        self.values = values
        self.limit = limit
        tables = Array(repeating: 0, count: workers)
    }

    /// - Throws: `CountingError` if it is too much with this worker's table.
    func check(_ worker: Int, _ table: GroupTable) throws {
        let used = table.memory
        let all = mutex.withLock {
            tables[worker] = used
            return tables.reduce(0, +)
        }
        guard values.reduce(all, { $0 + $1.memory }) <= limit else { throw CountingError.tooManyGroups }
    }
}

/// The smallest range that holds what was met.
///
/// `@unchecked` is safe: changed by one thread, or under a mutex.
private final class Span: @unchecked Sendable {
    private var low = Int64.max
    private var high = Int64.min

    var range: ClosedRange<Int64>? { low <= high ? low...high : nil }

    func contains(_ other: ClosedRange<Int64>) -> Bool { low <= other.lowerBound && other.upperBound <= high }

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
