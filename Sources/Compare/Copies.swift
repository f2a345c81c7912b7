import Archive

/// Equal events across exports: which copy counts, and where the others are.
///
/// Of equal events the first counts: that of the export that was ingested first, there that with the lowest line.
public struct Copies {
    /// A copy of an event that stands earlier.
    public struct Copy: Sendable, Equatable {
        public var first: Citation
        public var copy: Citation
    }

    /// An event's place.
    public struct Citation: Sendable, Hashable {
        public var partition: PartitionRecord
        public var event: Int
        public var line: UInt64

        public static func == (a: Citation, b: Citation) -> Bool {
            a.partition.id == b.partition.id && a.event == b.event
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(partition.id)
            hasher.combine(event)
        }
    }

    private static let heldIdentities: UInt64 = 6_000_000

    private let archive: Archive
    /// In the order in which copies count.
    private let partitions: [PartitionRecord]
    private let starts: [Int]
    /// Per partition the events looked at; nil for all.
    private let scope: [Bitmap?]

    /// - Parameters:
    ///   - partitions: those looked at; by export in the order of ingest, then number.
    ///   - events: by partition id the events looked at; nil for all events of all partitions.
    public init(archive: Archive, partitions: [PartitionRecord], events: [Int64: Bitmap]?) {
        self.archive = archive
        let partitions = partitions.filter { $0.events > 0 && (events == nil || events?[$0.id] != nil) }
        self.partitions = partitions
        var starts = [0]
        for partition in partitions { starts.append(starts[starts.count - 1] + partition.events) }
        self.starts = starts
        scope = partitions.map { events?[$0.id] }
    }

    /// Per partition id the events that are no copy of an earlier one, and their number.
    public func firstOnes() throws -> (events: [Int64: Bitmap], count: UInt64) {
        var first: [Int64: Bitmap] = [:]
        for (number, partition) in partitions.enumerated() {
            first[partition.id] = scope[number] ?? Bitmap(allOf: UInt64(partition.events))
        }
        try forEachGroup { group in
            for identity in group.dropFirst() {
                let number = Int(identity.partition)
                first[partitions[number].id]?.clear(UInt64(Int(identity.ordinal) - starts[number] + 1))
            }
        }
        return (first, first.values.reduce(0) { $0 + $1.count })
    }

    /// All copies of earlier events, in the order of the events and then of the copies.
    ///
    /// Eight bytes a copy are in memory.
    public func forEachCopy(_ body: (Copy) throws -> Void) throws {
        var pairs: [(first: UInt32, copy: UInt32)] = []
        try forEachGroup { group in
            guard let first = group.first else { return }
            for identity in group.dropFirst() { pairs.append((first.ordinal, identity.ordinal)) }
        }
        // Partitions overlap in lines: the order of ordinals is repeatable, and by line within a partition.
        pairs.sort { ($0.first, $0.copy) < ($1.first, $1.copy) }
        var readers = CitationReader(archive)
        for pair in pairs {
            let first = try readers.citation(place(Int(pair.first)))
            try body(Copy(first: first, copy: try readers.citation(place(Int(pair.copy)))))
        }
    }

    private func place(_ ordinal: Int) -> (PartitionRecord, Int) {
        var low = 0
        var high = partitions.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= ordinal { low = middle } else { high = middle - 1 }
        }
        return (partitions[low], ordinal - starts[low] + 1)
    }

    /// Calls `body` with each group of two and more equal events, in the order in which they count.
    private func forEachGroup(_ body: (ArraySlice<Identity>) -> Void) throws {
        guard starts[partitions.count] < Int(UInt32.max) else {
            throw ArchiveError(.usage, "too many events to be compared at once", remedy: "name fewer exports")
        }
        let total = scope.enumerated().reduce(UInt64(0)) {
            $0 + ($1.element?.count ?? UInt64(partitions[$1.offset].events))
        }
        var bits = 0
        while total >> UInt64(bits) > Self.heldIdentities { bits += 1 }
        for slice in 0..<(UInt64(1) << UInt64(bits)) {
            let found = try gather(slice, bits, total)
            var groupBits = 0
            while found.count >> groupBits > 8, groupBits < 22 { groupBits += 1 }
            let identities = IdentityTable(found, skippedBits: bits, groupBits: groupBits).identities
            var start = 0
            while start < identities.count {
                var end = start + 1
                while end < identities.count, identities[end].high == identities[start].high,
                    identities[end].low == identities[start].low
                { end += 1 }
                if end - start > 1 { body(identities[start..<end]) }
                start = end
            }
        }
    }

    private func gather(_ slice: UInt64, _ bits: Int, _ total: UInt64) throws -> [Identity] {
        var found: [Identity] = []
        found.reserveCapacity(Int(total >> UInt64(bits)) * 9 / 8 + 64)
        for (number, partition) in partitions.enumerated() {
            let reader = try archive.open(partition)
            for chunk in 0..<reader.seriesChunks {
                let first = chunk * PartitionFormat.seriesChunk + 1
                let bytes = try reader.fingerprints(chunk: chunk)
                guard bytes.count == min(PartitionFormat.seriesChunk, partition.events - first + 1) * 16 else {
                    throw ArchiveError(.damaged, "fingerprints are missing", path: reader.path)
                }
                bytes.withUnsafeBytes { bytes in
                    for i in 0..<bytes.count / 16 {
                        let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16 * i, as: UInt64.self))
                        if bits > 0, high >> UInt64(64 - bits) != slice { continue }
                        if let events = scope[number], !events.contains(UInt64(first + i)) { continue }
                        let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16 * i + 8, as: UInt64.self))
                        found.append(
                            Identity(
                                high: high, low: low,
                                ordinal: UInt32(truncatingIfNeeded: starts[number] + first + i - 1),
                                partition: UInt32(truncatingIfNeeded: number)))
                    }
                }
            }
        }
        return found
    }
}

/// Looks up line numbers; the last few partitions stay open.
private struct CitationReader {
    private let archive: Archive
    private var open: [(id: Int64, reader: PartitionReader)] = []

    init(_ archive: Archive) {
        self.archive = archive
    }

    mutating func citation(_ place: (partition: PartitionRecord, event: Int)) throws -> Copies.Citation {
        let reader: PartitionReader
        if let known = open.first(where: { $0.id == place.partition.id }) {
            reader = known.reader
        } else {
            reader = try archive.open(place.partition)
            if open.count == 4 { open.removeFirst() }
            open.append((place.partition.id, reader))
        }
        return Copies.Citation(partition: place.partition, event: place.event, line: try reader.line(of: place.event))
    }
}
