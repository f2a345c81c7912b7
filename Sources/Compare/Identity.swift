import Archive

/// What equal events have in common, 128 bits, with the event it belongs to.
struct Identity: BitwiseCopyable {
    var high: UInt64
    var low: UInt64
    var ordinal: UInt32
    var partition: UInt32

    @inline(__always)
    static func precedes(_ a: Identity, _ b: Identity) -> Bool {
        if a.high != b.high { return a.high < b.high }
        if a.low != b.low { return a.low < b.low }
        return a.ordinal < b.ordinal
    }
}

/// The identities of all events of a side that count.
protocol IdentitySource {
    /// Hands out the identities of 65,536 events of a partition after the other: 16 bytes an event, big-endian halves.
    func forEachChunk(_ body: (_ partition: Int, _ firstEvent: Int, UnsafeRawBufferPointer) throws -> Void) throws
}

/// The fingerprints that the archive stores.
struct StoredIdentities: IdentitySource {
    let side: Side

    func forEachChunk(_ body: (Int, Int, UnsafeRawBufferPointer) throws -> Void) throws {
        for (number, partition) in side.partitions.enumerated() {
            let reader = try side.archive.open(partition)
            for chunk in 0..<reader.seriesChunks {
                let bytes = try reader.fingerprints(chunk: chunk)
                let first = chunk * PartitionFormat.seriesChunk + 1
                let expected = min(PartitionFormat.seriesChunk, partition.events - first + 1)
                guard bytes.count == expected * 16 else {
                    throw ArchiveError(.damaged, "fingerprints are missing", path: reader.path)
                }
                try bytes.withUnsafeBytes { try body(number, first, $0) }
            }
        }
    }
}

/// Identities computed from lines, waiting in a temporary file.
struct ComputedIdentities: IdentitySource {
    struct Chunk: Sendable {
        var partition: Int
        var firstEvent: Int
        var events: Int
        var at: UInt64
    }

    let file: SpillFile
    let chunks: [Chunk]

    func forEachChunk(_ body: (Int, Int, UnsafeRawBufferPointer) throws -> Void) throws {
        for chunk in chunks {
            var bytes = [UInt8](repeating: 0, count: chunk.events * 16)
            try bytes.withUnsafeMutableBytes { try file.read(at: chunk.at, into: $0) }
            try bytes.withUnsafeBytes { try body(chunk.partition, chunk.firstEvent, $0) }
        }
    }
}
