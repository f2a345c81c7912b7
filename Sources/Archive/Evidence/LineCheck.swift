import Crypto

/// Walks once through all lines of an export in file order and builds its Merkle tree anew.
///
/// Days interleave in a file, so lines are taken in windows: within one, each partition gives its lines and their
/// leaves are put in their places. Memory: 32 MiB of leaves and what is read ahead of one partition, however long the export is.
struct LineCheck {
    private static let window: UInt64 = 1 << 20
    /// Bytes of lines that are read ahead: a span, so that each of its blocks is decompressed once.
    private static let readAhead = 20 << 20

    let archive: Archive
    let export: ExportRecord
    /// By partition id: what is wrong.
    private(set) var problems: [Int64: [String]] = [:]
    private(set) var exportProblems: [String] = []
    private var tree = MerkleTree()
    private var nextEvent: [Int64: Int] = [:]
    private var damagedBlocks: Set<String> = []
    private var rejects: UInt64 = 0
    private var blanks: UInt64 = 0
    private var isComplete = true

    init(archive: Archive, export: ExportRecord) {
        self.archive = archive
        self.export = export
    }

    /// - Parameter readable: the partitions that can be opened.
    /// - Parameter progress: called with the raw bytes of each block.
    mutating func run(_ readable: [PartitionRecord], progress: (UInt64) -> Void) throws {
        let remainder = try readable.first(where: \.holdsRemainder).map { try OtherCursor(archive.open($0)) }
        var first: UInt64 = 1
        while first <= export.lines {
            let end = min(export.lines, first + Self.window - 1)
            var leaves = [UInt8](repeating: 0, count: Int(end - first + 1) * 32)
            var filled = 0
            for partition in readable
            where partition.events > 0 && partition.firstLine <= end && partition.lastLine >= first {
                filled += try addEvents(of: partition, lines: first...end, to: &leaves, progress: progress)
            }
            filled += addOthers(remainder, lines: first...end, to: &leaves)
            if filled != Int(end - first + 1) { isComplete = false }
            // A catalog may claim any number of lines: where none is found any more, the walk ends.
            if filled == 0 { break }
            tree.append(leaves: leaves)
            first = end + 1
        }
        finish(stored: try? remainder?.reader.merkleRoots())
    }

    private mutating func addEvents(
        of partition: PartitionRecord, lines: ClosedRange<UInt64>, to leaves: inout [UInt8], progress: (UInt64) -> Void
    ) throws -> Int {
        let reader = try archive.open(partition)
        var filled = 0
        var event = nextEvent[partition.id] ?? 1
        defer { nextEvent[partition.id] = event }
        do {
            _ = try reader.blocks()
        } catch {
            note(partition, "blocks: \(describe(error))")
            event = reader.events + 1
        }
        let source = OrderedLines(reader, mostBytes: Self.readAhead)
        withoutActuallyEscaping(progress) { progress in
            source.blockRead = { progress(UInt64($0)) }
            while event <= reader.events {
                guard let line = try? reader.line(of: event), line <= lines.upperBound else { break }
                do {
                    if lines.contains(line) {
                        try source.withLine(event) {
                            Self.put($0, line: line, at: Int(line - lines.lowerBound), in: &leaves)
                        }
                        filled += 1
                    }
                } catch {
                    guard let number = try? reader.block(of: event) else {
                        note(partition, describe(error))
                        event = reader.events + 1
                        break
                    }
                    if damagedBlocks.insert("\(partition.id).\(number)").inserted {
                        note(partition, describe(error) + BlockPlace.text(number, reader))
                    }
                }
                event += 1
            }
            source.blockRead = { _ in }
        }
        return filled
    }

    private mutating func addOthers(_ cursor: OtherCursor?, lines: ClosedRange<UInt64>, to leaves: inout [UInt8]) -> Int
    {
        guard let cursor else { return 0 }
        var filled = 0
        do {
            while let record = try cursor.peek(), record.line <= lines.upperBound {
                var hasher = MerkleTree.leafHasher(line: record.line)
                var length: UInt64 = 0
                var isContinued = true
                while isContinued {
                    guard let part = try cursor.next(), part.line == record.line else {
                        throw CheckFailure(description: "line \(record.line) lacks its end")
                    }
                    part.bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
                    length += UInt64(part.bytes.count)
                    isContinued = part.isContinued
                }
                if record.kind == .blank { blanks += 1 } else { rejects += 1 }
                guard lines.contains(record.line) else { continue }
                let digest = MerkleTree.finishLeaf(&hasher, length: length)
                Self.store(digest, at: Int(record.line - lines.lowerBound), in: &leaves)
                filled += 1
            }
        } catch {
            exportProblems.append("lines that are not events: \(describe(error))")
            cursor.stop()
        }
        return filled
    }

    private mutating func finish(stored: [UInt8]?) {
        let root = tree.finish()
        if rejects != export.rejects || blanks != export.blanks {
            exportProblems.append(
                "\(rejects) rejects and \(blanks) blank lines are kept, not \(export.rejects) and \(export.blanks)")
        }
        guard isComplete else {
            exportProblems.append("lines are missing, so its Merkle root cannot be confirmed")
            return
        }
        if root != export.merkleRoot { exportProblems.append("the Merkle root of its lines is not the catalog's") }
        if stored != tree.groupRoots { exportProblems.append("the stored Merkle roots are not those of its lines") }
    }

    private mutating func note(_ partition: PartitionRecord, _ problem: String) {
        isComplete = false
        problems[partition.id, default: []].append(problem)
    }

    private static func put(_ bytes: UnsafeRawBufferPointer, line: UInt64, at place: Int, in leaves: inout [UInt8]) {
        var hasher = MerkleTree.leafHasher(line: line)
        hasher.update(bufferPointer: bytes)
        store(MerkleTree.finishLeaf(&hasher, length: UInt64(bytes.count)), at: place, in: &leaves)
    }

    private static func store(_ digest: SHA256.Digest, at place: Int, in leaves: inout [UInt8]) {
        digest.withUnsafeBytes { source in
            leaves.withUnsafeMutableBytes {
                UnsafeMutableRawBufferPointer(rebasing: $0[place * 32..<place * 32 + 32]).copyMemory(from: source)
            }
        }
    }
}

/// The lines of an export that are not events, one at a time.
final class OtherCursor {
    let reader: PartitionReader
    private let rows: SQLiteStatement
    private var queue: [OtherRecord] = []
    private var at = 0
    private var isStopped = false

    init(_ reader: PartitionReader) throws {
        self.reader = reader
        rows = try reader.database.prepare("SELECT records, raw_bytes, data FROM other ORDER BY id")
    }

    func peek() throws -> OtherRecord? {
        while at == queue.count {
            guard !isStopped, try rows.step() else { return nil }
            let raw = try reader.inflate(try rows.blob(2), size: Int(try rows.int64(1)), limit: 80 << 20)
            let count = try rows.int64(0)
            queue = []
            at = 0
            try raw.withUnsafeBytes { bytes in
                var records = ByteReader(bytes)
                for _ in 0..<count { queue.append(try OtherRecord.read(&records)) }
            }
        }
        return queue[at]
    }

    func next() throws -> OtherRecord? {
        let record = try peek()
        if record != nil { at += 1 }
        return record
    }

    /// What follows is damaged.
    func stop() {
        isStopped = true
        queue = []
        at = 0
    }
}
