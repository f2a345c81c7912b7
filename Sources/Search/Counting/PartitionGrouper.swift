import Archive
import Events

/// Counts the matching events of one partition by group: by the codes of columns, and by lines where only they tell.
struct PartitionGrouper {
    let reader: PartitionReader
    let grouping: Grouping
    /// Beginnings of the intervals; empty: not counted by time.
    let intervals: [Int64]
    let table: GroupTable
    /// Throws if the groups take too much memory.
    let checkMemory: () throws -> Void

    /// One key of a tuple.
    private enum Key {
        case interval
        case column(PartitionField)
        /// No event here has the field.
        case absent
    }

    /// - Parameter table: where the groups are added.
    init(
        _ reader: PartitionReader, _ grouping: Grouping, intervals: [Int64], table: GroupTable,
        checkMemory: @escaping () throws -> Void
    ) {
        self.checkMemory = checkMemory
        self.reader = reader
        self.grouping = grouping
        self.intervals = intervals
        self.table = table
    }

    /// Counts by columns. Returns the events that are left for `countLines`.
    func countColumns(_ events: Bitmap) throws -> Bitmap {
        guard let keys = try keys() else { return events }
        return try countCodes(events, keys)
    }

    /// Nil: a field has no column here.
    private func keys() throws -> [Key]? {
        if grouping.fromLines { return nil }
        var keys: [Key] = grouping.intervals == nil ? [] : [.interval]
        for name in grouping.fields {
            let known = try reader.field(named: name)
            if grouping.onlyStrings, known?.objects == true { throw OtherKinds() }
            guard let field = known, field.events > 0 else {
                keys.append(.absent)
                continue
            }
            guard field.storage != .lines else { return nil }
            guard field.entries >= 0, field.entries <= reader.events else {
                throw ArchiveError(.damaged, "impossible dictionary of \(name)", path: reader.path)
            }
            keys.append(.column(field))
        }
        return keys
    }

    // MARK: Codes

    /// Returns the events of which a column does not tell the value.
    private func countCodes(_ events: Bitmap, _ keys: [Key]) throws -> Bitmap {
        var seeLine = Bitmap(eventCount: events.eventCount)
        var tuples = TupleCounts(width: keys.count)
        let limits = keys.map { if case .column(let field) = $0 { field.entries + 2 } else { Int.max } }
        let isAll = events.count == events.eventCount
        var dense = isAll && !grouping.wantsTimes ? PairCounts(limits) : nil
        var tuple = [UInt32](repeating: 0, count: keys.count)
        let memory = keys.map { _ in CellMemory() }
        var finder = IntervalFinder(intervals)
        for chunk in 0..<reader.seriesChunks {
            let first = UInt64(chunk * PartitionFormat.seriesChunk) + 1
            let length = min(PartitionFormat.seriesChunk, reader.events - Int(first) + 1)
            if !isAll, events.next(after: first - 1).map({ $0 >= first + UInt64(length) }) ?? true { continue }
            let times = try times(chunk, length)
            let codes = try zip(keys, memory).map { try self.codes($0, chunk, length, in: $1) }
            if dense != nil {
                let isSound =
                    dense?.add(codes[0].cells, codes[1].cells, length) { seeLine.set(first + UInt64($0)) } ?? false
                guard isSound else {
                    throw ArchiveError(.damaged, "a column has an impossible code", path: reader.path)
                }
                continue
            }
            let wanted = events
            func take(_ offset: Int) throws {
                for key in tuple.indices {
                    switch codes[key] {
                    case .none: tuple[key] = 0
                    case .intervals: tuple[key] = finder.number(of: times[offset])
                    case .cells(let cells):
                        let code = cells[offset]
                        tuple[key] = code
                        guard code < limits[key] else {
                            throw ArchiveError(.damaged, "a column has an impossible code", path: reader.path)
                        }
                        if code == 1 { return seeLine.set(first + UInt64(offset)) }
                    }
                }
                let time = grouping.wantsTimes ? times[offset] : undatedTime
                tuple.withUnsafeBufferPointer { tuples.add($0, time: time == undatedTime ? nil : time) }
            }
            if isAll {
                for offset in 0..<length { try take(offset) }
            } else {
                var next = wanted.next(after: first - 1)
                while let event = next, event < first + UInt64(length) {
                    try take(Int(event - first))
                    next = wanted.next(after: event)
                }
            }
        }
        withExtendedLifetime(memory) {}
        dense?.forEach { first, second, count in
            (tuple[0], tuple[1]) = (first, second)
            tuple.withUnsafeBufferPointer { tuples.add($0, TupleCounts.Tally(count: count)) }
        }
        var needed = limits.map { Array(repeating: false, count: $0 == Int.max ? 0 : $0) }
        for number in tuples.tallies.indices where tuples.tallies[number].count > 0 {
            tuples.withTuple(number) { tuple in
                for key in needed.indices where !needed[key].isEmpty { needed[key][Int(tuple[key])] = true }
            }
        }
        try translate(tuples, keys, needed)
        return seeLine
    }

    private func times(_ chunk: Int, _ length: Int) throws -> [Int64] {
        guard grouping.wantsTimes || grouping.intervals != nil else { return [] }
        let times = try reader.series(.time, chunk: chunk)
        guard times.count == length else { throw ArchiveError(.damaged, "times are missing", path: reader.path) }
        return times
    }

    /// The numbers of one key in a chunk.
    private enum Codes {
        /// 0 for every event.
        case none
        /// By the event's time.
        case intervals
        case cells(CodeCells)

        var cells: CodeCells? { if case .cells(let cells) = self { cells } else { nil } }
    }

    /// - Parameter memory: in which they lie.
    private func codes(_ key: Key, _ chunk: Int, _ length: Int, in memory: CellMemory) throws -> Codes {
        switch key {
        case .absent: return .none
        case .interval: return .intervals
        case .column(let field):
            guard let cells = try reader.cells(of: field, chunk: chunk, in: memory) else { return .none }
            guard cells.count == length else {
                throw ArchiveError(.damaged, "the column of \(field.name) is too short", path: reader.path)
            }
            return .cells(cells)
        }
    }

    /// Enters what was counted by codes under the values that the codes stand for.
    private func translate(_ tuples: TupleCounts, _ keys: [Key], _ needed: [[Bool]]) throws {
        let shift = table.hasIntervals ? 1 : 0
        var values: [CodeValues?] = []
        for (place, key) in keys.enumerated() {
            if case .column(let field) = key {
                values.append(
                    try CodeValues(
                        field, of: reader, isNeeded: needed[place], onlyStrings: grouping.onlyStrings,
                        into: table.values[place - shift]))
            } else {
                values.append(nil)
            }
        }
        var tuple = [UInt32](repeating: 0, count: keys.count)
        func expand(_ codes: UnsafeBufferPointer<UInt32>, from place: Int, _ tally: TupleCounts.Tally) {
            guard place < codes.count else { return tuple.withUnsafeBufferPointer { table.add($0, tally) } }
            guard let column = values[place], codes[place] != 0 else {
                tuple[place] = codes[place]
                return expand(codes, from: place + 1, tally)
            }
            column.forEach(codes[place]) {
                tuple[place] = $0
                expand(codes, from: place + 1, tally)
            }
        }
        for (number, tally) in tuples.tallies.enumerated() where tally.count > 0 {
            tuples.withTuple(number) { expand($0, from: 0, tally) }
        }
    }

    private func intern(_ value: EventValue, _ place: Int) -> UInt32 {
        value.isSpelled ? table.values[place].intern(spelled: value.text) : table.values[place].intern(value.text)
    }

    // MARK: Lines

    /// As `countLines` for one key that is a field, without times.
    private func countLinesOfOneField(
        _ events: Bitmap, _ lines: (Bitmap, (UInt64, UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let decoder = EventDecoder(keepsEscapes: true)
        let field = decoder.registerField(grouping.fields[0])
        let (table, values) = (table, table.values[0])
        let tally = TupleCounts.Tally(count: 1)
        func add(_ number: UInt32) {
            withUnsafePointer(to: number) { table.add(UnsafeBufferPointer(start: $0, count: 1), tally) }
        }
        // Of events with one long text.
        var digests: [(UInt64, UInt64)] = []
        digests.reserveCapacity(Self.digestBatch)
        func flush() {
            if !digests.isEmpty { values.intern(digests: digests, add) }
            digests.removeAll(keepingCapacity: true)
        }
        var first: UInt32 = 0
        var others: [UInt32] = []
        var seen = 0
        try lines(events) { event, line in
            seen += 1
            if seen & 1_023 == 0 { try checkMemory() }
            guard decoder.decode(line, isFirstLine: event == 1 && reader.firstLine == 1) == nil else { return }
            first = 0
            var long: (UInt64, UInt64)?
            for value in decoder.values where value.field == field && value.kind.isCounted {
                if grouping.onlyStrings, value.kind != .string { throw OtherKinds() }
                // As a rule there is one value: it is numbered later, with many others.
                if first == 0, long == nil, value.isSpelled, let digest = values.digest(spelled: value.text) {
                    long = digest
                    continue
                }
                if let digest = long {
                    values.intern(digests: [digest]) { first = $0 }
                    long = nil
                }
                let number = value.isSpelled ? values.intern(spelled: value.text) : values.intern(value.text)
                if first == 0 {
                    first = number
                } else if number != first, !others.contains(number) {
                    others.append(number)
                }
            }
            if let long {
                digests.append(long)
                if digests.count == Self.digestBatch { flush() }
                return
            }
            add(first)
            if others.isEmpty { return }
            for number in others { add(number) }
            others.removeAll(keepingCapacity: true)
        }
        flush()
    }

    private static let digestBatch = 1_024

    /// - Parameter lines: calls its body with the number and the line of each of the events it is given.
    func countLines(
        _ events: Bitmap, _ lines: (Bitmap, (UInt64, UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let needsTime = grouping.wantsTimes || table.hasIntervals
        if !needsTime, grouping.fields.count == 1 { return try countLinesOfOneField(events, lines) }
        let decoder = EventDecoder(keepsEscapes: true)
        let fields = grouping.fields.map { decoder.registerField($0) }
        let shift = table.hasIntervals ? 1 : 0
        var finder = IntervalFinder(intervals)
        var numbers: [[UInt32]] = Array(repeating: [], count: fields.count)
        var tuple = [UInt32](repeating: 0, count: table.width)
        func expand(from place: Int, _ tally: TupleCounts.Tally) {
            guard place < numbers.count else { return tuple.withUnsafeBufferPointer { table.add($0, tally) } }
            for number in numbers[place].isEmpty ? [0] : numbers[place] {
                tuple[place + shift] = number
                expand(from: place + 1, tally)
            }
        }
        var seen = 0
        try lines(events) { event, line in
            seen += 1
            if seen & 1_023 == 0 { try checkMemory() }
            let isFirst = event == 1 && reader.firstLine == 1
            guard decoder.decode(line, isFirstLine: isFirst) == nil else { return }
            for place in numbers.indices { numbers[place].removeAll(keepingCapacity: true) }
            for value in decoder.values where value.kind.isCounted {
                for place in fields.indices where fields[place] == value.field {
                    let number = intern(value, place)
                    if !numbers[place].contains(number) { numbers[place].append(number) }
                }
            }
            let time = needsTime ? try reader.value(.time, event: Int(event)) : undatedTime
            if table.hasIntervals { tuple[0] = finder.number(of: time) }
            var tally = TupleCounts.Tally(count: 1)
            if grouping.wantsTimes, time != undatedTime { (tally.first, tally.last) = (time, time) }
            expand(from: 0, tally)
        }
    }
}

extension ValueKind {
    /// Whether it is a value of its own for counts.
    fileprivate var isCounted: Bool {
        switch self {
        case .null, .object: false
        case .string, .number, .boolean: true
        }
    }
}

/// Finds the interval of a time; quick for times near each other.
struct IntervalFinder {
    private let starts: [Int64]
    private var last = 0

    /// - Parameter starts: ascending.
    init(_ starts: [Int64]) {
        self.starts = starts
    }

    /// From 1; 0: undated, or before the first.
    mutating func number(of time: Int64) -> UInt32 {
        guard time != undatedTime, let first = starts.first, time >= first else { return 0 }
        if starts[last] <= time, last + 1 == starts.count || time < starts[last + 1] { return UInt32(last + 1) }
        var low = 0
        var high = starts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= time { low = middle } else { high = middle - 1 }
        }
        last = low
        return UInt32(low + 1)
    }
}
