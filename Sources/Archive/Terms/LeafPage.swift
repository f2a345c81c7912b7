/// One leaf page, its header and footer checked against its size.
///
/// A page is: header, rows that go on from the page before, entries (term and rows), footer. The view is valid as
/// long as the bytes under it are.
struct LeafPage {
    /// The page's id in `terms_data`, for messages.
    let id: Int64
    let base: UnsafePointer<UInt8>
    /// Size with the footer.
    let count: Int
    /// Where the entries end and the footer begins.
    let bodyEnd: Int
    /// Whether rows of the last term of the pages before go on here, from the header's end to `firstTerm`.
    let continues: Bool
    /// Offset of the first entry; `bodyEnd` if no term begins here.
    let firstTerm: Int

    /// Throws `TermIndexError.Kind.badPage` unless the page can be one of this format.
    init(_ bytes: UnsafeRawBufferPointer, id: Int64) throws {
        let damage = TermIndexError(.badPage, pageID: id)
        guard let base = bytes.bindMemory(to: UInt8.self).baseAddress,
            bytes.count > TermIndexFormat.headerLength
        else { throw damage }
        self.id = id
        self.base = base
        count = bytes.count
        bodyEnd = Int(base[2]) << 8 | Int(base[3])
        guard bodyEnd > TermIndexFormat.headerLength, bodyEnd <= count else { throw damage }

        switch Int(base[0]) << 8 | Int(base[1]) {
        case 0: continues = false
        // With detail=none nothing can stand between the header and a continuing row.
        case TermIndexFormat.headerLength: continues = true
        default: throw damage
        }

        if bodyEnd == count {
            firstTerm = bodyEnd
            guard continues else { throw damage }
        } else {
            var offset = bodyEnd
            guard let first = SQLiteVarint.read(base, at: &offset, end: count), first < UInt64(bodyEnd) else {
                throw damage
            }
            firstTerm = Int(first)
            guard continues ? firstTerm > TermIndexFormat.headerLength : firstTerm == TermIndexFormat.headerLength
            else { throw damage }
        }
    }

    var hasTerms: Bool { bodyEnd < count }

    /// The rows that go on from the page before.
    var continuation: Range<Int> {
        TermIndexFormat.headerLength..<(continues ? firstTerm : TermIndexFormat.headerLength)
    }
}

/// Goes through the terms that begin on one page.
struct LeafTerms {
    private let page: LeafPage
    /// Where the next entry begins; nil after the last one.
    private var nextEntry: Int?
    /// Where the next number of the footer is.
    private var footer: Int
    /// The rows of the present term on this page.
    private(set) var rows = 0..<0
    /// Whether the present term is the page's last one, so that its rows may go on.
    var isLast: Bool { nextEntry == nil }

    /// Begins before the first term.
    init(_ page: LeafPage) {
        self.page = page
        footer = page.bodyEnd
        nextEntry = page.hasTerms ? page.firstTerm : nil
        // The footer's first number was read by the page.
        _ = SQLiteVarint.read(page.base, at: &footer, end: page.count)
    }

    /// Goes to the next term, whose bytes are put into `term`; false when there is none.
    ///
    /// - Throws: `TermIndexError` for an entry that is not as the format wants it, or not above the term that `term`
    ///   held.
    @inline(__always)
    mutating func next(into term: TermBuffer) throws -> Bool {
        guard var offset = nextEntry else { return false }
        let isFirst = offset == page.firstTerm

        var end = page.bodyEnd
        if footer < page.count {
            guard let step = SQLiteVarint.read(page.base, at: &footer, end: page.count), step > 0,
                step < UInt64(page.bodyEnd - offset)
            else { throw TermIndexError(.badPage, pageID: page.id) }
            end = offset + Int(step)
            nextEntry = end
        } else {
            nextEntry = nil
        }

        let kept = isFirst ? 0 : SQLiteVarint.read(page.base, at: &offset, end: end)
        guard let kept, let added = SQLiteVarint.read(page.base, at: &offset, end: end),
            added <= UInt64(end - offset),
            term.replace(
                keeping: kept, with: page.base + offset, count: Int(added), readable: page.count - offset)
        else { throw TermIndexError(.badTerm, pageID: page.id) }
        rows = (offset + Int(added))..<end
        return true
    }
}
