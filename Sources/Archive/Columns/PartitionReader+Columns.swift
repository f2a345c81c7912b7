extension PartitionReader {
    private static let mostPartBytes = 64 << 20

    /// Calls `body` with each code (from 2, ascending bytes) and entry of a field's dictionary.
    ///
    /// - Parameter endPart: called before the memory goes in which the last entries lie.
    public func forEachEntry(
        of field: PartitionField, endPart: () -> Void = {}, _ body: (UInt32, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try forEachPart(of: field) { part in
            try part.forEachEntry(body)
            endPart()
        }
    }

    /// Whether parts of dictionaries tell what entries they have.
    public var knowsEntryRanges: Bool { major >= 3 }

    /// Whether parts of dictionaries that are numbers are kept as such.
    public var keepsNumbers: Bool { major >= 4 }

    /// Calls `body` with each part of a field's dictionary, in ascending order, which is gone when it returns.
    ///
    /// - Parameters:
    ///   - ranges: parts without a plain entry in one of these are left out; nil: none is.
    ///   - memory: in which the parts lie, one after the other; `body` may use it for cells.
    ///   - numbers: parts that are kept as such numbers come without their texts.
    public func forEachPart(
        of field: PartitionField, within ranges: [EntryRange]? = nil, in memory: CellMemory = CellMemory(),
        as numbers: SoughtNumbers.Kind? = nil, _ body: (DictionaryPart) throws -> Void
    ) throws {
        try forEachPart(
            of: field, within: ranges, in: memory, allocate: { memory.room(.entries, $0) }, as: numbers, body)
    }

    /// Calls `body` with each part of a field's dictionary, in ascending order.
    ///
    /// - Parameter allocate: the memory for so many bytes, in which the part stays.
    public func forEachPart(
        of field: PartitionField, within ranges: [EntryRange]? = nil, in memory: CellMemory = CellMemory(),
        allocate: (Int) -> UnsafeMutableRawBufferPointer, as numbers: SoughtNumbers.Kind? = nil,
        _ body: (DictionaryPart) throws -> Void
    ) throws {
        try statements.with(.dictionary, over: database) { row in
            try row.bind(field.id << 24, at: 1)
            try row.bind((field.id + 1) << 24, at: 2)
            var last: [UInt8] = []
            var nextCode: Int64 = 2
            while try row.step() {
                let codes = (first: try row.int64(0), count: try row.int64(1))
                guard codes.first == nextCode, 0...Int64(field.entries) + 2 - nextCode ~= codes.count else {
                    throw impossiblePart(field)
                }
                nextCode += codes.count
                let bounds = try bounds(row, of: field, after: last)
                last = bounds?.high ?? last
                if let ranges, let bounds, !ranges.contains(where: { $0.overlaps(bounds.low, bounds.high) }) {
                    continue
                }
                let size = try partSize(try row.int64(2))
                var frame = try row.blob(3)
                var layout = EntryLayout.texts
                if keepsNumbers {
                    guard let known = frame.first.flatMap(EntryLayout.init(rawValue:)) else {
                        throw impossiblePart(field)
                    }
                    layout = known
                    frame = UnsafeRawBufferPointer(rebasing: frame[1...])
                }
                let texts: UnsafeRawBufferPointer
                switch layout {
                case .texts:
                    let room = allocate(size)
                    try inflate(frame, into: room)
                    texts = UnsafeRawBufferPointer(room)
                case .integers, .template, .addresses:
                    let content = memory.room(.numbers, size)
                    try inflate(frame, into: content)
                    guard let first = UInt32(exactly: codes.first) else { throw impossiblePart(field) }
                    let numbered = try NumberedEntries(
                        layout, firstCode: first, entries: Int(codes.count), UnsafeRawBufferPointer(content))
                    if let numbers, numbered.kind == numbers {
                        try body(DictionaryPart(numbered, bounds: bounds))
                        continue
                    }
                    texts = try numbered.writeTexts(into: allocate(try partSize(Int64(numbered.mostTextBytes))))
                }
                try body(
                    try DictionaryPart(
                        firstCode: codes.first, entries: codes.count, bounds: bounds, texts))
            }
            guard nextCode == Int64(field.entries) + 2 else { throw impossiblePart(field) }
        }
    }

    private func partSize(_ stored: Int64) throws -> Int {
        guard 0...Int64(Self.mostPartBytes) ~= stored else {
            throw ArchiveError(.damaged, "impossible size", path: path)
        }
        return Int(stored)
    }

    private func impossiblePart(_ field: PartitionField) -> ArchiveError {
        ArchiveError(.damaged, "an impossible part of the dictionary of \(field.name)", path: path)
    }

    /// The least and the greatest entry of a part, as the partition says; nil: it does not.
    ///
    /// - Parameter last: the greatest entry of the parts before; empty: unknown.
    private func bounds(
        _ row: SQLiteStatement, of field: PartitionField, after last: [UInt8]
    ) throws -> (low: [UInt8], high: [UInt8])? {
        if !knowsEntryRanges || (row.isNull(4) && row.isNull(5)) { return nil }
        let bounds = try [Int32(4), 5].map { column -> [UInt8] in
            let entry = try row.blob(column)
            // Half a pair, or what is no plain entry, is damage: lines are read then.
            guard entry.count <= PartitionFormat.longestEntry, EntryRange.isPlain(entry) else {
                throw ArchiveError(.damaged, "impossible bounds of the dictionary of \(field.name)", path: path)
            }
            return Array(entry)
        }
        guard EntryRange.order(last, bounds[0]) < 0, EntryRange.order(bounds[0], bounds[1]) <= 0 else {
            throw ArchiveError(.damaged, "the dictionary of \(field.name) is not in order", path: path)
        }
        return (bounds[0], bounds[1])
    }

    /// The codes of one chunk of 65,536 events: 0 no value, 1 see the line, else an entry. Nil: no event has a value.
    public func cells(of field: PartitionField, chunk: Int) throws -> [UInt32]? {
        let memory = CellMemory()
        return try withExtendedLifetime(memory) {
            guard let cells = try cells(of: field, chunk: chunk, in: memory) else { return nil }
            return [UInt32](unsafeUninitializedCapacity: cells.count) { codes, initialized in
                if let base = codes.baseAddress { cells.copy(0..<cells.count, to: base) }
                initialized = cells.count
            }
        }
    }

    /// The same without a copy.
    ///
    /// - Parameter memory: in which they lie until it is used again.
    public func cells(of field: PartitionField, chunk: Int, in memory: CellMemory) throws -> CodeCells? {
        try storedCells(of: field, chunk: chunk, in: memory)?.expanded()
    }

    /// What is needed of a chunk's cells.
    public enum CellNeed {
        case nothing
        /// Which events have a value.
        case presence
        case codes
    }

    /// The cells of one chunk of 65,536 events as they are stored.
    ///
    /// - Parameters:
    ///   - memory: in which they lie until it is used again.
    ///   - need: told the least and the greatest code, before anything is decompressed.
    /// - Returns: nil if no event has a value, or nothing is needed. Codes may be there even if not needed.
    public func storedCells(
        of field: PartitionField, chunk: Int, in memory: CellMemory,
        need: (ClosedRange<UInt32>) -> CellNeed = { _ in .codes }
    ) throws -> StoredCells? {
        let count = min(PartitionFormat.seriesChunk, events - chunk * PartitionFormat.seriesChunk)
        precondition(chunk >= 0 && count > 0, "no such chunk")
        let id = PartitionFormat.cellsRow(field: field.id, chunk: chunk, major: major)
        return try statements.with(.cells, over: database) { row in
            try row.bind(id, at: 1)
            guard try row.step() else { return nil }
            guard let low = UInt32(exactly: try row.int64(3)), let high = UInt32(exactly: try row.int64(4)), 1 <= low,
                low <= high
            else { throw impossibleCells(field) }
            let codes = low...high
            let needed = need(codes)
            if case .nothing = needed { return nil }
            guard major >= 3 else {
                let cells = try oldCells(row, field, count: count, codes, in: memory)
                return StoredCells(count: count, codes: codes, presence: nil, values: cells, in: memory)
            }
            let set = try row.int64(5)
            var presence: UnsafeBufferPointer<UInt64>?
            var present = count
            if set != 0 { (presence, present) = try self.presence(set, of: field, cells: id, count: count, in: memory) }
            guard let layout = CodeLayout(stored: try row.int64(0)), Int64(layout.size(present)) == (try row.int64(1))
            else { throw impossibleCells(field) }
            var values: CodeCells?
            if case .codes = needed { values = try self.values(row, layout, field, count: present, codes, in: memory) }
            return StoredCells(count: count, codes: codes, presence: presence, values: values, in: memory)
        }
    }

    /// The events of a chunk that have a value, and their number.
    ///
    /// - Parameters:
    ///   - set: the row that holds the set, as the cells say.
    ///   - cells: the row of these cells.
    private func presence(
        _ set: Int64, of field: PartitionField, cells: Int64, count: Int, in memory: CellMemory
    ) throws -> (UnsafeBufferPointer<UInt64>, Int) {
        // A set stands behind the cells of the first field that has it, of the same chunk.
        guard set > 0, set <= cells + 1,
            set & PartitionFormat.cellsOfField == (cells + 1) & PartitionFormat.cellsOfField
        else { throw impossibleCells(field) }
        return try statements.with(.cells, over: database) { row in
            try row.bind(set, at: 1)
            guard try row.step(), let layout = PresenceLayout(rawValue: try row.int64(0)) else {
                throw impossibleCells(field)
            }
            let present = Int(clamping: try row.int64(5))
            let size = Int(clamping: try row.int64(1))
            guard layout.allows(size: size, present: present, of: count) else { throw impossibleCells(field) }
            let content = memory.room(.content, size)
            try inflate(try row.blob(2), into: content)
            let words = memory.words(.presence, events: count)
            do throws(ArchiveError) {
                try layout.read(UnsafeRawBufferPointer(content), present: present, of: count, into: words)
            } catch {
                throw ArchiveError(.damaged, "\(error.message), in the column of \(field.name)", path: path)
            }
            return (UnsafeBufferPointer(words), present)
        }
    }

    /// The codes of the events that have a value.
    private func values(
        _ row: SQLiteStatement, _ layout: CodeLayout, _ field: PartitionField, count: Int, _ codes: ClosedRange<UInt32>,
        in memory: CellMemory
    ) throws -> CodeCells {
        let size = layout.size(count)
        let content = memory.room(.content, size + CodeLayout.slack)
        let frame = try row.blob(2)
        if size > 0 {
            try inflate(frame, into: UnsafeMutableRawBufferPointer(rebasing: content[..<size]))
        } else if !frame.isEmpty {
            throw impossibleCells(field)
        }
        let room = memory.room(.codes, count * layout.width)
        if let source = content.baseAddress, let target = room.baseAddress {
            layout.unpack(source, count: count, into: target)
        }
        let cells = CodeCells(
            count: count, width: layout.width, base: codes.lowerBound, codes: codes, UnsafeRawBufferPointer(room))
        // So no code is another than it seems: the sum fits, and so does it where codes are kept as narrow as the greatest.
        guard cells.greatestDistance == codes.upperBound - codes.lowerBound else { throw impossibleCells(field) }
        return cells
    }

    /// Cells before format 3.0: a code for each event.
    private func oldCells(
        _ row: SQLiteStatement, _ field: PartitionField, count: Int, _ codes: ClosedRange<UInt32>, in memory: CellMemory
    ) throws -> CodeCells {
        let size = Int(clamping: try row.int64(1))
        guard let layout = OldCellLayout(stored: try row.int64(0)), layout.allows(size: size, count: count) else {
            throw impossibleCells(field)
        }
        let room = memory.room(.codes, count * layout.width)
        if layout.isSparse {
            let content = memory.room(.content, size)
            try inflate(try row.blob(2), into: content)
            try layout.expand(UnsafeRawBufferPointer(content), into: room)
        } else {
            try inflate(try row.blob(2), into: room)
        }
        return CodeCells(count: count, width: layout.width, base: 0, codes: codes, UnsafeRawBufferPointer(room))
    }

    private func impossibleCells(_ field: PartitionField) -> ArchiveError {
        ArchiveError(.damaged, "impossible cells of \(field.name)", path: path)
    }
}
