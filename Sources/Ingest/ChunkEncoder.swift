import Archive
import Zstd

/// Turns a run of events into a finished chunk: blocks, series, fingerprints, terms, columns.
enum ChunkEncoder {
    static let level: Int32 = 3

    static func encode(_ run: EventRun, dictionary: ZstdDictionary?, worker: Worker) throws -> PartitionChunk {
        worker.builder.reset()
        var fingerprints = Buffer<UInt8>(capacity: run.rows.count * 16)
        defer { fingerprints.free() }
        var at = 0
        for row in run.rows {
            worker.builder.add(
                line: UnsafePointer(run.memory.base + at), length: Int(row.length), fingerprints: &fingerprints)
            at += Int(row.length) + 1
        }

        var bytes: [UInt8] = []
        let frames = try compress(run, dictionary: dictionary, into: &bytes)
        let framesRange = 0..<bytes.count
        let linesRange = append(run.rows, \.line.littleEndian, to: &bytes)
        let timesRange = append(run.rows, \.time.littleEndian, to: &bytes)
        var nanosRange = bytes.count..<bytes.count
        if run.rows.contains(where: { $0.nanoseconds != 0 }) {
            nanosRange = append(run.rows, \.shortNanoseconds, to: &bytes)
        }
        let fingerprintsStart = bytes.count
        bytes.append(contentsOf: UnsafeBufferPointer(start: fingerprints.base, count: fingerprints.count))
        var terms = Buffer<UInt8>(capacity: 1 << 19)
        defer { terms.free() }
        worker.builder.index.terms.writeRun(to: &terms)
        let termsStart = bytes.count
        bytes.append(contentsOf: UnsafeBufferPointer(start: terms.base, count: terms.count))
        let termsRange = termsStart..<bytes.count
        let columns = ColumnEncoder.encode(worker.builder.fields, events: run.rows.count, into: &bytes)

        return PartitionChunk(
            events: run.rows.count, rawBytes: UInt64(run.memory.count),
            undated: run.rows.count { $0.time == undatedTime }, frames: frames, framesRange: framesRange,
            linesRange: linesRange, timesRange: timesRange, nanosRange: nanosRange,
            fingerprintsRange: fingerprintsStart..<termsStart, termsRange: termsRange, columns: columns,
            storage: .memory(bytes))
    }

    private static func compress(
        _ run: EventRun, dictionary: ZstdDictionary?, into bytes: inout [UInt8]
    ) throws -> [FrameInfo] {
        let compressor = try ZstdCompressor(level: level)
        var frames: [FrameInfo] = []
        var start = 0
        var end = 0
        var events = 0
        for (i, row) in run.rows.enumerated() {
            end += Int(row.length) + 1
            events += 1
            let isLast = i == run.rows.count - 1
            if end - start >= CutRules.blockBytes || isLast {
                let count = try compressor.compress(
                    UnsafeRawBufferPointer(start: run.memory.base + start, count: end - start),
                    dictionary: dictionary, appendTo: &bytes)
                frames.append(FrameInfo(events: events, rawBytes: end - start, bytes: count))
                start = end
                events = 0
            }
        }
        return frames
    }

    private static func append<Number: BitwiseCopyable>(
        _ rows: ContiguousArray<EventRow>, _ value: KeyPath<EventRow, Number>, to bytes: inout [UInt8]
    ) -> Range<Int> {
        let start = bytes.count
        for row in rows { withUnsafeBytes(of: row[keyPath: value]) { bytes.append(contentsOf: $0) } }
        return start..<bytes.count
    }
}

extension EventRow {
    var shortNanoseconds: Int16 { Int16(clamping: nanoseconds).littleEndian }
}

/// Writes the columns of a chunk; `Archive.ColumnWriter` reads them.
enum ColumnEncoder {
    static func encode(_ fields: borrowing FieldTable, events: Int, into bytes: inout [UInt8]) -> [ColumnSection] {
        var out = Buffer<UInt8>(capacity: 1 << 16)
        defer { out.free() }
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
            if field.selected, field.events > 0 {
                out.appendVarint(UInt64(field.entries.count))
                for i in 0..<field.entries.count {
                    let entry = field.entries[i]
                    out.appendVarint(UInt64(entry.length))
                    out.append(entry.bytes, Int(entry.length))
                    entryBytes += UInt64(entry.length)
                }
                cells(field, events: events, into: &out)
            }
            sections.append(
                ColumnSection(
                    name: Array(fields.name(number)), selected: field.selected, holdsObjects: field.holdsObjects,
                    events: UInt64(field.events), valueBytes: field.valueBytes, entryBytes: entryBytes,
                    range: bytes.count + start..<bytes.count + out.count))
        }
        bytes.append(contentsOf: UnsafeBufferPointer(start: out.base, count: out.count))
        return sections
    }

    private static func cells(_ field: FieldState, events: Int, into out: inout Buffer<UInt8>) {
        let count = field.cellEvents.count
        var highest: UInt32 = 0
        for i in 0..<count { highest = max(highest, field.cellCodes[i]) }
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
    }
}
