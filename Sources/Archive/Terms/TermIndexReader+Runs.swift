extension TermIndexReader {
    /// Neighbouring leaf pages. Every page can be read without the one before it, so runs can be scanned by several
    /// readers of the same index at a time.
    public struct PageRun: Sendable {
        var segment: Int
        var pages: ClosedRange<Int>
    }

    /// All pages of the index, cut into runs of about equal length.
    ///
    /// - Parameter pieces: how many runs are wanted for each segment, at least 1.
    public func pageRuns(pieces: Int) -> [PageRun] {
        segments.enumerated().flatMap { segment, info in
            let size = max(1, (info.pages.count + pieces - 1) / max(1, pieces))
            return stride(from: info.pages.lowerBound, through: info.pages.upperBound, by: size).map { first in
                PageRun(segment: segment, pages: first...min(info.pages.upperBound, first + size - 1))
            }
        }
    }

    /// Calls `visitor` with every term that begins on a page of the run and that `isWanted` lets pass, ascending. A
    /// term that is in several segments comes once for each.
    ///
    /// - Parameter isWanted: called for every term with the number of its first bytes that it shares with the term of the
    ///   call before; 16 bytes behind the term are readable.
    public func forEachTerm(
        in run: PageRun, where isWanted: (UnsafeRawBufferPointer, Int) -> Bool, _ visitor: (Entry) throws -> Void
    ) throws {
        guard segments.indices.contains(run.segment) else { return }
        let info = segments[run.segment]
        let outerPins = pinnedPages
        defer { pinnedPages = outerPins }
        let statement = try connection.prepare("SELECT id, block FROM terms_data WHERE id BETWEEN ? AND ? ORDER BY id")
        try statement.bind(info.leafID(run.pages.lowerBound), at: 1)
        try statement.bind(info.leafID(run.pages.upperBound), at: 2)
        let buffer = TermBuffer()
        for number in run.pages {
            let id = info.leafID(number)
            guard try statement.step(), try statement.int64(0) == id else { throw TermIndexError(.missing, pageID: id) }
            let page = try LeafPage(statement.blob(1), id: id)
            var terms = LeafTerms(page)
            while try terms.next(into: buffer) {
                guard isWanted(buffer.term, buffer.shared) else { continue }
                pinnedPages[run.segment] = page
                let part = Doclist.Part(segment: run.segment, page: number, rows: terms.rows, isLast: terms.isLast)
                try visitor(Entry(term: buffer.term, doclist: Doclist(reader: self, parts: [part])))
            }
            pinnedPages[run.segment] = nil
        }
    }
}
