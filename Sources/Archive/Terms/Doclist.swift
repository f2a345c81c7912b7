/// The events that hold one term, to be read from the index when asked for.
///
/// It keeps its reader alive. Reading it throws `TermIndexError` if the rows are not ascending event numbers from 1
/// to the partition's last one.
public struct Doclist {
    /// The rows of the term in one segment, of which the first ones are on the term's own page.
    struct Part {
        /// Index into the reader's segments.
        var segment: Int
        /// Number of the page with the term.
        var page: Int
        /// Where its rows are on that page.
        var rows: Range<Int>
        /// The term is the page's last one: its rows may go on over the next pages.
        var isLast: Bool
    }

    let reader: TermIndexReader
    let parts: [Part]

    /// Calls `body` with every event number, ascending.
    public func forEach(_ body: (UInt64) throws -> Void) throws {
        try walk { page, range, previous in
            try RowDecoder.decode(page, range, after: &previous, upTo: reader.eventCount, body)
        }
    }

    /// Adds the events to a bitmap over the partition's events; returns how many they are.
    @discardableResult
    public func addRows(to bitmap: inout Bitmap) throws -> UInt64 {
        precondition(bitmap.eventCount == reader.eventCount, "bitmap of another partition")
        var count: UInt64 = 0
        try bitmap.withUnsafeMutableWords { words in
            // The decoder lets only 1...eventCount through, which are the words' bits.
            guard let words = words.baseAddress else { return try checkEmpty() }
            try walk { page, range, previous in
                try RowDecoder.decode(page, range, after: &previous, upTo: reader.eventCount) { row in
                    words[Int((row &- 1) >> 6)] |= 1 << ((row &- 1) & 63)
                    count &+= 1
                }
            }
        }
        return count
    }

    /// The number of events.
    public func count() throws -> UInt64 {
        var count: UInt64 = 0
        try forEach { _ in count &+= 1 }
        return count
    }

    /// Of no events, any row is damage.
    private func checkEmpty() throws {
        try forEach { _ in }
    }

    /// Calls `decode` with the place of the rows on each page that has some. On each page the first one is written
    /// whole; all must be above the row before, also from one segment to the next.
    @inline(__always)
    private func walk(_ decode: (LeafPage, Range<Int>, inout UInt64) throws -> Void) throws {
        var previous: UInt64 = 0
        for part in parts {
            let before = previous
            try reader.withPage(part.page, of: part.segment) { page in
                try decode(page, part.rows(in: page), &previous)
            }
            let lastPage = reader.segments[part.segment].pages.upperBound
            var number = part.page
            var goesOn = part.isLast
            while goesOn, number < lastPage {
                number += 1
                goesOn = try reader.withPage(number, of: part.segment) { page in
                    try decode(page, page.continuation, &previous)
                    return !page.hasTerms
                }
            }
            // A term without rows would not have been written.
            guard previous > before else {
                throw TermIndexError(.badRow, pageID: reader.segments[part.segment].leafID(part.page))
            }
        }
    }
}

extension Doclist.Part {
    /// Where the rows are on the term's page, checked again: the file may have changed since they were found.
    func rows(in page: LeafPage) throws -> Range<Int> {
        guard rows.lowerBound > TermIndexFormat.headerLength, rows.upperBound <= page.bodyEnd else {
            throw TermIndexError(.badPage, pageID: page.id)
        }
        return rows
    }
}

extension LeafPage {
    /// The number of rows at `range`, without decoding them.
    func rowCount(in range: Range<Int>) -> Int {
        // The last byte of a number has its high bit clear (or is the ninth, in numbers that no event has).
        var count = 0
        for offset in range where base[offset] < 0x80 { count &+= 1 }
        return count
    }
}

/// Decodes runs of rows.
enum RowDecoder {
    /// Calls `body` with the rows at `range` of a page: the first one whole, then differences.
    ///
    /// - Parameters:
    ///   - previous: the row before the first one; afterwards the last one.
    ///   - limit: the largest row allowed.
    @inline(__always)
    static func decode(
        _ page: LeafPage, _ range: Range<Int>, after previous: inout UInt64, upTo limit: UInt64,
        _ body: (UInt64) throws -> Void
    ) throws {
        guard !range.isEmpty else { return }
        let base = page.base
        var offset = range.lowerBound
        guard let first = SQLiteVarint.read(base, at: &offset, end: range.upperBound),
            first > previous, first <= limit
        else { throw TermIndexError(.badRow, pageID: page.id) }
        var row = first
        try body(row)
        while offset < range.upperBound {
            var delta = UInt64(base[offset])
            offset &+= 1
            if delta >= 0x80 {
                guard
                    let whole = SQLiteVarint.readTail(
                        base, at: &offset, end: range.upperBound, first: UInt8(truncatingIfNeeded: delta))
                else { throw TermIndexError(.badRow, pageID: page.id) }
                delta = whole
            }
            guard delta != 0, delta <= limit &- row else { throw TermIndexError(.badRow, pageID: page.id) }
            row &+= delta
            try body(row)
        }
        previous = row
    }
}
