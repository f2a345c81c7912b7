import Archive
import Events

/// One field of the events that match a query.
public struct FieldSummary: Sendable {
    public var name: String
    /// Events that have a value of it (R16; also an object).
    public var events: UInt64
    /// Distinct texts of its values; items of lists count singly (R15, R19).
    public var distinct: Int
    /// What its values are, in the order of `FieldKind`.
    public var kinds: [FieldKind]
    /// Time of the earliest and of the latest dated event that has it, microseconds; nil if none is dated.
    public var times: ClosedRange<Int64>?
    /// Some of its distinct texts, early ones if that is cheap to tell, at most 3, each cut at 200 bytes.
    public var examples: [String]
}

/// What values are. A text that is an address or a time is told as such.
public enum FieldKind: String, Sendable, CaseIterable {
    case string, number, boolean, ip, time, object

    init?(_ kind: ValueKind, _ text: UnsafeRawBufferPointer) {
        switch kind {
        case .null: return nil
        case .object: self = .object
        case .number: self = .number
        case .boolean: self = .boolean
        case .string:
            // Neither an address nor a time is longer.
            if text.count > 64 {
                self = .string
            } else if IPAddress.parse(text) != nil {
                self = .ip
            } else {
                self = TimeText.parse(text) == nil ? .string : .time
            }
        }
    }
}

/// The fields of all matching events.
public struct FieldsResult: Sendable {
    /// By name, in the order of bytes.
    public var fields: [FieldSummary]
    /// Matching events: what shares refer to.
    public var events: UInt64
    public var partialLabels: [String]
    public var lost: [LostEvents]
}

extension Searcher {
    /// Lists every field of the matching events, exactly.
    ///
    /// Dictionaries are read where a column has one, lines for the rest. Many millions of distinct values take more than
    /// one pass.
    public func fieldSummaries() throws -> FieldsResult {
        let collector = FieldCollector()
        var result = FieldsResult(fields: [], events: 0, partialLabels: partialLabels, lost: [])
        var isFirst = true
        repeat {
            let pass = try forEachPartition { partition, reader, events in
                try collector.collect(events, of: partition, reader, by: self, countEvents: isFirst)
            }
            if isFirst { result.events = pass.hits }
            isFirst = false
        } while !collector.distinct.finishPass()
        result.fields = collector.summaries()
        result.lost = losses.lost
        return result
    }
}

/// What is known of one field.
private struct KnownField {
    var events: UInt64 = 0
    var kinds: Set<FieldKind> = []
    var first = Int64.max
    var last = Int64.min
    /// Distinct; of the first events that were seen.
    var examples: [String] = []

    static let examplesKept = 3
    private static let exampleBytes = 200

    mutating func seen(at time: Int64) {
        if time == undatedTime { return }
        first = min(first, time)
        last = max(last, time)
    }

    mutating func addExample(_ text: String) {
        guard examples.count < Self.examplesKept, !examples.contains(text) else { return }
        examples.append(text)
    }

    /// The beginning of the text, cut on the border of a scalar.
    static func example(_ text: UnsafeRawBufferPointer) -> String {
        guard text.count > exampleBytes else { return String(decoding: text, as: UTF8.self) }
        var end = exampleBytes
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: text[..<end], as: UTF8.self)
    }
}

/// What one block's lines tell of a field. All threads read blocks; what they find is united in whatever order.
private struct BlockFindings {
    var known = KnownField()
    var lastEvent: UInt64 = 0
    /// With the event that has it, ascending.
    var examples: [(event: UInt64, text: String)] = []

    /// Takes a value in; events come in ascending order.
    mutating func take(_ value: EventValue, of event: UInt64, at time: Int64) {
        if event != lastEvent {
            lastEvent = event
            known.events += 1
            known.seen(at: time)
        }
        if let found = FieldKind(value.kind, value.text) { known.kinds.insert(found) }
        guard value.kind != .object, examples.count < KnownField.examplesKept else { return }
        let text = KnownField.example(value.text)
        if !examples.contains(where: { $0.text == text }) { examples.append((event, text)) }
    }

    mutating func unite(_ other: BlockFindings) {
        known.events += other.known.events
        known.kinds.formUnion(other.known.kinds)
        known.first = min(known.first, other.known.first)
        known.last = max(known.last, other.known.last)
        uniteExamples(other.examples)
    }

    /// An event is in one block, so no two of both lists have one event.
    private mutating func uniteExamples(_ others: [(event: UInt64, text: String)]) {
        if examples.count == KnownField.examplesKept, let first = others.first, let last = examples.last,
            first.event > last.event
        {
            return
        }
        var (mine, theirs) = (examples[...], others[...])
        var united: [(event: UInt64, text: String)] = []
        while united.count < KnownField.examplesKept {
            let takesMine =
                theirs.isEmpty || !mine.isEmpty && mine[mine.startIndex].event < theirs[theirs.startIndex].event
            guard let next = takesMine ? mine.popFirst() : theirs.popFirst() else { break }
            if !united.contains(where: { $0.text == next.text }) { united.append(next) }
        }
        examples = united
    }
}

/// Gathers what is known of each field, partition by partition.
private final class FieldCollector {
    private struct Field {
        var name: String
        var known = KnownField()
    }

    private var fields: [Field] = []
    private var numbers: [[UInt8]: Int] = [:]
    private let entries = EntryDecoder()
    var distinct = DistinctCounter()

    func summaries() -> [FieldSummary] {
        var summaries: [FieldSummary] = []
        for (number, field) in fields.enumerated() where field.known.events > 0 {
            let known = field.known
            let count = number < distinct.counts.count ? distinct.counts[number] : 0
            summaries.append(
                FieldSummary(
                    name: field.name, events: known.events, distinct: count,
                    kinds: FieldKind.allCases.filter { known.kinds.contains($0) },
                    times: known.first <= known.last ? known.first...known.last : nil, examples: known.examples))
        }
        return summaries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    func collect(
        _ events: Bitmap, of partition: PartitionRecord, _ reader: PartitionReader, by searcher: Searcher,
        countEvents: Bool
    ) throws {
        var byLine: Set<Int> = []
        for field in try reader.fields() where field.events > 0 || field.objects {
            let number = number(of: field.name)
            if field.storage == .dictionary, !field.objects {
                // Values too long for a dictionary are told by their lines.
                let seen = try collect(field, number, events, reader, countEvents)
                if seen.isEmpty { continue }
                try collectLines(seen, [number], partition, reader, searcher, countEvents ? .values : .distinct)
            } else {
                byLine.insert(number)
            }
        }
        if byLine.isEmpty { return }
        try collectLines(events, byLine, partition, reader, searcher, countEvents ? .all : .distinct)
    }

    private func number(of name: String) -> Int {
        let key = Array(name.utf8)
        if let known = numbers[key] { return known }
        numbers[key] = fields.count
        fields.append(Field(name: name))
        return fields.count - 1
    }

    /// Reads a column; returns the matching events whose value only the line tells.
    private func collect(
        _ field: PartitionField, _ number: Int, _ events: Bitmap, _ reader: PartitionReader, _ countEvents: Bool
    ) throws -> Bitmap {
        var seeLine = Bitmap(eventCount: events.eventCount)
        guard field.entries >= 0, field.entries <= reader.events else {
            throw ArchiveError(.damaged, "impossible dictionary of \(field.name)", path: reader.path)
        }
        var isUsed = [Bool](repeating: false, count: field.entries + 2)
        var firstCodes: [UInt32] = []
        var count: UInt64 = 0
        for chunk in 0..<reader.seriesChunks {
            guard let cells = try reader.cells(of: field, chunk: chunk) else { continue }
            let first = UInt64(chunk * PartitionFormat.seriesChunk) + 1
            let last = first + UInt64(cells.count) - 1
            var next = events.next(after: first - 1)
            let times = countEvents ? try reader.series(.time, chunk: chunk) : []
            while let event = next, event <= last {
                let code = cells[Int(event - first)]
                next = events.next(after: event)
                if code == 0 { continue }
                count += 1
                if Int(event - first) < times.count { fields[number].known.seen(at: times[Int(event - first)]) }
                guard code > 1 else {
                    seeLine.set(event)
                    continue
                }
                guard Int(code) < isUsed.count else {
                    throw ArchiveError(.damaged, "impossible code in \(field.name)", path: reader.path)
                }
                if !isUsed[Int(code)] {
                    isUsed[Int(code)] = true
                    if firstCodes.count < KnownField.examplesKept { firstCodes.append(code) }
                }
            }
        }
        if countEvents { fields[number].known.events += count }
        var examples: [UInt32: [String]] = [:]
        try reader.forEachEntry(of: field) { code, entry in
            guard Int(code) < isUsed.count, isUsed[Int(code)] else { return }
            try entries.forEachValue(of: entry) { kind, text in
                if countEvents, let found = FieldKind(kind, text) { fields[number].known.kinds.insert(found) }
                distinct.insert(text, field: number)
                if firstCodes.contains(code) { examples[code, default: []].append(KnownField.example(text)) }
                return true
            }
        }
        for code in firstCodes { for text in examples[code] ?? [] { fields[number].known.addExample(text) } }
        return seeLine
    }

    /// What lines are asked for.
    private enum Wanted {
        /// Distinct values, as later passes need.
        case distinct
        /// Also kinds and examples: the events that have the field are known.
        case values
        case all
    }

    /// Reads lines, on all threads.
    private func collectLines(
        _ events: Bitmap, _ fieldNumbers: Set<Int>, _ partition: PartitionRecord, _ reader: PartitionReader,
        _ searcher: Searcher, _ wanted: Wanted
    ) throws {
        let mutex = Mutex()
        let startsExport = reader.firstLine == 1
        let numbers = numbers
        let hasher = distinct.hasher
        var all: [Int: BlockFindings] = [:]
        try searcher.forEachBlock(of: [(partition, events)]) { worker, _, block in
            let reader = try worker.pool.reader(of: partition)
            let decoder = EventDecoder()
            // Per field of the decoder, our number or -1.
            var known: [Int] = []
            var keys: [DistinctCounter.Key] = []
            var findings: [Int: BlockFindings] = [:]
            try block.forEachEvent(of: events) { event, position in
                try block.withLine(at: position) { line in
                    guard decoder.decode(line, isFirstLine: startsExport && event == 1) == nil else { return }
                    while known.count < decoder.fieldCount {
                        let number = numbers[Array(decoder.fieldName(known.count).utf8)]
                        known.append(number.map { fieldNumbers.contains($0) ? $0 : -1 } ?? -1)
                    }
                    let time = wanted == .all ? try reader.value(.time, event: Int(event)) : undatedTime
                    for value in decoder.values where value.kind != .null && known[value.field] >= 0 {
                        let number = known[value.field]
                        if wanted != .distinct {
                            findings[number, default: BlockFindings()].take(value, of: event, at: time)
                        }
                        guard value.kind != .object else { continue }
                        if let key = hasher.key(value.text, field: number) { keys.append(key) }
                    }
                }
            }
            mutex.withLock {
                for key in keys { distinct.insert(key) }
                for (number, found) in findings { all[number, default: BlockFindings()].unite(found) }
            }
        }
        for (number, found) in all {
            if wanted == .all { fields[number].known.events += found.known.events }
            fields[number].known.kinds.formUnion(found.known.kinds)
            fields[number].known.first = min(fields[number].known.first, found.known.first)
            fields[number].known.last = max(fields[number].known.last, found.known.last)
            for example in found.examples { fields[number].known.addExample(example.text) }
        }
    }
}
