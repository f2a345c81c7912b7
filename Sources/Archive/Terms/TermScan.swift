extension TermIndexReader {
    /// A term met by a scan; valid only inside the visitor.
    public struct Entry {
        /// The term's bytes.
        public let term: UnsafeRawBufferPointer
        /// The events that hold it. Unlike `term` it may be kept.
        public let doclist: Doclist
    }

    /// Which terms a scan delivers.
    enum Filter {
        case prefix([UInt8])
        case containing([UInt8])
    }

    /// Calls `visitor` with every term that begins with `prefix` (empty: every term), ascending, until it returns
    /// false.
    ///
    /// The visitor may use the reader, also for another scan.
    public func forEachTerm(
        prefix: UnsafeRawBufferPointer, _ visitor: (Entry) throws -> Bool
    ) throws {
        try scan(.prefix([UInt8](prefix)), from: TermKey(prefix), visitor)
    }

    /// Calls `visitor` with every term in which `bytes` (folded as the tokenizer folds) stand somewhere, ascending,
    /// until it returns false. Reads every page of the index once.
    ///
    /// The visitor may use the reader, also for another scan.
    public func forEachTerm(
        containing bytes: UnsafeRawBufferPointer, _ visitor: (Entry) throws -> Bool
    ) throws {
        let everything = UnsafeRawBufferPointer(start: nil, count: 0)
        try scan(.containing([UInt8](bytes)), from: TermKey(everything), visitor)
    }

    private func scan(_ filter: Filter, from key: TermKey, _ visitor: (Entry) throws -> Bool) throws {
        let outerPins = pinnedPages
        defer { pinnedPages = outerPins }
        var cursors: [SegmentCursor] = []
        for segment in segments.indices {
            let cursor = try SegmentCursor(reader: self, segment: segment, from: key, filter: filter)
            if try cursor.advance() { cursors.append(cursor) }
        }
        while !cursors.isEmpty {
            let same = SegmentCursor.atLowestTerm(cursors)
            for cursor in same { pinnedPages[cursor.segment] = cursor.page }
            let entry = Entry(term: same[0].term, doclist: Doclist(reader: self, parts: same.map(\.part)))
            guard try visitor(entry) else { return }
            for cursor in same {
                pinnedPages[cursor.segment] = nil
                if try !cursor.advance() { cursors.removeAll { $0 === cursor } }
            }
        }
    }
}

/// Walks over the terms of one segment that pass a filter.
final class SegmentCursor {
    /// Index into the reader's segments.
    let segment: Int
    private let info: IndexSegment
    private let filter: TermIndexReader.Filter
    private let statement: SQLiteStatement
    private let buffer = TermBuffer()
    private var nextPage: Int
    private var terms: LeafTerms?
    /// The page of the present term; valid until the next `advance`.
    private(set) var page: LeafPage?

    /// Begins before the first term that the filter can pass.
    init(reader: TermIndexReader, segment: Int, from key: TermKey, filter: TermIndexReader.Filter) throws {
        self.segment = segment
        self.filter = filter
        info = reader.segments[segment]
        statement = try reader.connection.prepare(
            "SELECT id, block FROM terms_data WHERE id BETWEEN ? AND ? ORDER BY id")
        nextPage = try reader.firstPage(for: key, in: segment) ?? info.pages.lowerBound
        try statement.bind(info.leafID(nextPage), at: 1)
        try statement.bind(info.leafID(info.pages.upperBound), at: 2)
    }

    /// The present term; valid until the next `advance`.
    var term: UnsafeRawBufferPointer { buffer.term }

    /// The present term's rows.
    var part: Doclist.Part {
        Doclist.Part(segment: segment, page: nextPage - 1, rows: terms?.rows ?? 0..<0, isLast: terms?.isLast ?? false)
    }

    /// The cursors at the smallest term, in the order given. They are few and mostly one, so all are compared.
    static func atLowestTerm(_ cursors: [SegmentCursor]) -> [SegmentCursor] {
        guard cursors.count > 1 else { return cursors }
        var lowest: [SegmentCursor] = []
        for cursor in cursors {
            let order = lowest.first.map { compareBytes(cursor.term, $0.term) } ?? 0
            if order < 0 { lowest.removeAll(keepingCapacity: true) }
            if order <= 0 { lowest.append(cursor) }
        }
        return lowest
    }

    /// Goes to the next term that passes the filter; false when there is none.
    func advance() throws -> Bool {
        while true {
            while try terms?.next(into: buffer) ?? false {
                switch filter {
                case .prefix(let prefix):
                    if prefix.isEmpty { return true }
                    let order = prefix.withUnsafeBytes { compareBytes(startOfTerm($0.count), $0) }
                    if order == 0 { return true }
                    if order > 0 { return false }
                case .containing(let bytes):
                    if bytes.withUnsafeBytes({ contains(term, $0) }) { return true }
                }
            }
            guard try goToNextPage() else { return false }
        }
    }

    private func goToNextPage() throws -> Bool {
        terms = nil
        page = nil
        guard info.pages.contains(nextPage) else { return false }
        let id = info.leafID(nextPage)
        guard try statement.step(), try statement.int64(0) == id else { throw TermIndexError(.missing, pageID: id) }
        let page = try LeafPage(statement.blob(1), id: id)
        nextPage += 1
        self.page = page
        terms = LeafTerms(page)
        return true
    }

    private func startOfTerm(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: term.prefix(count))
    }
}

/// Whether `needle` stands somewhere in `text`.
@inline(__always)
private func contains(_ text: UnsafeRawBufferPointer, _ needle: UnsafeRawBufferPointer) -> Bool {
    guard let first = needle.first else { return true }
    var start = 0
    while start <= text.count - needle.count {
        if text[start] == first {
            var matched = 1
            while matched < needle.count, text[start &+ matched] == needle[matched] { matched &+= 1 }
            if matched == needle.count { return true }
        }
        start &+= 1
    }
    return false
}
