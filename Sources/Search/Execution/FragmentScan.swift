import Archive

/// Looks for pieces of words among all terms of a partition, for several pieces in one walk.
struct FragmentScan {
    typealias Fragment = LiteralTerms.Fragment

    private let fragments: [Fragment]
    /// By fragment, the events that hold it.
    private(set) var found: [MatchRange]
    /// By fragment, how many terms hold it.
    private(set) var terms: [UInt64]
    /// Events that hold a term that may be cut, where nothing more is known: the rest of the word may hold anything.
    private var cut: Bitmap
    /// What the cut terms are the beginnings of; nil: not known.
    private let cutWords: CutWords?

    /// - Parameters:
    ///   - fragments: at most `limit`.
    ///   - count: events of the partition.
    ///   - cutWords: the partition's; nil: not known.
    init(_ fragments: [Fragment], count: UInt64, cutWords: CutWords?) {
        precondition(fragments.count <= Self.limit, "too many fragments for one walk")
        self.fragments = fragments
        self.cutWords = cutWords
        found = fragments.map { _ in MatchRange.none(count) }
        terms = fragments.map { _ in 0 }
        cut = Bitmap(eventCount: count)
    }

    /// Fragments of one walk: one bit of a word each.
    static let limit = 64

    /// Walks over the pages of a run.
    mutating func scan(_ run: TermIndexReader.PageRun, of index: TermIndexReader) throws {
        let needles = fragments.map { TermNeedle($0) }
        var finders = needles.map { TermFinder($0) }
        try finders.withUnsafeMutableBufferPointer { finders in
            var mask: UInt64 = 0
            try index.forEachTerm(
                in: run,
                where: { term, shared in
                    mask = 0
                    for number in finders.indices where finders[number].isHeld(by: term, shared: shared) {
                        mask |= 1 << UInt64(number)
                    }
                    return mask != 0 || term.count >= IndexTerm.maybeCut
                },
                { try take($0, mask: mask, needles) })
        }
    }

    private mutating func take(_ entry: TermIndexReader.Entry, mask: UInt64, _ needles: [TermNeedle]) throws {
        if entry.term.count >= IndexTerm.maybeCut { return try take(long: entry, mask: mask, needles) }
        // An address token is not a word of the text.
        let isWord = !IndexTerm.looksLikeAddress(entry.term)
        var left = mask
        while left != 0 {
            let number = left.trailingZeroBitCount
            left &= left - 1
            terms[number] += 1
            try found[number].add(entry.doclist, isCertain: isWord)
        }
    }

    /// Takes in a term that may be the beginning of longer words.
    private mutating func take(
        long entry: TermIndexReader.Entry, mask: UInt64, _ needles: [TermNeedle]
    ) throws {
        let words = cutWords?.words(of: entry.term)
        if words == nil { try entry.doclist.addRows(to: &cut) }
        for (number, needle) in needles.enumerated() {
            let isInTerm = mask & 1 << UInt64(number) != 0
            let isInEnd = words?.contains { $0.withUnsafeBytes { needle.isHeld(by: $0) } } ?? false
            guard isInTerm || isInEnd else { continue }
            terms[number] += 1
            // What stands at a term's end need not stand at the end of the words that it begins.
            let isCertain = isInTerm && (needle.place != .end || words?.isEmpty == true)
            try found[number].add(entry.doclist, isCertain: isCertain)
        }
    }

    /// Takes in what another walk over other pages found.
    mutating func merge(_ other: FragmentScan) {
        for number in found.indices {
            found[number].formOr(other.found[number])
            terms[number] += other.terms[number]
        }
        cut.formOr(other.cut)
    }

    /// The events that hold the fragment, once all pages were walked over.
    func events(_ number: Int) -> MatchRange {
        var range = found[number]
        switch fragments[number].place {
        case .start: if !fragments[number].further.isEmpty { range.allow(cut) }
        case .end, .inside: range.allow(cut)
        }
        return range
    }
}
