import Archive

/// Turns a run of events into a finished chunk: blocks, series, fingerprints, terms, columns.
struct ChunkEncoder {
    private var frames: FrameEncoder
    /// The chunk's bytes; the memory is used for one chunk after another.
    private var bytes = Buffer<UInt8>(capacity: 1 << 20)

    init() throws {
        frames = try FrameEncoder()
    }

    func free() {
        bytes.free()
        frames.free()
    }

    /// - Parameter spill: asked at the end for the file that takes the chunk's bytes; nil: they stay in memory.
    mutating func encode(
        _ run: EventRun, coding: LineCoding?, spill: () -> SpillFile?,
        builder: inout ChunkBuilder
    ) throws -> PartitionChunk {
        bytes.removeAll(keeping: 8 << 20)
        let linesRange = append(run.rows) { $0.line.littleEndian }
        let timesRange = append(run.rows) { $0.time.littleEndian }
        var nanosRange = bytes.count..<bytes.count
        if run.rows.contains(where: { $0.nanoseconds != 0 }) {
            nanosRange = append(run.rows) { Int16(clamping: $0.nanoseconds).littleEndian }
        }

        builder.reset()
        let fingerprintsStart = bytes.count
        bytes.reserve(run.rows.count * 16)
        var at = 0
        for row in run.rows {
            builder.add(line: UnsafePointer(run.memory.base + at), length: Int(row.length), fingerprints: &bytes)
            at += Int(row.length) + 1
        }
        builder.finishFingerprints(&bytes)
        let termsStart = bytes.count
        builder.index.terms.writeRun(to: &bytes)
        let termsRange = termsStart..<bytes.count
        let cutWords = builder.index.cutWords
        if !cutWords.isTooLong { cutWords.write(to: &bytes) }
        let cutWordsRange = cutWords.isTooLong ? nil : termsRange.upperBound..<bytes.count
        let columns = ColumnEncoder.encode(builder.fields, events: run.rows.count, into: &bytes)
        let framesStart = bytes.count
        let (frames, places) = try frames.encode(
            UnsafePointer(run.memory.base), run.rows, longest: builder.longest, coding: coding, into: &bytes)
        let framesRange = framesStart..<bytes.count
        places.withUnsafeBufferPointer { if let base = $0.baseAddress { bytes.append(base, places.count) } }
        let placesRange = framesRange.upperBound..<bytes.count
        builder.index.joints.write(frames, places: places, to: &bytes)
        let jointsRange = placesRange.upperBound..<bytes.count

        let all = UnsafeRawBufferPointer(start: bytes.base, count: bytes.count)
        let storage: PartitionChunk.Storage =
            if let file = spill() {
                .spilled(file, at: try file.append(all), count: all.count)
            } else {
                .memory(ChunkMemory(copying: all))
            }
        return PartitionChunk(
            events: run.rows.count, rawBytes: UInt64(run.memory.count),
            undated: run.rows.count { $0.time == undatedTime }, frames: frames, framesRange: framesRange,
            linesRange: linesRange, timesRange: timesRange, nanosRange: nanosRange,
            fingerprintsRange: fingerprintsStart..<termsStart, termsRange: termsRange,
            cutWordsRange: cutWordsRange, placesRange: placesRange, jointsRange: jointsRange, columns: columns,
            storage: storage)
    }

    private mutating func append<Number: BitwiseCopyable>(
        _ rows: ContiguousArray<EventRow>, _ value: (EventRow) -> Number
    ) -> Range<Int> {
        let start = bytes.count
        let size = MemoryLayout<Number>.size
        bytes.reserve(rows.count * size)
        for row in rows {
            UnsafeMutableRawPointer(bytes.base + bytes.count).storeBytes(of: value(row), as: Number.self)
            bytes.count &+= size
        }
        return start..<bytes.count
    }
}

/// Writes the columns of a chunk; `Archive.ColumnWriter` reads them.
enum ColumnEncoder {
    static func encode(
        _ fields: borrowing FieldTable, events: Int, into out: inout Buffer<UInt8>
    ) -> [ColumnSection] {
        var sections: [ColumnSection] = []
        sections.reserveCapacity(fields.touched.count)
        // In the order of names: the order in which a worker has met them is an accident.
        let order = (0..<fields.touched.count).map { fields.touched[$0] }.sorted {
            fields.name($0).lexicographicallyPrecedes(fields.name($1))
        }
        for number in order {
            let field = fields.fields[Int(number)]
            let start = out.count
            var entryBytes: UInt64 = 0
            var seesLines = false
            if field.selected, field.events > 0 {
                out.appendVarint(UInt64(field.entries.count))
                for i in 0..<field.entries.count {
                    let entry = field.entries[i]
                    out.appendVarint(UInt64(entry.length))
                    out.append(entry.bytes, Int(entry.length))
                    if entry.length <= UInt32(PartitionFormat.longestEntry) { entryBytes += UInt64(entry.length) }
                }
                seesLines = cells(field, events: events, into: &out)
            }
            sections.append(
                ColumnSection(
                    name: Array(fields.name(number)), selected: field.selected, holdsObjects: field.holdsObjects,
                    events: UInt64(field.events), valueBytes: field.valueBytes, entryBytes: entryBytes,
                    longValues: UInt64(field.longValues), seesLines: seesLines,
                    range: start..<out.count))
        }
        return sections
    }

    /// Returns whether there are values that only the line tells.
    private static func cells(_ field: FieldState, events: Int, into out: inout Buffer<UInt8>) -> Bool {
        let count = field.cellEvents.count
        var highest: UInt32 = 0
        var lowest = UInt32.max
        for i in 0..<count {
            highest = max(highest, field.cellCodes[i])
            lowest = min(lowest, field.cellCodes[i])
        }
        let width = highest < 0x100 ? 1 : highest < 0x10000 ? 2 : 4
        let dense = count == events
        out.appendVarint(UInt64(count))
        out.append(dense ? 1 : 0)
        out.append(UInt8(width))
        if !dense {
            var previous: UInt32 = 0
            for i in 0..<count {
                out.appendVarint(UInt64(field.cellEvents[i] &- previous))
                previous = field.cellEvents[i]
            }
        }
        for i in 0..<count {
            var code = field.cellCodes[i]
            for _ in 0..<width {
                out.append(UInt8(truncatingIfNeeded: code))
                code >>= 8
            }
        }
        return lowest == CellCode.seeLine
    }
}
