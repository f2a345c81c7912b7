import Archive
import Events

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
        guard let values = try mergeable(field, mayHoldObjects: false, key) else { return nil }
        let numbers = try merged(values) { part in
            var count = 0
            part { _, _ in count += 1 }
            return count
        }
        return DistinctCount(distinct: numbers.reduce(0, +), events: values.events, lost: losses.lost)
    }

    /// As `top`; nil if it cannot be had from sorted dictionaries alone.
    func mergedTop(_ field: String, limit: Int, rare: Bool) throws -> TopValues? {
        guard let values = try mergeable(field, mayHoldObjects: true, .text) else { return nil }
        let ranked = try merged(values) { part in
            var ranked = RankedTexts(limit: limit, rare: rare)
            part { ranked.add($0, $1) }
            return ranked
        }
        return RankedTexts.joined(
            ranked, missing: values.missing, limit: limit, rare: rare, events: values.events, lost: losses.lost)
    }

    /// All values of a field with their events; nil if they cannot be had from sorted dictionaries alone.
    public func keyCounts(of field: String, key: ValueKey) throws -> KeyCounts? {
        let mayHoldObjects = if case .text = key { true } else { false }
        guard let values = try mergeable(field, mayHoldObjects: mayHoldObjects, key) else { return nil }
        let parts = try merged(values) { part in
            var entries: [SortedEntries.Entry] = []
            part { text, count in
                guard let start = text.baseAddress else { return }
                entries.append(SortedEntries.Entry(start: start, length: text.count, count: count))
            }
            return entries
        }
        return KeyCounts(
            parts, in: values.streams, missing: values.missing, events: values.events, lost: losses.lost)
    }

    /// What partitions know of a field's values.
    private struct MergeableValues {
        var streams: [SortedEntries]
        /// Events without a value.
        var missing: UInt64
        var events: UInt64
    }

    /// Calls `reduce` with each part of the merged values, side by side; a part calls its argument with each text, ascending,
    /// and the text's events.
    private func merged<Result>(
        _ values: MergeableValues,
        _ reduce: @Sendable (_ part: ((UnsafeRawBufferPointer, UInt64) -> Void) -> Void) -> Result
    ) throws -> [Result] {
        try explanationBuilder.timing("merge") {
            let merge = EntryMerge(streams: values.streams)
            let parts = merge.parts(crew.width)
            let results = Places<Result?>(parts.map { _ in nil })
            try crew.share(parts.count) { _, number in
                results[number] = reduce { merge.forEach(parts[number], $0) }
            }
            return results.values.compactMap(\.self)
        }
    }

    /// Partitions keep their values sorted, so that all together are a merge: no value is hashed, and none is looked at twice.
    private func mergeable(_ name: String, mayHoldObjects: Bool, _ key: ValueKey) throws -> MergeableValues? {
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
        return explanationBuilder.timing("merge") {
            var missing: UInt64 = 0
            for other in others { missing += other.missing }
            streams.append(OtherValues.sorted(others))
            return MergeableValues(streams: streams, missing: missing, events: events)
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
            guard let stored = try reader.storedCells(of: field, chunk: chunk, in: scratch.cells) else {
                var next: UInt64? = start
                while let event = next, event < end {
                    counts[0] += 1
                    next = events.next(after: event)
                }
                continue
            }
            let before = counts[1]
            var isPossible = stored.count == length
            if isAll {
                isPossible = isPossible && stored.count(into: &counts)
            } else if isPossible, let cells = stored.expanded() {
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
            guard counts[1] > before, let cells = stored.expanded() else { continue }
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
            block.forEachEvent(of: events) { event, position in
                block.withLine(at: position) { line in
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
