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
    /// The first distinct texts met, at most 3, each cut at 200 bytes.
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

/// Gathers what is known of each field, partition by partition.
private final class FieldCollector {
    private struct Field {
        var name: String
        var events: UInt64 = 0
        var kinds: Set<FieldKind> = []
        var first = Int64.max
        var last = Int64.min
        var examples: [String] = []

        mutating func seen(at time: Int64) {
            if time == undatedTime { return }
            first = min(first, time)
            last = max(last, time)
        }
    }

    private static let examplesKept = 3
    private static let exampleBytes = 200

    private var fields: [Field] = []
    private var numbers: [[UInt8]: Int] = [:]
    private let entries = EntryDecoder()
    var distinct = DistinctCounter()

    func summaries() -> [FieldSummary] {
        var summaries: [FieldSummary] = []
        for (number, field) in fields.enumerated() where field.events > 0 {
            let count = number < distinct.counts.count ? distinct.counts[number] : 0
            summaries.append(
                FieldSummary(
                    name: field.name, events: field.events, distinct: count,
                    kinds: FieldKind.allCases.filter { field.kinds.contains($0) },
                    times: field.first <= field.last ? field.first...field.last : nil, examples: field.examples))
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
                if countEvents {
                    try collectLines(seen, [number], partition, reader, searcher, countEvents: false)
                } else {
                    try recountLines(seen, [number], partition, reader, searcher)
                }
            } else {
                byLine.insert(number)
            }
        }
        if byLine.isEmpty { return }
        if countEvents {
            try collectLines(events, byLine, partition, reader, searcher, countEvents: true)
        } else {
            try recountLines(events, byLine, partition, reader, searcher)
        }
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
                if Int(event - first) < times.count { fields[number].seen(at: times[Int(event - first)]) }
                guard code > 1 else {
                    seeLine.set(event)
                    continue
                }
                guard Int(code) < isUsed.count else {
                    throw ArchiveError(.damaged, "impossible code in \(field.name)", path: reader.path)
                }
                if !isUsed[Int(code)] {
                    isUsed[Int(code)] = true
                    if firstCodes.count < Self.examplesKept { firstCodes.append(code) }
                }
            }
        }
        if countEvents { fields[number].events += count }
        var examples: [UInt32: [String]] = [:]
        try reader.forEachEntry(of: field) { code, entry in
            guard Int(code) < isUsed.count, isUsed[Int(code)] else { return }
            try entries.forEachValue(of: entry) { kind, text in
                if countEvents, let found = FieldKind(kind, text) { fields[number].kinds.insert(found) }
                distinct.insert(text, field: number)
                if firstCodes.contains(code) { examples[code, default: []].append(Self.example(text)) }
                return true
            }
        }
        for code in firstCodes { for text in examples[code] ?? [] { addExample(text, to: number) } }
        return seeLine
    }

    private func collectLines(
        _ events: Bitmap, _ wanted: Set<Int>, _ partition: PartitionRecord, _ reader: PartitionReader,
        _ searcher: Searcher, countEvents: Bool
    ) throws {
        let decoder = EventDecoder()
        // Per field of the decoder, our number or -1.
        var known: [Int] = []
        var lastEvent: [Int: UInt64] = [:]
        try searcher.forEachLine(of: events, in: partition) { event, line in
            guard decoder.decode(line, isFirstLine: reader.isFirstLine(Int(event))) == nil else { return }
            while known.count < decoder.fieldCount {
                let number = numbers[Array(decoder.fieldName(known.count).utf8)]
                known.append(number.map { wanted.contains($0) ? $0 : -1 } ?? -1)
            }
            for value in decoder.values where value.kind != .null && known[value.field] >= 0 {
                let number = known[value.field]
                if countEvents, lastEvent.updateValue(event, forKey: number) != event {
                    fields[number].events += 1
                    fields[number].seen(at: try reader.value(.time, event: Int(event)))
                }
                if let found = FieldKind(value.kind, value.text) { fields[number].kinds.insert(found) }
                guard value.kind != .object else { continue }
                distinct.insert(value.text, field: number)
                if fields[number].examples.count < Self.examplesKept {
                    addExample(Self.example(value.text), to: number)
                }
            }
        }
    }

    /// Only distinct values, as later passes need: in any order, so on all threads.
    private func recountLines(
        _ events: Bitmap, _ wanted: Set<Int>, _ partition: PartitionRecord, _ reader: PartitionReader,
        _ searcher: Searcher
    ) throws {
        let mutex = Mutex()
        let startsExport = reader.firstLine == 1
        let numbers = numbers
        let hasher = distinct.hasher
        try searcher.forEachBlock(of: [(partition, events)]) { _, _, block in
            let decoder = EventDecoder()
            var known: [Int] = []
            var keys: [DistinctCounter.Key] = []
            block.forEachEvent(of: events) { event, position in
                block.withLine(at: position) { line in
                    guard decoder.decode(line, isFirstLine: startsExport && event == 1) == nil else { return }
                    while known.count < decoder.fieldCount {
                        let number = numbers[Array(decoder.fieldName(known.count).utf8)]
                        known.append(number.map { wanted.contains($0) ? $0 : -1 } ?? -1)
                    }
                    for value in decoder.values
                    where value.kind != .null && value.kind != .object && known[value.field] >= 0 {
                        if let key = hasher.key(value.text, field: known[value.field]) { keys.append(key) }
                    }
                }
            }
            mutex.withLock { for key in keys { distinct.insert(key) } }
        }
    }

    private func addExample(_ text: String, to number: Int) {
        guard fields[number].examples.count < Self.examplesKept else { return }
        if !fields[number].examples.contains(text) { fields[number].examples.append(text) }
    }

    /// The beginning of the text, cut on the border of a scalar.
    private static func example(_ text: UnsafeRawBufferPointer) -> String {
        guard text.count > exampleBytes else { return String(decoding: text, as: UTF8.self) }
        var end = exampleBytes
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: text[..<end], as: UTF8.self)
    }
}
