/// Reads a partition's term index straight from its pages, as untrusted input.
///
/// FTS5's own query engine is not used: a lookup here is one search in the page index and one walk over a page, a
/// scan over all terms reads each page once, and every offset is checked. Anything that does not hold together is
/// thrown as `TermIndexError` (or `SQLiteError` for the file under it). Not `Sendable`, like its connection.
public final class TermIndexReader {
    /// The largest event number of the partition; a row beyond it is damage.
    public let eventCount: UInt64

    let connection: SQLiteConnection
    let segments: [IndexSegment]
    private let findPage: SQLiteStatement
    private let findNextPage: SQLiteStatement
    /// Statements that read a page by its id. More than one is in use when a visitor looks up something itself.
    private var idlePageStatements: [SQLiteStatement] = []
    /// The pages at which running scans stand, by segment: rows of their terms are read without looking them up
    /// again.
    var pinnedPages: [LeafPage?]
    private let scratch = TermBuffer()

    /// Opens the index of a partition with `eventCount` events (at most `Bitmap.maximumEventCount`).
    ///
    /// Run `SchemaGuard` first.
    public init(connection: SQLiteConnection, eventCount: UInt64) throws {
        precondition(eventCount <= Bitmap.maximumEventCount, "too many events")
        self.connection = connection
        self.eventCount = eventCount
        findPage = try connection.prepare(
            "SELECT pgno FROM terms_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1")
        findNextPage = try connection.prepare(
            "SELECT pgno FROM terms_idx WHERE segid = ? AND term > ? ORDER BY term LIMIT 1")
        let record = try connection.prepare("SELECT block FROM terms_data WHERE id = ?")
        try record.bind(TermIndexFormat.structureID, at: 1)
        guard try record.step() else { throw TermIndexError(.missing, pageID: TermIndexFormat.structureID) }
        segments = try IndexStructure(record.blob(0)).segments
        record.reset()
        idlePageStatements = [record]
        pinnedPages = Array(repeating: nil, count: segments.count)
    }

    /// The events that hold a term (1 byte or more, folded as the tokenizer folds); nil if none does.
    public func lookup(_ term: UnsafeRawBufferPointer) throws -> Doclist? {
        guard 1...TermIndexFormat.maximumTermLength ~= term.count else { return nil }
        let key = TermKey(term)
        var parts: [Doclist.Part] = []
        for segment in segments.indices {
            if let part = try find(term, key: key, in: segment) { parts.append(part) }
        }
        return parts.isEmpty ? nil : Doclist(reader: self, parts: parts)
    }

    /// Adds the events that hold a term to a bitmap over `eventCount` events; returns how many they are.
    @discardableResult
    public func addRows(of term: UnsafeRawBufferPointer, to bitmap: inout Bitmap) throws -> UInt64 {
        try lookup(term)?.addRows(to: &bitmap) ?? 0
    }

    /// The number of events that hold a term, from all of its rows.
    public func count(of term: UnsafeRawBufferPointer) throws -> UInt64 {
        try lookup(term)?.count() ?? 0
    }

    /// About how many events hold a term, from at most two pages a segment, whatever its number of rows: exact for a
    /// term whose rows are on one or two pages, else the pages between are taken to be like the first. Never more
    /// than `eventCount`.
    public func estimatedCount(of term: UnsafeRawBufferPointer) throws -> UInt64 {
        guard let doclist = try lookup(term) else { return 0 }
        let key = TermKey(term)
        var sum: UInt64 = 0
        for part in doclist.parts { sum += try estimatedCount(of: part, key: key) }
        return min(sum, eventCount)
    }

    private func estimatedCount(of part: Doclist.Part, key: TermKey) throws -> UInt64 {
        let (rows, rowsOfFullPage) = try withPage(part.page, of: part.segment) { page in
            let rows = UInt64(page.rowCount(in: try part.rows(in: page)))
            return (rows, UInt64(page.bodyEnd) * max(rows, 1) / UInt64(max(part.rows.count, 1)))
        }
        let lastPage = segments[part.segment].pages.upperBound
        guard part.isLast, part.page < lastPage else { return rows }
        let next = try indexedPage(findNextPage, key: key, in: part.segment) ?? lastPage
        guard next > part.page else {
            throw TermIndexError(.badIndex, pageID: segments[part.segment].leafID(next))
        }
        let tail = try withPage(next, of: part.segment) { page in page.rowCount(in: page.continuation) }
        return rows + UInt64(next - part.page - 1) * rowsOfFullPage + UInt64(tail)
    }

    // MARK: Finding a term

    private func find(_ term: UnsafeRawBufferPointer, key: TermKey, in segment: Int) throws -> Doclist.Part? {
        guard let number = try indexedPage(findPage, key: key, in: segment) else { return nil }
        return try withPage(number, of: segment) { page in
            guard page.hasTerms else { throw TermIndexError(.badIndex, pageID: page.id) }
            var terms = LeafTerms(page)
            scratch.removeAll()
            while try terms.next(into: scratch) {
                let order = compareBytes(scratch.term, term)
                if order == 0 {
                    return Doclist.Part(segment: segment, page: number, rows: terms.rows, isLast: terms.isLast)
                }
                if order > 0 { break }
            }
            return nil
        }
    }

    /// The page at which terms from `key` on begin, or nil if all terms of the segment are greater.
    func firstPage(for key: TermKey, in segment: Int) throws -> Int? {
        try indexedPage(findPage, key: key, in: segment)
    }

    private func indexedPage(_ statement: SQLiteStatement, key: TermKey, in segment: Int) throws -> Int? {
        defer { statement.reset() }
        try statement.bind(Int64(segments[segment].id), at: 1)
        try key.bytes.withUnsafeBytes { try statement.bind($0, at: 2) }
        guard try statement.step() else { return nil }
        // The lowest bit says whether there is a doclist index, which this reader does without.
        let value = try statement.int64(0) >> 1
        guard let page = Int(exactly: value), segments[segment].pages.contains(page) else {
            throw TermIndexError(.badIndex, pageID: TermIndexFormat.leafID(segment: segments[segment].id, page: 0))
        }
        return page
    }

    // MARK: Pages

    /// Calls `body` with a page, which is valid only inside of it. `body` may use the reader.
    func withPage<Result>(_ number: Int, of segment: Int, _ body: (LeafPage) throws -> Result) throws -> Result {
        let id = segments[segment].leafID(number)
        if let pinned = pinnedPages[segment], pinned.id == id { return try body(pinned) }
        let statement =
            try idlePageStatements.popLast() ?? connection.prepare("SELECT block FROM terms_data WHERE id = ?")
        defer {
            statement.reset()
            idlePageStatements.append(statement)
        }
        try statement.bind(id, at: 1)
        guard try statement.step() else { throw TermIndexError(.missing, pageID: id) }
        return try body(LeafPage(statement.blob(0), id: id))
    }

    /// Rows and terms written in the averages record: events of the partition, rows over all terms.
    func recordedCounts() throws -> (events: UInt64, rows: UInt64) {
        let damage = TermIndexError(.badCounts, pageID: TermIndexFormat.averagesID)
        let statement = try connection.prepare("SELECT block FROM terms_data WHERE id = ?")
        try statement.bind(TermIndexFormat.averagesID, at: 1)
        guard try statement.step() else { throw TermIndexError(.missing, pageID: TermIndexFormat.averagesID) }
        var numbers = try VarintReader(statement.blob(0))
        guard let events = numbers.next(), let rows = numbers.next(), numbers.isAtEnd else { throw damage }
        return (events, rows)
    }
}

/// A term as it is stored, with FTS5's prefix byte.
struct TermKey {
    let bytes: [UInt8]

    init(_ term: UnsafeRawBufferPointer) {
        bytes = [TermIndexFormat.termPrefix] + term
    }
}
