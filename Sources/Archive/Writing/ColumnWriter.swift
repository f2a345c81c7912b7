import Zstd

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Joins the chunks' cells of one field into the partition's dictionary and cells.
struct ColumnWriter {
    private let chunks: [PartitionChunk]
    private let compressor: ZstdCompressor
    private let insertDictionary: SQLiteStatement
    private let insertCells: SQLiteStatement
    private var part: [UInt8] = []
    private var frame: [UInt8] = []
    /// A frame that may be better.
    private var other: [UInt8] = []
    private var bitmap: [UInt8] = []
    private var sets = PresenceSets()
    /// Stands for the number of an entry whose values are left to the lines.
    private static let leftOut = UInt32.max

    init(chunks: [PartitionChunk], database: SQLiteConnection) throws {
        self.chunks = chunks
        compressor = try ZstdCompressor(level: 3)
        insertDictionary = try database.prepare("INSERT INTO dictionary VALUES(?,?,?,?,?,?,?)")
        insertCells = try database.prepare("INSERT INTO cells VALUES(?,?,?,?,?,?,?)")
    }

    /// A chunk's part of the column, decoded.
    private struct Section {
        var chunk: Int
        var entryRanges: [Range<Int>]
        var bytes: [UInt8]
        /// Offset in `bytes` where the cells begin.
        var cellsAt: Int
    }

    struct Result {
        var storage: ColumnStorage
        var entries: Int
    }

    /// - Parameter sections: where the field stands in which chunk (chunk number, section number).
    mutating func write(field: Int64, sections: [(chunk: Int, section: Int)]) throws -> Result {
        var entryBytes: UInt64 = 0
        var events: UInt64 = 0
        for place in sections {
            entryBytes += chunks[place.chunk].columns[place.section].entryBytes
            events += chunks[place.chunk].columns[place.section].events
        }
        guard entryBytes <= PartitionFormat.dictionaryLimit else {
            try writeCells(field: field, sections: sections, codes: nil)
            return Result(storage: .presence, entries: 0)
        }
        // Long values are all in the dictionary or all in the lines.
        let columns = sections.map { chunks[$0.chunk].columns[$0.section] }
        let longValues = columns.contains(where: \.seesLines) ? 0 : columns.reduce(0) { $0 + $1.longValues }
        var (dictionary, localToGlobal) = try joined(sections, withLong: longValues > 0)
        let totalBytes = columns.reduce(0) { $0 + $1.valueBytes }
        if longValues > 0,
            UInt64(dictionary.longEntries * PartitionFormat.longRepeats) > longValues
                || dictionary.isMostlyDistinct(totalBytes: totalBytes)
        {
            (dictionary, localToGlobal) = (DictionaryBuilder(), [])
            (dictionary, localToGlobal) = try joined(sections, withLong: false)
        }
        if dictionary.isMostlyDistinct(totalBytes: totalBytes) {
            try writeCells(field: field, sections: sections, codes: nil)
            return Result(storage: .presence, entries: 0)
        }
        let rank = dictionary.sortedRanks()
        try writeDictionary(field: field, dictionary)
        let codes = localToGlobal.map { numbers in numbers.map { $0 == Self.leftOut ? 1 : rank[Int($0)] + 2 } }
        try writeCells(field: field, sections: sections, codes: codes)
        return Result(storage: .dictionary, entries: dictionary.count)
    }

    /// The entries of all sections, and per section the number of each entry, or `leftOut`.
    private func joined(
        _ sections: [(chunk: Int, section: Int)], withLong: Bool
    ) throws -> (DictionaryBuilder, [[UInt32]]) {
        var dictionary = DictionaryBuilder()
        let numbers = try sections.map { place in
            let section = try load(place)
            return section.bytes.withUnsafeBufferPointer { bytes in
                section.entryRanges.map { range in
                    withLong || range.count <= PartitionFormat.longestEntry
                        ? dictionary.insert(UnsafeBufferPointer(rebasing: bytes[range])) : Self.leftOut
                }
            }
        }
        return (dictionary, numbers)
    }

    private func load(_ place: (chunk: Int, section: Int)) throws -> Section {
        var bytes: [UInt8] = []
        try chunks[place.chunk].load(chunks[place.chunk].columns[place.section].range, into: &bytes)
        return try bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            let count = Int(try reader.varint())
            var ranges: [Range<Int>] = []
            ranges.reserveCapacity(count)
            for _ in 0..<count {
                let length = try reader.length()
                ranges.append(reader.at..<reader.at + length)
                _ = try reader.take(length)
            }
            return Section(chunk: place.chunk, entryRanges: ranges, bytes: bytes, cellsAt: reader.at)
        }
    }

    private mutating func writeDictionary(field: Int64, _ dictionary: DictionaryBuilder) throws {
        var partNumber: Int64 = 0
        var first = 0
        var size = 0
        for position in 0..<dictionary.count {
            let count = dictionary.bytes(sorted: position)
            size += count + (count < 0x80 ? 1 : 2)
            let isLast = position == dictionary.count - 1
            guard size >= PartitionFormat.dictionaryPart || isLast else { continue }
            try dictionary.withEntries(sorted: first...position) { entries in
                // The only part is always read.
                try insertPart(
                    field << 24 | partNumber, firstCode: first + 2, entries, isOnly: partNumber == 0 && isLast)
            }
            partNumber += 1
            first = position + 1
            size = 0
        }
    }

    /// Inserts the part.
    private mutating func insertPart(
        _ id: Int64, firstCode: Int, _ entries: [UnsafeBufferPointer<UInt8>], isOnly: Bool
    ) throws {
        let (first, last) = (entries[0], entries[entries.count - 1])
        let areTold =
            !isOnly && max(first.count, last.count) <= PartitionFormat.longestEntry
            && entries.allSatisfy { EntryRange.isPlain(UnsafeRawBufferPointer($0)) }
        let bounds = areTold ? (first, last) : nil
        part.removeAll(keepingCapacity: true)
        let numbered = NumberedPart(entries)
        if let numbered {
            numbered.write(into: &part)
        } else {
            for entry in entries {
                part.appendVarint(UInt64(entry.count))
                part.append(contentsOf: entry)
            }
        }
        frame.removeAll(keepingCapacity: true)
        frame.append((numbered?.layout ?? .texts).rawValue)
        _ = try part.withUnsafeBytes { try compressor.compress($0, dictionary: nil, appendTo: &frame) }
        try insertDictionary.bind(id, at: 1)
        try insertDictionary.bind(Int64(firstCode), at: 2)
        try insertDictionary.bind(Int64(entries.count), at: 3)
        try insertDictionary.bind(Int64(part.count), at: 4)
        for (place, bound) in [(Int32(5), bounds?.0), (6, bounds?.1)] {
            if let bound {
                try insertDictionary.bind(UnsafeRawBufferPointer(bound), at: place)
            } else {
                try insertDictionary.bindNull(at: place)
            }
        }
        try frame.withUnsafeBytes { try insertDictionary.bind($0, at: 7) }
        try insertDictionary.execute()
    }

    /// Writes the cells of all events, 65,536 a row; rows without any value are left out.
    ///
    /// - Parameter codes: per section the codes of its entries; nil writes only presence.
    private mutating func writeCells(
        field: Int64, sections: [(chunk: Int, section: Int)], codes: [[UInt32]]?
    ) throws {
        let size = PartitionFormat.seriesChunk
        var cells = CellRow()
        var present = 0
        var rowBase = 0
        var nextSection = 0
        var total = 0
        for (number, chunk) in chunks.enumerated() {
            if nextSection < sections.count, sections[nextSection].chunk == number {
                let section = try load(sections[nextSection])
                try forEachCell(section, events: chunk.events) { event, local in
                    let at = rowBase + event - 1
                    let wanted = at / size
                    if wanted != present {
                        if !cells.isEmpty { try insert(field: field, chunk: present, &cells, count: size) }
                        present = wanted
                    }
                    let code: UInt32
                    if local < 2 {
                        code = local
                    } else if let codes {
                        code = codes[nextSection][Int(local) - 2]
                    } else {
                        code = 1
                    }
                    cells.append(code, at: at % size)
                }
                nextSection += 1
            }
            rowBase += chunk.events
            total = rowBase
        }
        if !cells.isEmpty {
            try insert(field: field, chunk: present, &cells, count: min(size, total - present * size))
        }
    }

    /// Inserts a row of cells, and if no field before had a value in the same events, the set of these; empties it.
    private mutating func insert(field: Int64, chunk: Int, _ cells: inout CellRow, count: Int) throws {
        let id = PartitionFormat.cellsRow(field: field, chunk: chunk)
        let present = cells.places.count
        var set: Int64 = 0
        if present < count {
            cells.write(bitmap: &bitmap, count: count)
            set = sets.id(of: bitmap, row: chunk, proposed: id + 1)
        }
        let codes = try codes(of: cells)
        try insert(
            id, codes: cells.low...cells.high, width: codes.layout.stored, presence: set, size: codes.size)
        if set == id + 1 {
            let layout = try presence(of: cells, count: count)
            try insert(id + 1, codes: 0...0, width: layout.layout.rawValue, presence: Int64(present), size: layout.size)
        }
        cells.removeAll()
    }

    /// Inserts the frame.
    private func insert(_ id: Int64, codes: ClosedRange<UInt32>, width: Int64, presence: Int64, size: Int) throws {
        try insertCells.bind(id, at: 1)
        try insertCells.bind(Int64(codes.lowerBound), at: 2)
        try insertCells.bind(Int64(codes.upperBound), at: 3)
        try insertCells.bind(width, at: 4)
        try insertCells.bind(presence, at: 5)
        try insertCells.bind(Int64(size), at: 6)
        try frame.withUnsafeBytes { try insertCells.bind($0, at: 7) }
        try insertCells.execute()
    }

    /// Makes the smallest frame of the codes. Packed codes are quicker to read, so they may be a bit larger.
    private mutating func codes(of cells: CellRow) throws -> (layout: CodeLayout, size: Int) {
        let layouts = CodeLayout.candidates(highest: cells.high - cells.low)
        var best = (layout: layouts[0], size: 0)
        frame.removeAll(keepingCapacity: true)
        for layout in layouts {
            layout.write(cells.codes, low: cells.low, into: &part)
            other.removeAll(keepingCapacity: true)
            // Nothing is stored of codes that are all equal.
            if !part.isEmpty {
                _ = try part.withUnsafeBytes { try compressor.compress($0, dictionary: nil, appendTo: &other) }
            }
            if layout == layouts[0] || other.count + other.count / 16 < frame.count {
                swap(&frame, &other)
                best = (layout, part.count)
            }
        }
        return best
    }

    /// Makes the smallest frame of the set of events that have a value, which is in `bitmap`.
    private mutating func presence(of cells: CellRow, count: Int) throws -> (layout: PresenceLayout, size: Int) {
        let layouts = PresenceLayout.candidates(present: cells.places.count, of: count)
        var best = (layout: layouts[0], size: 0)
        frame.removeAll(keepingCapacity: true)
        for layout in layouts {
            layout.write(cells.places, bitmap: bitmap, into: &part)
            other.removeAll(keepingCapacity: true)
            _ = try part.withUnsafeBytes { try compressor.compress($0, dictionary: nil, appendTo: &other) }
            if frame.isEmpty || other.count < frame.count {
                swap(&frame, &other)
                best = (layout, part.count)
            }
        }
        return best
    }

    /// Section cells: varint count, 1 byte flags (1: every event of the chunk has one), 1 byte width; unless dense the
    /// event deltas as varints; then the codes, `width` bytes each, little-endian.
    private func forEachCell(_ section: Section, events: Int, _ body: (Int, UInt32) throws -> Void) throws {
        try section.bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw, at: section.cellsAt)
            let count = Int(try reader.varint())
            let flags = try reader.take(2)
            let dense = flags[0] & 1 != 0
            let width = Int(flags[1])
            var eventNumbers: [UInt32] = []
            if !dense {
                eventNumbers.reserveCapacity(count)
                var event: UInt32 = 0
                for _ in 0..<count {
                    event &+= UInt32(truncatingIfNeeded: try reader.varint())
                    eventNumbers.append(event)
                }
            }
            let codes = try reader.take(count * width)
            for i in 0..<count {
                var code: UInt32 = 0
                for b in 0..<width { code |= UInt32(codes[i * width + b]) << UInt32(8 * b) }
                try body(dense ? i + 1 : Int(eventNumbers[i]), code)
            }
        }
    }
}
