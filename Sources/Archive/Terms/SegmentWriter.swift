/// What a finished segment holds.
public struct SegmentSummary: Hashable, Sendable {
    /// The segment's number, from 1.
    public var segment: Int
    /// Leaf pages written.
    public var pages: Int
    /// Distinct terms.
    public var terms: UInt64
    /// Rows appended, over all terms; FTS5 counts them as tokens.
    public var rows: UInt64
    /// By leaf page, the pairs of letters of the terms that begin on it.
    var pairs: [PagePairs.Pairs]
}

/// Writes one FTS5 segment from terms in ascending order, page after page, with memory for one page.
///
/// Call `startTerm` and then `append` for each of the term's rows, ascending; last `finish`. Order is checked, since
/// a wrong one would make an index that answers wrongly: breaking it ends the process.
public struct SegmentWriter: ~Copyable {
    private let segment: Int
    private let pageSize: Int
    private let insertPage: SQLiteStatement
    private let insertIndex: SQLiteStatement

    /// The page: header, entries; the footer is put behind them when the page is full.
    let page: UnsafeMutablePointer<UInt8>
    private let footer: UnsafeMutablePointer<UInt8>
    /// The present term with FTS5's prefix byte.
    private let term: UnsafeMutablePointer<UInt8>
    private var termLength = 0

    private var pairs: [PagePairs.Pairs] = []
    /// Those of the present page, bit by bit.
    private let pagePairs: UnsafeMutablePointer<UInt64>
    private let classes: UnsafeMutablePointer<UInt8>

    private var pageNumber = 1
    /// Bytes used in `page`, header included.
    var used = TermIndexFormat.headerLength
    private var footerUsed = 0
    private var lastTermOffset = 0
    /// A row id fits the page while `used` is at most this.
    var rowLimit = 0
    /// The row before, from which the next one's delta counts; 0 if the next one is written whole.
    var base: UInt64 = 0

    private var terms: UInt64 = 0
    var rows: UInt64 = 0

    init(segment: Int, pageSize: Int, insertPage: SQLiteStatement, insertIndex: SQLiteStatement) {
        precondition(TermIndexFormat.pageSizes.contains(pageSize), "leaf page size out of range")
        self.segment = segment
        self.pageSize = pageSize
        self.insertPage = insertPage
        self.insertIndex = insertIndex
        // A page that begins with a long term may exceed its size by that term; then come the footer's bytes,
        // of which each term has at most three.
        let slack = TermIndexFormat.maximumTermLength + 64
        page = .allocate(capacity: 2 * pageSize + slack)
        footer = .allocate(capacity: pageSize + slack)
        term = .allocate(capacity: TermIndexFormat.maximumTermLength + 1)
        page.initialize(repeating: 0, count: TermIndexFormat.headerLength)
        term[0] = TermIndexFormat.termPrefix
        pagePairs = .allocate(capacity: 4)
        pagePairs.initialize(repeating: 0, count: 4)
        classes = .allocate(capacity: 256)
        for (byte, group) in PagePairs.classes.enumerated() { (classes + byte).initialize(to: group) }
        updateRowLimit()
    }

    deinit {
        page.deallocate()
        footer.deallocate()
        term.deallocate()
        pagePairs.deallocate()
        classes.deallocate()
    }

    /// Begins the next term: 1 to `TermIndexFormat.maximumTermLength` bytes, greater than the term before in byte
    /// order.
    ///
    /// - Throws: `SQLiteError` if a full page could not be written.
    public mutating func startTerm(_ bytes: UnsafeRawBufferPointer) throws {
        precondition(1...TermIndexFormat.maximumTermLength ~= bytes.count, "term length out of range")
        precondition(base != 0 || terms == 0, "the term before has no rows")
        let shared = sharedLength(with: bytes)

        // Room for two lengths, the term, its footer entry and its first row, so that no term is parted from its
        // first row.
        let needed = 4 + 1 + bytes.count + 3 + SQLiteVarint.maximumLength
        if used > TermIndexFormat.headerLength, used + footerUsed + needed > pageSize { try flushPage() }

        let isFirstOnPage = footerUsed == 0
        footerUsed += SQLiteVarint.write(UInt64(used - lastTermOffset), to: footer + footerUsed)
        lastTermOffset = used
        // Lengths count the prefix byte, which all terms share.
        var kept = 0
        if isFirstOnPage {
            try indexPage(firstTerm: bytes, sharedWithLast: shared)
        } else {
            kept = shared + 1
            used += SQLiteVarint.write(UInt64(kept), to: page + used)
        }
        copy(bytes, from: shared)
        // What is shared with a term of the same page has been noted.
        notePairs(of: bytes, from: isFirstOnPage ? 0 : max(shared - 1, 0))
        used += SQLiteVarint.write(UInt64(termLength - kept), to: page + used)
        (page + used).update(from: term + kept, count: termLength - kept)
        used += termLength - kept

        base = 0
        terms += 1
        updateRowLimit()
        // A term larger than the page still gets its first row: the buffer has room for it.
        rowLimit = max(rowLimit, used)
    }

    /// Appends a row to the present term: at least 1 and greater than the row before.
    ///
    /// - Throws: `SQLiteError` if a full page could not be written.
    @inline(__always)
    public mutating func append(row: UInt64) throws {
        precondition(row > base, "rows must ascend")
        if used > rowLimit { try continueOnNextPage() }
        let delta = row &- base
        base = row
        rows &+= 1
        if delta < 0x80 {
            page[used] = UInt8(truncatingIfNeeded: delta)
            used &+= 1
        } else {
            used &+= SQLiteVarint.write(delta, to: page + used)
        }
    }

    /// Appends `count` rows that are already coded as the segment has them, mostly by one copy.
    ///
    /// - Parameters:
    ///   - firstRow: greater than the row before.
    ///   - count: rows in all, at least 1.
    ///   - lastRow: the last one; it must be what the deltas add up to.
    ///   - deltas: `count - 1` SQLite varints, each at least 1, without redundant leading groups.
    public mutating func append(
        firstRow: UInt64, count: Int, lastRow: UInt64, deltas: UnsafeRawBufferPointer
    ) throws {
        try append(row: firstRow)
        guard let source = deltas.bindMemory(to: UInt8.self).baseAddress, count > 1 else {
            precondition(count == 1 && lastRow == firstRow && deltas.isEmpty, "rows and deltas do not agree")
            return
        }
        precondition(lastRow > firstRow, "rows must ascend")
        if used + deltas.count <= rowLimit {
            (page + used).update(from: source, count: deltas.count)
            used += deltas.count
            rows += UInt64(count - 1)
            base = lastRow
            return
        }
        // A page ends somewhere in these: the row after the cut is written whole, so the rows themselves are needed.
        var offset = 0
        var row = firstRow
        var appended = 1
        while let delta = SQLiteVarint.read(source, at: &offset, end: deltas.count) {
            row += delta
            appended += 1
            try append(row: row)
        }
        precondition(row == lastRow && appended == count, "rows and deltas do not agree")
    }

    /// Writes the last page.
    ///
    /// - Throws: `SQLiteError`.
    public consuming func finish() throws -> SegmentSummary {
        precondition(base != 0 || terms == 0, "the last term has no rows")
        if used > TermIndexFormat.headerLength { try flushPage() }
        return SegmentSummary(
            segment: segment, pages: pageNumber - 1, terms: terms, rows: rows, pairs: pairs)
    }

    // MARK: Pages

    /// Ends the page inside the present term's rows. The next page begins with a row, written whole.
    @inline(never)
    mutating func continueOnNextPage() throws {
        precondition(terms > 0, "a row without a term")
        try flushPage()
        page[1] = UInt8(TermIndexFormat.headerLength)
        base = 0
    }

    private mutating func flushPage() throws {
        page[2] = UInt8(truncatingIfNeeded: used >> 8)
        page[3] = UInt8(truncatingIfNeeded: used)
        (page + used).update(from: footer, count: footerUsed)
        try insertPage.bind(TermIndexFormat.leafID(segment: segment, page: pageNumber), at: 1)
        try insertPage.bind(borrowing: UnsafeRawBufferPointer(start: page, count: used + footerUsed), at: 2)
        try insertPage.execute()

        pairs.append(PagePairs.Pairs(pagePairs[0], pagePairs[1], pagePairs[2], pagePairs[3]))
        pagePairs.update(repeating: 0, count: 4)
        pageNumber += 1
        precondition(TermIndexFormat.pageNumbers.contains(UInt64(pageNumber)), "segment too large")
        page.update(repeating: 0, count: TermIndexFormat.headerLength)
        used = TermIndexFormat.headerLength
        footerUsed = 0
        lastTermOffset = 0
        updateRowLimit()
    }

    /// Enters the page in the page index, under the shortest key above the last term of the pages before.
    private func indexPage(firstTerm: UnsafeRawBufferPointer, sharedWithLast shared: Int) throws {
        let keyLength = pageNumber == 1 ? 0 : shared + 2
        let key: [UInt8] = [TermIndexFormat.termPrefix] + firstTerm.prefix(shared + 1)
        try insertIndex.bind(Int64(segment), at: 1)
        try key.withUnsafeBytes { try insertIndex.bind(UnsafeRawBufferPointer(rebasing: $0[..<keyLength]), at: 2) }
        try insertIndex.bind(Int64(pageNumber) << 1, at: 3)
        try insertIndex.execute()
    }

    @inline(__always)
    private func notePairs(of term: UnsafeRawBufferPointer, from start: Int) {
        if term.count >= PagePairs.longTerm { return pagePairs.update(repeating: .max, count: 4) }
        var first = classes[Int(term[start])]
        for place in start &+ 1..<term.count {
            let second = classes[Int(term[place])]
            pagePairs[Int(first >> 2)] |= 1 << UInt64(first << 4 & 0x30 | second)
            first = second
        }
    }

    private mutating func updateRowLimit() {
        rowLimit = pageSize - footerUsed - SQLiteVarint.maximumLength
    }

    // MARK: Terms

    /// Bytes that a new term has in common with the present one; checks that it is the greater one.
    private func sharedLength(with bytes: UnsafeRawBufferPointer) -> Int {
        guard terms > 0 else { return 0 }
        let present = term + 1
        let limit = min(termLength - 1, bytes.count)
        var shared = 0
        while shared < limit, present[shared] == bytes[shared] { shared &+= 1 }
        precondition(
            shared < bytes.count && (shared == termLength - 1 || present[shared] < bytes[shared]),
            "terms must ascend")
        return shared
    }

    /// Makes `bytes` the present term, of which the first `shared` are in place.
    private mutating func copy(_ bytes: UnsafeRawBufferPointer, from shared: Int) {
        for index in shared..<bytes.count { term[1 &+ index] = bytes[index] }
        termLength = bytes.count + 1
    }
}
