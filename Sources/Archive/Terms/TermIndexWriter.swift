/// Creates a partition's term index: the FTS5 table, its segments, and the records that describe them.
///
/// Run all of it inside one transaction, on a connection opened for building:
///
///     let index = try TermIndexWriter(connection: connection, pageSize: 16000)
///     var segment = try index.makeSegment()
///     try segment.startTerm(term)
///     try segment.append(row: 1)
///     try index.add(segment.finish())
///     try index.finish(eventCount: 1)
///
/// The index is for connections opened afterwards: FTS5 has cached the empty one in this connection.
public final class TermIndexWriter {
    private let connection: SQLiteConnection
    private let pageSize: Int
    private let insertPage: SQLiteStatement
    private let insertIndex: SQLiteStatement
    private var segments: [SegmentSummary] = []
    private var started = 0

    /// Creates the table.
    ///
    /// - Parameter pageSize: size of a leaf page in bytes, of `TermIndexFormat.pageSizes`. Choose it so that one or
    ///   two
    ///   pages fill one page of SQLite.
    public init(connection: SQLiteConnection, pageSize: Int) throws {
        self.connection = connection
        self.pageSize = pageSize
        try connection.execute(TermIndexFormat.createTable)
        insertPage = try connection.prepare("INSERT INTO terms_data(id, block) VALUES(?, ?)")
        insertIndex = try connection.prepare("INSERT INTO terms_idx(segid, term, pgno) VALUES(?, ?, ?)")
    }

    /// Begins the next segment. Only one may be written at a time; each takes terms from the smallest on.
    ///
    /// A term may be in several segments; then its rows in a later one must be greater than those in the earlier
    /// ones.
    public func makeSegment() -> SegmentWriter {
        started += 1
        precondition(started <= TermIndexFormat.maximumSegments, "too many segments")
        return SegmentWriter(
            segment: started, pageSize: pageSize, insertPage: insertPage, insertIndex: insertIndex)
    }

    /// Makes a finished segment part of the index; one without terms is left out.
    public func add(_ segment: SegmentSummary) {
        precondition(segments.allSatisfy { $0.segment < segment.segment }, "segments out of order")
        if segment.pages > 0 { segments.append(segment) }
    }

    /// The pairs of letters of the terms on the pages of all segments.
    public var pairs: PagePairs { PagePairs(segments.flatMap(\.pairs)) }

    /// Writes the records that make the segments an index.
    ///
    /// - Parameter eventCount: events of the partition, those without any term included.
    public func finish(eventCount: UInt64) throws {
        try replace(TermIndexFormat.averagesID, with: averages(eventCount: eventCount))
        try replace(TermIndexFormat.structureID, with: structure())
    }

    private func averages(eventCount: UInt64) -> [UInt8] {
        varints([eventCount, segments.reduce(0) { $0 + $1.rows }])
    }

    /// All segments in level 0, oldest first, none of them being merged.
    private func structure() -> [UInt8] {
        var numbers: [UInt64] = []
        let pages = segments.reduce(0) { $0 + UInt64($1.pages) }
        numbers += segments.isEmpty ? [0, 0, 0] : [1, UInt64(segments.count), pages, 0, UInt64(segments.count)]
        for segment in segments {
            numbers += [UInt64(segment.segment), 1, UInt64(segment.pages)]
        }
        let cookie: [UInt8] = [0, 0, 0, 0]
        return cookie + varints(numbers)
    }

    private func varints(_ values: [UInt64]) -> [UInt8] {
        values.flatMap { value in
            [UInt8](unsafeUninitializedCapacity: SQLiteVarint.maximumLength) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                count = SQLiteVarint.write(value, to: base)
            }
        }
    }

    private func replace(_ id: Int64, with record: [UInt8]) throws {
        let statement = try connection.prepare("REPLACE INTO terms_data(id, block) VALUES(?, ?)")
        try statement.bind(id, at: 1)
        try record.withUnsafeBytes { try statement.bind($0, at: 2) }
        try statement.execute()
    }
}
