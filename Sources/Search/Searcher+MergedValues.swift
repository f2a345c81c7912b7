import Archive
import Events

/// The values of one field, most or least frequent, and how many there are.
public struct TopValues: Sendable {
    /// In their order; a missing value is a group of its own.
    public var groups: [EventGroup]
    /// Distinct values.
    public var distinct: Int
    /// All groups.
    public var count: Int
    /// Matching events.
    public var events: UInt64
    /// Not empty: the counts are lower bounds.
    public var lost: [LostEvents]

    public init(groups: [EventGroup], distinct: Int, count: Int, events: UInt64, lost: [LostEvents]) {
        self.groups = groups
        self.distinct = distinct
        self.count = count
        self.events = events
        self.lost = lost
    }
}

/// Which value an event has for a count.
public enum ValueKey: Sendable {
    /// Its text, whatever its kind (`top` does not tell kinds apart).
    case text
    /// Adds the bytes that are equal for equal values, of a plain string its text in quotation marks; false: it has none,
    /// and nothing was added.
    case typed(@Sendable (ValueKind, UnsafeRawBufferPointer, inout [UInt8]) -> Bool)

    func append(_ kind: ValueKind, _ text: UnsafeRawBufferPointer, to key: inout [UInt8]) -> Bool {
        switch self {
        case .text:
            key.append(0x22)
            key += text
            key.append(0x22)
            return true
        case .typed(let append): return append(kind, text, &key)
        }
    }
}

extension Searcher {
    /// Dictionaries are merged if there are no more than this: each stays in memory.
    private static let mostDictionaries = 64
    private static let dictionaryMemory = 200 << 20
    /// Events of a partition whose value only the line tells: with more it is quicker to read lines alone.
    private static let mostLines = 4_096

    /// The dictionaries of a field cannot be merged: another way must be taken.
    private struct NotMergeable: Error {}

    /// The number of distinct values of a field; nil if it cannot be had from sorted dictionaries alone.
    public func distinctValues(of field: String, key: ValueKey) throws -> DistinctCount? {
        try mergedValues(of: field, limit: 0, rare: false, mayHoldObjects: false, key).map {
            DistinctCount(distinct: $0.distinct, events: $0.events, lost: $0.lost)
        }
    }

    /// As `top`; nil if it cannot be had from sorted dictionaries alone.
    func mergedTop(_ field: String, limit: Int, rare: Bool) throws -> TopValues? {
        try mergedValues(of: field, limit: limit, rare: rare, mayHoldObjects: true, .text)
    }

    /// Partitions keep their values sorted, so that all together are a merge: no value is hashed, and none is looked at twice.
    private func mergedValues(
        of name: String, limit: Int, rare: Bool, mayHoldObjects: Bool, _ key: ValueKey
    ) throws -> TopValues? {
        guard candidates.count <= Self.mostDictionaries, let first = candidates.first else { return nil }
        let isFit = try guarding(first) {
            try Self.isMergeable(try crew.workers[0].pool.reader(of: first).field(named: name), mayHoldObjects)
        }
        guard isFit != false else { return nil }
        let others = crew.workers.map { _ in OtherValues() }
        var streams: [SortedEntries] = []
        var events: UInt64 = 0
        do {
            for batch in batches(of: candidates) {
                let matching = try matchesOnce(in: batch)
                for case let some? in matching { events += some.count }
                let found = Places<[SortedEntries]>(batch.map { _ in [] })
                try explanationBuilder.timing("count") {
                    try crew.share(batch) { worker, number in
                        guard let some = matching[number], !some.isEmpty else { return }
                        try guarding(batch[number]) {
                            found[number] = try collect(
                                name, some, batch[number], worker, mayHoldObjects, others[worker.number], key)
                        }
                    }
                }
                streams += found.values.joined()
                let memory = streams.reduce(0) { $0 + $1.memory } + others.reduce(0) { $0 + $1.memory }
                guard memory <= Self.dictionaryMemory else { throw NotMergeable() }
            }
        } catch is NotMergeable {
            return nil
        }
        return try explanationBuilder.timing("merge") {
            var missing: UInt64 = 0
            for other in others { missing += other.missing }
            streams.append(OtherValues.sorted(others))
            let merge = EntryMerge(streams: streams)
            let parts = merge.parts(crew.width)
            let results = Places<RankedTexts>(parts.map { _ in RankedTexts(limit: limit, rare: rare) })
            try crew.share(parts.count) { _, number in
                var ranked = RankedTexts(limit: limit, rare: rare)
                merge.forEach(parts[number]) { ranked.add($0, $1) }
                results[number] = ranked
            }
            return RankedTexts.joined(
                results.values, missing: missing, limit: limit, rare: rare, events: events, lost: losses.lost)
        }
    }

    private static func isMergeable(_ field: PartitionField?, _ mayHoldObjects: Bool) throws -> Bool {
        guard let field else { return true }
        if field.objects, !mayHoldObjects { return false }
        return field.events == 0 || field.storage == .dictionary
    }

    /// The plain strings of a partition, and its other scalars whose keys ascend as they do: as a rule all numbers. What
    /// is neither goes to `other`.
    private func collect(
        _ name: String, _ events: Bitmap, _ partition: PartitionRecord, _ worker: SearchWorker, _ mayHoldObjects: Bool,
        _ other: OtherValues, _ key: ValueKey
    ) throws -> [SortedEntries] {
        let reader = try worker.pool.reader(of: partition)
        let field = try reader.field(named: name)
        if field != nil { explanationBuilder.met(field: name) }
        guard try Self.isMergeable(field, mayHoldObjects) else { throw NotMergeable() }
        guard let field, field.events > 0 else {
            other.missing += events.count
            return []
        }
        guard field.entries >= 0, field.entries <= reader.events else {
            throw ArchiveError(.damaged, "impossible dictionary of \(name)", path: reader.path)
        }
        let scratch = worker.scratch
        let seeLine = try count(events, field, reader, scratch)
        let counts = scratch.counts
        guard seeLine.count <= Self.mostLines else { throw NotMergeable() }
        let strings = SortedEntries(texts: field.entries)
        let scalars = SortedEntries()
        let decoder = EntryDecoder()
        var keys = ValueKeys(key)
        try reader.forEachPart(of: field, allocate: strings.allocate) { part in
            try part.forEachEntry { code, entry in
                guard Int(code) < counts.count, counts[Int(code)] > 0 else { return }
                let count = counts[Int(code)]
                keys.removeAll()
                if let (kind, text) = decoder.plainValue(of: entry) {
                    if kind == .string {
                        guard strings.append(lying: entry, count) else { throw Self.notSorted(name, reader) }
                        return
                    }
                    // No byte of a number is smaller than the quotation mark: in quotation marks the order is the same.
                    if case .text = key, scalars.append(quoting: text, count) { return }
                    keys.add(kind, text)
                    if let key = keys.first, key.withUnsafeBytes({ scalars.append($0, count) }) { return }
                } else {
                    try decoder.forEachValue(of: entry) { kind, text in
                        keys.add(kind, text)
                        return true
                    }
                }
                other.add(keys, count)
            }
        }
        other.missing += counts[0]
        if !seeLine.isEmpty { try collectLines(name, seeLine, partition, reader, other, key) }
        return [strings, scalars].filter { $0.count > 0 }
    }

    private static func notSorted(_ name: String, _ reader: PartitionReader) -> ArchiveError {
        ArchiveError(.damaged, "the dictionary of \(name) is not sorted", path: reader.path)
    }

    /// Counts events by code, in the scratch; returns those of which only the line tells the value.
    private func count(
        _ events: Bitmap, _ field: PartitionField, _ reader: PartitionReader, _ scratch: ColumnScratch
    ) throws -> Bitmap {
        var counts: [UInt64] = []
        swap(&counts, &scratch.counts)
        defer { swap(&counts, &scratch.counts) }
        counts.removeAll(keepingCapacity: true)
        counts.append(contentsOf: repeatElement(0, count: field.entries + 2))
        var seeLine = Bitmap(eventCount: events.eventCount)
        let isAll = events.count == events.eventCount
        for chunk in 0..<reader.seriesChunks {
            let first = UInt64(chunk * PartitionFormat.seriesChunk) + 1
            let length = min(PartitionFormat.seriesChunk, reader.events - Int(first) + 1)
            let end = first + UInt64(length)
            guard let start = events.next(after: first - 1), start < end else { continue }
            guard let cells = try reader.cells(of: field, chunk: chunk, in: scratch.cells) else {
                var next: UInt64? = start
                while let event = next, event < end {
                    counts[0] += 1
                    next = events.next(after: event)
                }
                continue
            }
            let before = counts[1]
            var isPossible = cells.count == length
            if isAll {
                isPossible = isPossible && cells.count(into: &counts)
            } else {
                var next: UInt64? = start
                while isPossible, let event = next, event < end {
                    let code = Int(cells[Int(event - first)])
                    isPossible = code < counts.count
                    if isPossible { counts[code] &+= 1 }
                    next = events.next(after: event)
                }
            }
            guard isPossible else {
                throw ArchiveError(.damaged, "the column of \(field.name) is impossible", path: reader.path)
            }
            guard counts[1] > before else { continue }
            var next: UInt64? = start
            while let event = next, event < end {
                if cells[Int(event - first)] == 1 { seeLine.set(event) }
                next = events.next(after: event)
            }
        }
        return seeLine
    }

    private func collectLines(
        _ name: String, _ events: Bitmap, _ partition: PartitionRecord, _ reader: PartitionReader, _ other: OtherValues,
        _ key: ValueKey
    ) throws {
        let decoder = EventDecoder()
        let field = decoder.registerField(name)
        var keys = ValueKeys(key)
        try blocks(of: partition, reader).forEachBlock(of: events) { block in
            block.forEachEvent(of: events) { event in
                block.withLine(Int(event)) { line in
                    guard decoder.decode(line, isFirstLine: event == 1 && reader.firstLine == 1) == nil else { return }
                    keys.removeAll()
                    for value in decoder.values where value.field == field { keys.add(value.kind, value.text) }
                    other.add(keys, 1)
                }
            }
            return true
        }
    }
}

/// The distinct keys of one event's values, or of one entry of a dictionary; their memory is used again.
private struct ValueKeys {
    private let key: ValueKey
    private var keys: [[UInt8]] = [[]]
    private(set) var count = 0

    init(_ key: ValueKey) {
        self.key = key
    }

    var first: [UInt8]? { count > 0 ? keys[0] : nil }

    mutating func removeAll() { count = 0 }

    mutating func add(_ kind: ValueKind, _ text: UnsafeRawBufferPointer) {
        guard kind != .null, kind != .object else { return }
        if count == keys.count { keys.append([]) }
        keys[count].removeAll(keepingCapacity: true)
        guard key.append(kind, text, to: &keys[count]), !keys[..<count].contains(keys[count]) else { return }
        count += 1
    }

    func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
        for place in 0..<count { keys[place].withUnsafeBytes(body) }
    }
}

/// Values that are no plain scalars of a dictionary in ascending order, of one worker.
///
/// `@unchecked` is safe: filled by one thread, read when it has ended.
private final class OtherValues: @unchecked Sendable {
    private let table = ValueTable()
    private var counts: [UInt64] = []
    /// Events without a value.
    var missing: UInt64 = 0

    var memory: Int { table.memory + 8 * counts.capacity }

    /// Counts events under each of their distinct values.
    func add(_ keys: ValueKeys, _ count: UInt64) {
        if keys.count == 0 { missing += count }
        keys.forEach { add($0, count) }
    }

    private func add(_ key: UnsafeRawBufferPointer, _ count: UInt64) {
        let number = Int(table.intern(key))
        if number > counts.count { counts.append(0) }
        counts[number - 1] += count
    }

    static func sorted(_ all: [OtherValues]) -> SortedEntries {
        let joined = OtherValues()
        for other in all {
            for (place, count) in other.counts.enumerated() {
                other.table.withText(UInt32(place + 1)) { joined.add($0, count) }
            }
        }
        let entries = SortedEntries()
        let order = joined.counts.indices.sorted { joined.table.isSmaller(UInt32($0 + 1), than: UInt32($1 + 1)) }
        for place in order {
            _ = joined.table.withText(UInt32(place + 1)) { entries.append($0, joined.counts[place]) }
        }
        return entries
    }
}

/// The best texts by their counts, and the number of all.
private struct RankedTexts {
    private struct Ranked: Comparable {
        var rank: UInt64
        var count: UInt64
        /// Nil: events without a value.
        var text: [UInt8]?

        static func < (a: Ranked, b: Ranked) -> Bool {
            if a.rank != b.rank { return a.rank < b.rank }
            guard let x = a.text, let y = b.text else { return a.text != nil && b.text == nil }
            return x.lexicographicallyPrecedes(y)
        }
    }

    private let rare: Bool
    private var best: BoundedHeap<Ranked>
    private(set) var distinct = 0
    private let limit: Int

    init(limit: Int, rare: Bool) {
        self.rare = rare
        self.limit = limit
        best = BoundedHeap(capacity: max(1, limit))
    }

    private func rank(_ count: UInt64) -> UInt64 { rare ? count : ~count }

    /// - Parameter entry: the text in quotation marks, greater than all before.
    mutating func add(_ entry: UnsafeRawBufferPointer, _ count: UInt64) {
        distinct += 1
        guard limit > 0 else { return }
        let rank = rank(count)
        // Of the same rank, those that are there come first.
        if best.isFull, let worst = best.worst, rank >= worst.rank { return }
        best.insert(Ranked(rank: rank, count: count, text: Array(entry[1..<entry.count - 1])))
    }

    static func joined(
        _ parts: [RankedTexts], missing: UInt64, limit: Int, rare: Bool, events: UInt64, lost: [LostEvents]
    ) -> TopValues {
        var all = RankedTexts(limit: limit, rare: rare)
        for part in parts {
            all.distinct += part.distinct
            for one in part.best.elements { all.best.insert(one) }
        }
        if missing > 0 { all.best.insert(Ranked(rank: all.rank(missing), count: missing, text: nil)) }
        let groups =
            limit == 0
            ? []
            : all.best.elements.sorted().map { one in
                EventGroup(interval: nil, values: [one.text], count: one.count, times: nil)
            }
        return TopValues(
            groups: groups, distinct: all.distinct, count: all.distinct + (missing > 0 ? 1 : 0), events: events,
            lost: lost)
    }
}
