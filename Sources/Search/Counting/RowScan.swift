import Archive
import Events

/// What a row of an event is made of: values of fields, and its time as exactly as it is asked for.
public struct RowShape: Sendable {
    public enum Time: Sendable, Equatable {
        /// The time does not matter.
        case none
        /// Rounded down to a multiple of so many microseconds since 1970, more than 0.
        case step(Int64)
        case exact
    }

    /// Dotted names.
    public var fields: [String]
    public var time: Time
    /// Whether the earliest and the latest time of equal rows are wanted.
    public var wantsTimes: Bool
    /// Gives out every event by its line, without columns: to check what columns say.
    public var fromLines: Bool

    public init(fields: [String], time: Time, wantsTimes: Bool, fromLines: Bool = false) {
        self.fields = fields
        self.time = time
        self.wantsTimes = wantsTimes
        self.fromLines = fromLines
    }
}

/// Equal rows, counted.
public struct RowGroup {
    /// A code for each field: 0 no value, else one that was defined.
    public let codes: UnsafeBufferPointer<UInt32>
    /// Nil: undated, or not asked for.
    public let time: Instant?
    public let events: UInt64
    /// Earliest and latest time; nil: undated, or not asked for.
    public let times: ClosedRange<Instant>?
}

/// Takes the rows of one worker, which come one after the other.
public protocol RowTaker: AnyObject {
    /// Another partition begins: codes have no meaning yet, and are below `limits`, one for each field.
    func begin(limits: [Int])
    /// - Parameter entry: the value's JSON text as written; several values of one event are joined by line feeds.
    func define(field: Int, code: UInt32, entry: UnsafeRawBufferPointer) throws
    func take(_ rows: RowGroup) throws
    /// An event whose columns do not tell all of its values.
    ///
    /// - Parameter time: nil if undated, or not asked for.
    func take(line: UnsafeRawBufferPointer, time: Instant?) throws
}

extension Searcher {
    /// Gives the matching events out as rows, in no order, each exactly once: equal rows of a partition together, read from
    /// columns where they tell the values, from lines where not.
    ///
    /// - Parameter takers: one for each worker, at most as many as there are threads; used by one thread at a time.
    /// - Throws: what takers throw; `ArchiveError` for what is not mere damage of data (which is in the result).
    public func forEachRow(of shape: RowShape, takers: [any RowTaker]) throws -> SearchResult {
        var events: UInt64 = 0
        var byLine: UInt64 = 0
        let mutex = Mutex()
        let crew = WorkerCrew(Array(self.crew.workers.prefix(max(1, takers.count))))
        for batch in batches(of: candidates) {
            let matching = try matchesOnce(in: batch)
            for case let some? in matching { events += some.count }
            try explanationBuilder.timing("rows") {
                try crew.share(batch) { worker, number in
                    guard let some = matching[number], !some.isEmpty else { return }
                    let partition = batch[number]
                    try guarding(partition) {
                        let reader = try worker.pool.reader(of: partition)
                        let scan = RowScan(reader: reader, shape: shape, taker: takers[worker.number])
                        let rest = try scan.run(some)
                        if rest.isEmpty { return }
                        let isTimed = shape.time != .none || shape.wantsTimes
                        mutex.withLock { byLine += rest.count }
                        try blocks(of: partition, reader).forEachBlock(of: rest) { block in
                            try block.forEachEvent(of: rest) { event, position in
                                let time = isTimed ? try reader.time(of: Int(event)) : nil
                                try block.withLine(at: position) { try scan.taker.take(line: $0, time: time) }
                            }
                            return true
                        }
                    }
                }
            }
        }
        return SearchResult(hits: events, partialLabels: partialLabels, lost: losses.lost, eventsByLine: byLine)
    }

    /// Workers of this searcher: as many takers can work side by side.
    public var workers: Int { crew.width }
}

/// Reads the rows of one partition from its columns.
struct RowScan {
    let reader: PartitionReader
    let shape: RowShape
    let taker: any RowTaker

    /// Distinct rows that are kept before they are given out.
    private static let tuplesKept = 1 << 18

    private enum Column {
        case absent
        case codes(PartitionField)
    }

    /// One chunk's columns and times; empty arrays for nothing.
    private struct Chunk {
        var first: UInt64
        var length: Int
        var codes: [[UInt32]]
        var times: [Int64] = []
        var nanoseconds: [Int64] = []

        func time(_ offset: Int) -> Instant? {
            guard offset < times.count, times[offset] != undatedTime else { return nil }
            let nanoseconds = offset < nanoseconds.count ? nanoseconds[offset] : 0
            return Instant(microseconds: times[offset], nanoseconds: Int16(clamping: nanoseconds))
        }
    }

    /// Returns the events that only their lines tell.
    func run(_ events: Bitmap) throws -> Bitmap {
        guard let columns = try columns() else { return events }
        let limits = columns.map { column in
            if case .codes(let field) = column { field.entries + 2 } else { 1 }
        }
        taker.begin(limits: limits)
        var defined = CodeDefinitions(limits)
        // With nothing but a number of events there is nothing to look at.
        if columns.isEmpty, shape.time == .none, !shape.wantsTimes {
            try UnsafeBufferPointer<UInt32>.withNothing {
                try taker.take(RowGroup(codes: $0, time: nil, events: events.count, times: nil))
            }
            return Bitmap(eventCount: events.eventCount)
        }
        let steps = try TimeSteps(shape.time, reader)
        var seeLine = Bitmap(eventCount: events.eventCount)
        var tuples = RowTuples(columns: columns.count, steps: steps, wantsTimes: shape.wantsTimes)
        for number in 0..<reader.seriesChunks {
            let first = UInt64(number * PartitionFormat.seriesChunk) + 1
            let length = min(PartitionFormat.seriesChunk, reader.events - Int(first) + 1)
            guard let next = events.next(after: first - 1), next < first + UInt64(length) else { continue }
            let chunk = try self.chunk(number, first, length, columns)
            var plain: [Int] = []
            plain.reserveCapacity(length)
            let isAll = events.count == events.eventCount
            func sort(_ offset: Int) {
                for codes in chunk.codes where !codes.isEmpty && codes[offset] == 1 {
                    return seeLine.set(first + UInt64(offset))
                }
                plain.append(offset)
            }
            if isAll {
                for offset in 0..<length { sort(offset) }
            } else {
                var event: UInt64? = next
                while let known = event, known < first + UInt64(length) {
                    sort(Int(known - first))
                    event = events.next(after: known)
                }
            }
            for (place, codes) in chunk.codes.enumerated() {
                for code in codes where code >= limits[place] {
                    throw ArchiveError(.damaged, "a column has an impossible code", path: reader.path)
                }
            }
            if steps == nil {
                try giveOut(chunk, plain, columns, &defined)
            } else {
                tuples.add(chunk.codes, chunk.times, chunk.nanoseconds, plain)
                if tuples.count > Self.tuplesKept { try giveOut(&tuples, columns, &defined) }
            }
        }
        try giveOut(&tuples, columns, &defined)
        return seeLine
    }

    /// Nil: something of every event stands only in its line.
    private func columns() throws -> [Column]? {
        if shape.fromLines { return nil }
        if shape.time != .none || shape.wantsTimes {
            // The time of an event may then come from there instead of from `@timestamp` (R50).
            if let other = try reader.field(named: "timestamp"), other.events > 0 || other.objects { return nil }
        }
        var columns: [Column] = []
        for name in shape.fields {
            guard let field = try reader.field(named: name) else {
                columns.append(.absent)
                continue
            }
            if field.objects { return nil }
            if field.events == 0 {
                columns.append(.absent)
                continue
            }
            guard field.storage != .lines else { return nil }
            guard field.entries >= 0, field.entries <= reader.events else {
                throw ArchiveError(.damaged, "impossible dictionary of \(name)", path: reader.path)
            }
            columns.append(.codes(field))
        }
        return columns
    }

    private func chunk(_ number: Int, _ first: UInt64, _ length: Int, _ columns: [Column]) throws -> Chunk {
        let codes = try columns.map { column -> [UInt32] in
            guard case .codes(let field) = column, let cells = try reader.cells(of: field, chunk: number) else {
                return []
            }
            guard cells.count == length else {
                throw ArchiveError(.damaged, "the column of \(field.name) is too short", path: reader.path)
            }
            return cells
        }
        var chunk = Chunk(first: first, length: length, codes: codes)
        if shape.time != .none || shape.wantsTimes {
            chunk.times = try reader.series(.time, chunk: number)
            guard chunk.times.count == length else {
                throw ArchiveError(.damaged, "times are missing", path: reader.path)
            }
            if shape.time == .exact || shape.wantsTimes {
                chunk.nanoseconds = try reader.series(.nanoseconds, chunk: number)
            }
        }
        return chunk
    }

    // MARK: Giving out

    /// Event by event.
    private func giveOut(
        _ chunk: Chunk, _ offsets: [Int], _ columns: [Column], _ defined: inout CodeDefinitions
    ) throws {
        for (place, codes) in chunk.codes.enumerated() where !codes.isEmpty {
            for offset in offsets { defined.need(place, codes[offset]) }
        }
        try define(columns, &defined)
        var tuple = [UInt32](repeating: 0, count: columns.count)
        for offset in offsets {
            for place in tuple.indices { tuple[place] = chunk.codes[place].isEmpty ? 0 : chunk.codes[place][offset] }
            let time = chunk.time(offset)
            try tuple.withUnsafeBufferPointer {
                try taker.take(RowGroup(codes: $0, time: time, events: 1, times: time.map { $0...$0 }))
            }
        }
    }

    private func giveOut(_ tuples: inout RowTuples, _ columns: [Column], _ defined: inout CodeDefinitions) throws {
        tuples.forEachCode { defined.need($0, $1) }
        try define(columns, &defined)
        try tuples.forEach { codes, time, tally, times in
            try taker.take(RowGroup(codes: codes, time: time, events: tally, times: times))
        }
        tuples.removeAll()
    }

    private func define(_ columns: [Column], _ defined: inout CodeDefinitions) throws {
        for (place, column) in columns.enumerated() {
            guard case .codes(let field) = column, defined.isAnyNeeded(place) else { continue }
            try reader.forEachEntry(of: field) { code, entry in
                if defined.takes(place, code) { try taker.define(field: place, code: code, entry: entry) }
            }
        }
    }
}

extension UnsafeBufferPointer<UInt32> {
    fileprivate static func withNothing(_ body: (UnsafeBufferPointer<UInt32>) throws -> Void) rethrows {
        try body(UnsafeBufferPointer(start: nil, count: 0))
    }
}
