import Archive

/// Turns a run of events into finished chunks: series, fingerprints, terms, columns; and the blocks that they share.
struct SpanEncoder {
    private var frames: FrameEncoder
    /// The span's bytes; the memory is used for one span after another.
    private var bytes = Buffer<UInt8>(capacity: 1 << 20)

    init() throws {
        frames = try FrameEncoder()
    }

    func free() {
        bytes.free()
        frames.free()
    }

    /// - Parameter spill: asked at the end for the file that takes the span's bytes; nil: they stay in memory.
    mutating func encode(
        _ run: EventRun, coding: LineCoding?, spill: () -> SpillFile?,
        builder: inout ChunkBuilder
    ) throws -> PartitionSpan {
        bytes.removeAll(keeping: 8 << 20)
        builder.startSpan()
        var at = 0
        var parts = CutRules.chunks(run.rows).map { part(run, $0, &at, &builder) }
        let framesStart = bytes.count
        let (frames, places) = try frames.encode(
            UnsafePointer(run.memory.base), run.rows, longest: builder.longest, coding: coding, into: &bytes)
        parts[0].frames = frames
        parts[0].framesRange = framesStart..<bytes.count
        var placesStart = bytes.count
        places.withUnsafeBufferPointer { if let base = $0.baseAddress { bytes.append(base, places.count) } }
        for number in parts.indices where !places.isEmpty {
            parts[number].placesRange = placesStart..<placesStart + parts[number].rows.count
            placesStart += parts[number].rows.count
        }
        let jointsStart = bytes.count
        builder.index.joints.write(frames, places: places, to: &bytes)
        parts[0].jointsRange = jointsStart..<bytes.count

        let all = UnsafeRawBufferPointer(start: bytes.base, count: bytes.count)
        let storage: PartitionChunk.Storage =
            if let file = spill() {
                .spilled(file, at: try file.append(all), count: all.count)
            } else {
                .memory(ChunkMemory(copying: all))
            }
        return PartitionSpan(chunks: parts.map { $0.chunk(storage) })
    }

    /// What is known of a chunk before the blocks are.
    private struct Part {
        var rows: ArraySlice<EventRow>
        var rawBytes: Int
        var linesRange: Range<Int>
        var timesRange: Range<Int>
        var nanosRange: Range<Int>
        var fingerprintsRange: Range<Int>
        var termsRange: Range<Int>
        var cutWordsRange: Range<Int>?
        var columns: [ColumnSection]
        var frames: [FrameInfo] = []
        var framesRange = 0..<0
        var placesRange = 0..<0
        var jointsRange = 0..<0

        func chunk(_ storage: PartitionChunk.Storage) -> PartitionChunk {
            PartitionChunk(
                events: rows.count, rawBytes: UInt64(rawBytes), undated: rows.count { $0.time == undatedTime },
                frames: frames, framesRange: framesRange, linesRange: linesRange, timesRange: timesRange,
                nanosRange: nanosRange, fingerprintsRange: fingerprintsRange, termsRange: termsRange,
                cutWordsRange: cutWordsRange, placesRange: placesRange, jointsRange: jointsRange, columns: columns,
                storage: storage)
        }
    }

    /// - Parameter at: where the first line of the rows begins; afterwards where the next chunk's does.
    private mutating func part(
        _ run: EventRun, _ range: Range<Int>, _ at: inout Int, _ builder: inout ChunkBuilder
    ) -> Part {
        let rows = run.rows[range]
        let start = at
        let linesRange = append(rows) { $0.line.littleEndian }
        let timesRange = append(rows) { $0.time.littleEndian }
        var nanosRange = bytes.count..<bytes.count
        if rows.contains(where: { $0.nanoseconds != 0 }) {
            nanosRange = append(rows) { Int16(clamping: $0.nanoseconds).littleEndian }
        }
        builder.startChunk()
        let fingerprintsStart = bytes.count
        bytes.reserve(rows.count * 16)
        for row in rows {
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
        let columns = ColumnEncoder.encode(builder.fields, events: rows.count, into: &bytes)
        return Part(
            rows: rows, rawBytes: at - start, linesRange: linesRange, timesRange: timesRange, nanosRange: nanosRange,
            fingerprintsRange: fingerprintsStart..<termsStart, termsRange: termsRange, cutWordsRange: cutWordsRange,
            columns: columns)
    }

    private mutating func append<Number: BitwiseCopyable>(
        _ rows: ArraySlice<EventRow>, _ value: (EventRow) -> Number
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
