import Archive
import Events
import Ingest

extension LineWork {
    /// The identities of all events over a few fields, from columns where these tell everything, else from lines.
    func computeProjections(
        _ choice: FieldChoice, _ projection: Projection, folder: String
    ) throws -> ComputedIdentities {
        let file = try SpillFile(folder: folder)
        let scope = side.scope
        let whole = side.partitions.indices.map {
            Part(partition: $0, first: 1, last: side.partitions[$0].events)
        }
        let chunks = try map(whole, choice: choice) { part, reader, canonicalizer in
            let fields = try Self.columns(reader, choice).map {
                try $0.map { try FieldDigests($0, reader, canonicalizer) }
            }
            var chunks: [ComputedIdentities.Chunk] = []
            for chunk in 0..<reader.seriesChunks {
                let first = chunk * PartitionFormat.seriesChunk + 1
                let last = min(first + PartitionFormat.seriesChunk - 1, part.last)
                var digests = [Projection.Digest](repeating: Projection.start, count: last - first + 1)
                var open = Bitmap(eventCount: UInt64(part.last))
                if let fields {
                    for field in fields { try field.mix(into: &digests, chunk, reader, projection, seeLine: &open) }
                } else {
                    open.set(UInt64(first)...UInt64(last))
                }
                if let events = scope[part.partition] { open.formAnd(events) }
                if !open.isEmpty {
                    try reader.forEachLine(first...last, of: open) { event, line in
                        digests[event - first] = projection.digest(canonicalizer.leaves(of: line))
                    }
                }
                for i in digests.indices {
                    digests[i] = Projection.Digest(high: digests[i].high.bigEndian, low: digests[i].low.bigEndian)
                }
                chunks.append(
                    ComputedIdentities.Chunk(
                        partition: part.partition, firstEvent: first, events: digests.count,
                        at: try digests.withUnsafeBytes { try file.append($0) }))
            }
            return chunks
        }
        return ComputedIdentities(file: file, chunks: chunks.flatMap { $0 })
    }

    /// The columns of the fields that count, by name; nil if one of them, or an object around one, is told only by lines.
    private static func columns(_ reader: PartitionReader, _ choice: FieldChoice) throws -> [PartitionField]? {
        let fields = try reader.fields()
        let chosen = fields.filter { choice.counts(name: $0.name) && ($0.events > 0 || $0.objects) }
        let withObjects = fields.filter(\.objects).map(\.name)
        for field in chosen {
            if field.storage != .dictionary || field.objects { return nil }
            if withObjects.contains(where: { field.name.hasPrefix($0 + ".") }) { return nil }
        }
        return chosen.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

/// A column with the digest of each of its entries.
private struct FieldDigests {
    private let field: PartitionField
    /// By code; those of 0 and 1 mean nothing.
    private let digests: [Projection.Digest]

    init(_ field: PartitionField, _ reader: PartitionReader, _ canonicalizer: EventCanonicalizer) throws {
        self.field = field
        guard field.entries >= 0, field.entries <= reader.events else {
            throw ArchiveError(.damaged, "impossible dictionary of \(field.name)", path: reader.path)
        }
        var key: [UInt8] = []
        JSONString.append(field.name.utf8, to: &key)
        key.append(0x3A)
        var digests = [Projection.Digest](repeating: Projection.start, count: field.entries + 2)
        var event: [UInt8] = []
        try reader.forEachEntry(of: field) { code, entry in
            guard Int(code) < digests.count else {
                throw ArchiveError(.damaged, "impossible code in \(field.name)", path: reader.path)
            }
            // Several values of one event are joined by line feeds.
            event.removeAll(keepingCapacity: true)
            for (number, value) in entry.split(separator: 0x0A).enumerated() {
                event.append(number == 0 ? 0x7B : 0x2C)
                event += key
                event += value
            }
            event.append(0x7D)
            let leaves = event.withUnsafeBytes { canonicalizer.leaves(of: $0) }
            if let digest = Projection.field(leaves[...]) { digests[Int(code)] = digest }
        }
        self.digests = digests
    }

    func mix(
        into all: inout [Projection.Digest], _ chunk: Int, _ reader: PartitionReader, _ projection: Projection,
        seeLine: inout Bitmap
    ) throws {
        guard let cells = try reader.cells(of: field, chunk: chunk) else { return }
        let first = chunk * PartitionFormat.seriesChunk + 1
        for (i, code) in cells.enumerated() where code != 0 {
            if code == 1 {
                seeLine.set(UInt64(first + i))
            } else {
                guard Int(code) < digests.count else {
                    throw ArchiveError(.damaged, "impossible code in \(field.name)", path: reader.path)
                }
                all[i] = projection.mixing(all[i], digests[Int(code)])
            }
        }
    }
}
