import Archive

/// Proves single lines of an export to its Merkle root.
public final class LineProver {
    private let archive: Archive
    private let fetcher: EventFetcher
    /// Lines held at a time.
    private static let window: UInt64 = 8

    public init(archive: Archive) {
        self.archive = archive
        fetcher = EventFetcher(archive: archive)
    }

    /// The proof of any line: an event, a reject or a blank line. Reads the 1,024 lines around it and the stored roots.
    ///
    /// - Returns: nil if the export has no such line.
    /// - Throws: `ArchiveError.damaged` if what is stored no longer leads to the export's root.
    public func proof(of line: UInt64, in export: ExportRecord, tool: String) throws -> LineProof? {
        guard line >= 1, line <= export.lines else { return nil }
        let size = UInt64(MerkleTree.groupSize)
        let group = (line - 1) / size
        let first = group * size + 1
        let last = min(export.lines, first + size - 1)
        var leaves: [UInt8] = []
        var bytes: [UInt8]?
        var next = first
        while next <= last {
            let end = min(last, next + Self.window - 1)
            let lines = try fetcher.lines(next...end, of: export)
            guard lines.map(\.line) == Array(next...end) else { throw damage("lines \(next) to \(end) are incomplete") }
            for found in lines {
                leaves += found.bytes.withUnsafeBytes { MerklePath.leaf(line: found.line, $0) }
                if found.line == line { bytes = found.bytes }
            }
            next = end + 1
        }
        let roots = try storedRoots(of: export)
        let place = Int(group) * 32
        guard let bytes, roots.count >= place + 32, MerkleTree.root(of: leaves).elementsEqual(roots[place..<place + 32])
        else { throw damage("lines \(first) to \(last) are not those whose hash was stored") }
        guard MerkleTree.root(of: roots) == export.merkleRoot else {
            throw damage("the stored hashes do not lead to the export's root")
        }
        let siblings =
            MerklePath.siblings(of: Int((line - 1) % size), in: leaves)
            + MerklePath.siblings(of: Int(group), in: roots)
        return LineProof(
            label: export.label, digest: export.digest, sourceDigest: export.sourceDigest, lines: export.lines,
            line: line, bytes: bytes, siblings: siblings, root: export.merkleRoot, tool: tool)
    }

    private func storedRoots(of export: ExportRecord) throws -> [UInt8] {
        guard let partition = archive.partitions(of: export).first(where: \.holdsRemainder) else {
            throw damage("\(export.label) lacks its first partition")
        }
        return try archive.open(partition).merkleRoots()
    }

    private func damage(_ message: String) -> ArchiveError {
        ArchiveError(.damaged, message, path: archive.path, remedy: "run `coldtrail verify`")
    }
}
