import Archive
import Events
import Zstd

/// What the events of a sample take when they are really encoded: bytes in the archive and seconds of a core, for each
/// byte of content.
struct EncodingTrial {
    var eventsPerByte = 0.0
    /// Blocks, term index, columns and the rest, as they will lie in partitions.
    var archivePerByte = 0.0
    /// What waits in memory or in the spill file until a partition is written.
    var waitingPerByte = 0.0
    /// Validating, hashing, indexing and compressing, on one core; merging and writing are not in it.
    var secondsPerByte = 0.0
    /// The share of lines that come a day or more before the line in front of them.
    var backwards = 0.0
    /// Bytes of content that were looked at.
    let sampledBytes: Int
    /// From the first to the last event time, in days.
    var spanDays = 0.0

    /// Bytes of lines that are really encoded; the rest of the sample only feeds the dictionary.
    private static let encodedBytes = 3 << 20
    /// The zstd level of what has no dictionary: columns, series, lines that are not events.
    private static let plainLevel: Int32 = 3

    /// - Parameter content: whole lines. What is not an event is kept compressed, and is counted so.
    init(_ content: RawMemory, selection: Set<[UInt8]>?) throws {
        sampledBytes = content.count
        guard content.count > 0 else { return }
        let worker = Worker(selection: selection)
        let batch = LineBatch(
            memory: content, contentOffset: 0, firstLine: 1, verifiedBytes: 0, endsWithNewline: true)
        let started = Clock.seconds()
        worker.classifier.classify(batch)
        let classifying = Clock.seconds() - started
        let rows = Self.events(of: batch)
        lookAtTimes(rows.map(\.row.time).filter { $0 != undatedTime })
        let eventBytes = rows.reduce(0) { $0 + Int($1.row.length) + 1 }
        let eventShare = Double(eventBytes) / Double(content.count)
        eventsPerByte = Double(rows.count) / Double(content.count)
        let otherPerByte = try Self.compressed(content, share: 1 - eventShare)
        secondsPerByte = classifying / Double(content.count)
        archivePerByte = otherPerByte
        if rows.isEmpty { return }

        // The last lines are encoded, twice: a first part of them tells what later lines add to the terms and values
        // that were met before, and its run wakes caches and allocator. The lines in front of them are the dictionary,
        // as the first 16 MiB of a partition are.
        var first = rows.count
        var bytes = 0
        while first > 0, rows.count - first < CutRules.chunkEvents,
            bytes < min(Self.encodedBytes, eventBytes / 2 + 1)
        {
            first -= 1
            bytes += Int(rows[first].row.length) + 1
        }
        let tail = rows[first...]
        let part = try Self.encode(Self.run(tail.prefix(max(1, tail.count / 2)), content), nil, worker)
        let coding = try LineCoding.choose(Self.run(rows[..<first], content))
        let all = try Self.encode(Self.run(tail, content), coding, worker)
        let share = eventShare / Double(all.raw)
        waitingPerByte = Double(all.waiting) * share
        secondsPerByte += all.seconds * share
        let grown = Double(max(1, all.raw - part.raw))
        let index = tail.count > 1 ? Double(all.index - part.index) / grown : Double(all.index) / Double(all.raw)
        archivePerByte += (Double(all.frames + all.fixed) / Double(all.raw) + max(0, index)) * eventShare
    }

    private struct Encoded {
        var raw: Int
        var seconds: Double
        /// Bytes of the blocks; of fingerprints, times and line numbers; of terms and compressed columns; of all as it waits.
        var frames: Int
        var fixed: Int
        var index: Int
        var waiting: Int
    }

    private static func encode(_ run: EventRun, _ coding: LineCoding?, _ worker: Worker) throws -> Encoded {
        let started = Clock.seconds()
        let span = try worker.encode(run, coding: coding, spill: { nil })
        let seconds = Clock.seconds() - started
        var all = Encoded(
            raw: run.memory.count, seconds: seconds, frames: 0, fixed: 0, index: 0, waiting: span.memoryBytes)
        var bytes: [UInt8] = []
        for chunk in span.chunks {
            func compressed(_ ranges: [Range<Int>]) throws -> Int {
                let compressor = try ZstdCompressor(level: 3)
                return try ranges.reduce(0) { sum, range in
                    try chunk.load(range, into: &bytes)
                    var out: [UInt8] = []
                    return sum
                        + (try bytes.withUnsafeBytes { try compressor.compress($0, dictionary: nil, appendTo: &out) })
                }
            }
            let columnsEnd = chunk.columns.last?.range.upperBound ?? chunk.termsRange.upperBound
            all.frames += chunk.framesRange.count
            all.fixed +=
                chunk.fingerprintsRange.count
                + (try compressed([chunk.linesRange, chunk.timesRange, chunk.nanosRange]))
            all.index += chunk.termsRange.count + (try compressed([chunk.termsRange.upperBound..<columnsEnd]))
        }
        return all
    }

    private static func events(of batch: LineBatch) -> [(row: EventRow, start: Int)] {
        batch.lines.enumerated().compactMap { number, info in
            guard info.kind == LineInfo.Kind.event.rawValue else { return nil }
            return (
                EventRow(
                    line: UInt64(number + 1), time: info.time, nanoseconds: Int32(info.nanoseconds),
                    length: UInt32(truncatingIfNeeded: info.length)), info.start
            )
        }
    }

    private static func run(_ rows: ArraySlice<(row: EventRow, start: Int)>, _ content: RawMemory) -> EventRun {
        let memory = RawMemory(capacity: rows.reduce(0) { $0 + Int($1.row.length) + 1 })
        for (row, start) in rows {
            let length = Int(row.length)
            (memory.base + memory.count).update(from: content.base + start, count: length)
            memory.base[memory.count + length] = 0x0A
            memory.count += length + 1
        }
        return EventRun(memory: memory, rows: ContiguousArray(rows.map(\.row)))
    }

    /// What lines that are not events take, for each byte of content.
    private static func compressed(_ content: RawMemory, share: Double) throws -> Double {
        guard share > 0.001 else { return 0 }
        var out: [UInt8] = []
        let count = min(content.count, 1 << 20)
        let bytes = UnsafeRawBufferPointer(start: content.base, count: count)
        let length = try ZstdCompressor(level: plainLevel).compress(bytes, dictionary: nil, appendTo: &out)
        return Double(length) / Double(count) * share
    }

    private mutating func lookAtTimes(_ times: [Int64]) {
        let day = 86_400_000_000.0
        guard times.count > 1 else { return }
        // Without the earliest and latest twentieth: a few late arrivals do not make a long span.
        let sorted = times.sorted()
        let cut = times.count / 20
        let kept = Double(times.count - 2 * cut) / Double(times.count)
        spanDays = (Double(sorted[times.count - 1 - cut]) - Double(sorted[cut])) / day / kept
        let back = zip(times, times.dropFirst()).count { Double($0) - Double($1) >= day }
        backwards = Double(back) / Double(times.count)
    }
}
