extension TermIndexReader {
    /// Some leaf pages of a segment, ascending. Every page can be read without the one before it, so runs can be scanned by
    /// several readers of the same index at a time.
    public struct PageRun: Sendable {
        var segment: Int
        var pages: [ClosedRange<Int>]

        /// How many they are.
        public var count: Int { pages.reduce(0) { $0 + $1.count } }
    }

    /// The leaf pages of all segments.
    public var pageCount: Int { segments.reduce(0) { $0 + $1.pages.count } }

    /// Pages of the index, cut into runs of about equal length.
    ///
    /// - Parameters:
    ///   - pieces: how many runs are wanted for each segment, at least 1.
    ///   - pairs: those of the index's pages; nil: all pages are wanted.
    ///   - sought: what a wanted page may hold one of.
    public func pageRuns(pieces: Int, pairs: PagePairs?, holdingAnyOf sought: [PagePairs.Pairs]) -> [PageRun] {
        var runs: [PageRun] = []
        var before = 0
        for (segment, info) in segments.enumerated() {
            let wanted = pairs.map { pairs in
                Self.ranges(
                    of: info.pages.lazy.filter {
                        pairs.mayHold(anyOf: sought, page: before + $0 - info.pages.lowerBound)
                    })
            }
            before += info.pages.count
            runs += Self.cut(wanted ?? [info.pages], pieces: pieces).map { PageRun(segment: segment, pages: $0) }
        }
        return runs
    }

    private static func ranges(of pages: some Sequence<Int>) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        for page in pages {
            if let last = ranges.last, last.upperBound + 1 == page {
                ranges[ranges.count - 1] = last.lowerBound...page
            } else {
                ranges.append(page...page)
            }
        }
        return ranges
    }

    /// The ranges in pieces of about equally many pages.
    private static func cut(_ ranges: [ClosedRange<Int>], pieces: Int) -> [[ClosedRange<Int>]] {
        let size = max(1, (ranges.reduce(0) { $0 + $1.count } + pieces - 1) / max(1, pieces))
        var cut: [[ClosedRange<Int>]] = []
        var room = 0
        for range in ranges {
            var rest = range.lowerBound
            while rest <= range.upperBound {
                if room == 0 {
                    cut.append([])
                    room = size
                }
                let end = min(range.upperBound, rest + room - 1)
                cut[cut.count - 1].append(rest...end)
                room -= end - rest + 1
                rest = end + 1
            }
        }
        return cut
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
        let buffer = TermBuffer()
        for pages in run.pages {
            statement.reset()
            try statement.bind(info.leafID(pages.lowerBound), at: 1)
            try statement.bind(info.leafID(pages.upperBound), at: 2)
            // The terms between the ranges were not seen.
            buffer.removeAll()
            for number in pages {
                let id = info.leafID(number)
                guard try statement.step(), try statement.int64(0) == id else {
                    throw TermIndexError(.missing, pageID: id)
                }
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
}
