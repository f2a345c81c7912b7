extension TermIndexReader {
    /// What a complete walk over an index found.
    public struct Totals: Hashable, Sendable {
        /// Distinct terms.
        public var terms: UInt64 = 0
        /// Rows over all terms.
        public var rows: UInt64 = 0
    }

    /// Reads all of the index: every page, term and row, the page index, and the counts written with it.
    ///
    /// FTS5's own integrity-check is an INSERT and cannot run on a sealed file.
    ///
    /// - Parameter pairs: what is said of the pages' pairs of letters; nil: nothing.
    /// - Throws: `TermIndexError` for the first thing that is wrong, `SQLiteError` if the file cannot be read.
    public func verify(pairs: PagePairs? = nil) throws -> Totals {
        let totals = segments.count == 1 ? try totalsOfSingleSegment() : try totalsOfSegments()
        var found: [PagePairs.Pairs] = []
        for segment in segments.indices { try verifyPageIndex(of: segment, pairs: &found) }
        guard pairs == nil || pairs == PagePairs(found) else {
            throw TermIndexError(.badPairs, pageID: TermIndexFormat.structureID)
        }
        let recorded = try recordedCounts()
        guard recorded.events == eventCount, recorded.rows == totals.rows else {
            throw TermIndexError(.badCounts, pageID: TermIndexFormat.averagesID)
        }
        return totals
    }

    private func totalsOfSegments() throws -> Totals {
        var totals = Totals()
        try forEachTerm(prefix: UnsafeRawBufferPointer(start: nil, count: 0)) { entry in
            totals.terms += 1
            totals.rows += try entry.doclist.count()
            return true
        }
        return totals
    }

    /// Page by page, the rows of nearly all terms in place: nothing is made for a single term.
    private func totalsOfSingleSegment() throws -> Totals {
        var totals = Totals()
        let info = segments[0]
        let statement = try connection.prepare("SELECT id, block FROM terms_data WHERE id BETWEEN ? AND ? ORDER BY id")
        try statement.bind(info.leafID(info.pages.lowerBound), at: 1)
        try statement.bind(info.leafID(info.pages.upperBound), at: 2)
        let term = TermBuffer()
        for number in info.pages {
            let id = info.leafID(number)
            guard try statement.step(), try statement.int64(0) == id else { throw TermIndexError(.missing, pageID: id) }
            let page = try LeafPage(statement.blob(1), id: id)
            var terms = LeafTerms(page)
            while try terms.next(into: term) {
                totals.terms += 1
                if terms.isLast {
                    // Its rows may go on over the pages that follow.
                    let part = Doclist.Part(segment: 0, page: number, rows: terms.rows, isLast: true)
                    totals.rows += try Doclist(reader: self, parts: [part]).count()
                } else {
                    var previous: UInt64 = 0
                    try RowDecoder.decode(page, terms.rows, after: &previous, upTo: eventCount) { _ in totals.rows += 1
                    }
                    guard previous > 0 else { throw TermIndexError(.badRow, pageID: id) }
                }
            }
        }
        return totals
    }

    /// The page index has each page on which a term begins, in order, under a key that leads to all its terms.
    ///
    /// - Parameter pairs: receives those of each page's terms.
    private func verifyPageIndex(of segment: Int, pairs: inout [PagePairs.Pairs]) throws {
        let info = segments[segment]
        let index = try connection.prepare("SELECT term, pgno FROM terms_idx WHERE segid = ? ORDER BY term")
        try index.bind(Int64(info.id), at: 1)
        let lastTerm = TermBuffer()
        for number in info.pages {
            var held = PagePairs.Pairs()
            var isFirst = true
            try withPage(number, of: segment) { page in
                guard page.hasTerms else { return }
                let damage = TermIndexError(.badIndex, pageID: page.id)
                guard try index.step(), try index.int64(1) >> 1 == Int64(number) else { throw damage }
                let key = try index.blob(0)
                // Above the last term before, at most this page's first one. (Keys have the prefix byte, unless
                // empty.)
                let keyTerm = UnsafeRawBufferPointer(rebasing: key.dropFirst())
                guard key.isEmpty ? number == info.pages.lowerBound : key[0] == TermIndexFormat.termPrefix,
                    key.isEmpty || compareBytes(lastTerm.term, keyTerm) < 0
                else { throw damage }
                var terms = LeafTerms(page)
                guard try terms.next(into: lastTerm), compareBytes(keyTerm, lastTerm.term) <= 0 else { throw damage }
                repeat {
                    let term = lastTerm.term
                    held |= PagePairs.pairs(of: term[(isFirst ? 0 : max(lastTerm.shared - 1, 0))...])
                    if term.count >= PagePairs.longTerm { held = PagePairs.all }
                    isFirst = false
                } while try terms.next(into: lastTerm)
            }
            pairs.append(held)
        }
        guard try !index.step() else { throw TermIndexError(.badIndex, pageID: info.leafID(0)) }
    }
}
