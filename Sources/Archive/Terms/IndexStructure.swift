/// A segment as the structure record has it.
struct IndexSegment: Hashable {
    /// 1 to 65,535, unique.
    var id: Int
    /// Numbers of its leaf pages.
    var pages: ClosedRange<Int>

    func leafID(_ page: Int) -> Int64 { TermIndexFormat.leafID(segment: id, page: page) }
}

/// The structure record: which segments make up the index.
struct IndexStructure {
    /// Oldest first.
    var segments: [IndexSegment]

    /// Reads the record. Throws `TermIndexError.Kind.badStructure` for anything but a complete, plain one.
    init(_ record: UnsafeRawBufferPointer) throws {
        let damage = TermIndexError(.badStructure, pageID: TermIndexFormat.structureID)
        // The 4 bytes of the configuration cookie say nothing to a reader. (The format's second version, for tables
        // with contentless_delete, has 0xFF next: no possible number of levels.)
        var numbers = VarintReader(record, from: 4)
        guard let levelCount = numbers.next(), levelCount <= 64,
            let segmentCount = numbers.next(), segmentCount <= UInt64(TermIndexFormat.maximumSegments),
            numbers.next() != nil
        else { throw damage }

        segments = []
        var older: [IndexSegment] = []
        for _ in 0..<levelCount {
            guard let merging = numbers.next(), let count = numbers.next(), merging <= count,
                count <= segmentCount - UInt64(older.count)
            else { throw damage }
            var level: [IndexSegment] = []
            for _ in 0..<count {
                guard let id = numbers.next(), TermIndexFormat.segmentIDs.contains(id),
                    let first = numbers.next(), TermIndexFormat.pageNumbers.contains(first),
                    let last = numbers.next(), TermIndexFormat.pageNumbers.contains(last), first <= last
                else { throw damage }
                level.append(IndexSegment(id: Int(id), pages: Int(first)...Int(last)))
            }
            // Higher levels hold older rows.
            older = level + older
        }
        guard older.count == segmentCount, Set(older.map(\.id)).count == older.count, numbers.isAtEnd else {
            throw damage
        }
        segments = older
    }
}

/// Reads the numbers of a record.
struct VarintReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func next() -> UInt64? {
        guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return nil }
        return SQLiteVarint.read(base, at: &offset, end: bytes.count)
    }
}
