import Zstd

/// Writes line numbers, times, nanoseconds and fingerprints, 65,536 events a row.
struct SeriesWriter {
    private let database: SQLiteConnection
    private let insert: SQLiteStatement

    init(database: SQLiteConnection) throws {
        self.database = database
        insert = try database.prepare("INSERT INTO series VALUES(?,?,?,?,?,?)")
    }

    func write(_ chunks: [PartitionChunk], into built: inout BuiltPartition) throws {
        let compressor = try ZstdCompressor(level: 3)
        let lines = try writeNumbers(
            .line, chunks, range: { $0.linesRange }, width: 8, compressor: compressor, ignoring: nil)
        let times = try writeNumbers(
            .time, chunks, range: { $0.timesRange }, width: 8, compressor: compressor, ignoring: undatedTime)
        if let lines { (built.firstLine, built.lastLine) = (UInt64(lines.low), UInt64(lines.high)) }
        if let times { (built.minTime, built.maxTime) = (times.low, times.high) }
        if chunks.contains(where: { !$0.nanosRange.isEmpty }) {
            _ = try writeNumbers(
                .nanoseconds, chunks, range: { $0.nanosRange }, width: 2, compressor: compressor, ignoring: nil)
        }
        try writeBytes(.fingerprint, width: 16, chunks, range: { $0.fingerprintsRange }, compressor)
        if chunks.contains(where: { !$0.placesRange.isEmpty }) {
            try writeBytes(.place, width: 1, chunks, range: { $0.placesRange }, compressor)
        }
    }

    /// Deltas by zigzag varints. A chunk without the section counts as zeros.
    private func writeNumbers(
        _ kind: SeriesKind, _ chunks: [PartitionChunk], range: (PartitionChunk) -> Range<Int>, width: Int,
        compressor: ZstdCompressor, ignoring: Int64?
    ) throws -> (low: Int64, high: Int64)? {
        var encoded: [UInt8] = []
        var bytes: [UInt8] = []
        var previous: Int64 = 0
        var inRow = 0
        var row = 0
        var low = Int64.max
        var high = Int64.min
        var all: (low: Int64, high: Int64)?
        func flush(_ compressor: ZstdCompressor) throws {
            if inRow == 0 { return }
            let none = low > high
            try store(
                kind.row(row), events: inRow, low: none ? undatedTime : low, high: none ? undatedTime : high,
                encoded, compressor)
            if !none { all = (min(all?.low ?? low, low), max(all?.high ?? high, high)) }
            encoded.removeAll(keepingCapacity: true)
            (previous, inRow, low, high) = (0, 0, Int64.max, Int64.min)
            row += 1
        }
        for chunk in chunks {
            let place = range(chunk)
            if !place.isEmpty { try chunk.load(place, into: &bytes) }
            for i in 0..<chunk.events {
                var value: Int64 = 0
                if !place.isEmpty {
                    value = bytes.withUnsafeBytes { raw in
                        width == 8
                            ? Int64(littleEndian: raw.loadUnaligned(fromByteOffset: i * 8, as: Int64.self))
                            : Int64(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: i * 2, as: Int16.self)))
                    }
                }
                encoded.appendSigned(value &- previous)
                previous = value
                if value != ignoring {
                    low = min(low, value)
                    high = max(high, value)
                }
                inRow += 1
                if inRow == PartitionFormat.seriesChunk { try flush(compressor) }
            }
        }
        try flush(compressor)
        return all
    }

    /// Bytes as they are. A chunk without the section counts as zeros.
    private func writeBytes(
        _ kind: SeriesKind, width: Int, _ chunks: [PartitionChunk], range: (PartitionChunk) -> Range<Int>,
        _ compressor: ZstdCompressor
    ) throws {
        let size = PartitionFormat.seriesChunk * width
        var pending: [UInt8] = []
        var bytes: [UInt8] = []
        var row = 0
        for chunk in chunks {
            let place = range(chunk)
            if place.isEmpty {
                bytes = [UInt8](repeating: 0, count: chunk.events * width)
            } else {
                try chunk.load(place, into: &bytes)
            }
            var at = 0
            while at < bytes.count {
                let n = min(size - pending.count, bytes.count - at)
                pending.append(contentsOf: bytes[at..<at + n])
                at += n
                if pending.count == size {
                    try store(kind.row(row), events: size / width, low: 0, high: 0, pending, compressor)
                    pending.removeAll(keepingCapacity: true)
                    row += 1
                }
            }
        }
        if !pending.isEmpty {
            try store(kind.row(row), events: pending.count / width, low: 0, high: 0, pending, compressor)
        }
    }

    private func store(
        _ id: Int64, events: Int, low: Int64, high: Int64, _ raw: [UInt8], _ compressor: ZstdCompressor
    ) throws {
        var frame: [UInt8] = []
        _ = try raw.withUnsafeBytes { try compressor.compress($0, dictionary: nil, appendTo: &frame) }
        try insert.bind(id, at: 1)
        try insert.bind(Int64(events), at: 2)
        try insert.bind(low, at: 3)
        try insert.bind(high, at: 4)
        try insert.bind(Int64(raw.count), at: 5)
        try frame.withUnsafeBytes { try insert.bind($0, at: 6) }
        try insert.execute()
    }
}
