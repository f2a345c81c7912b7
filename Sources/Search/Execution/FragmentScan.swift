import Archive

/// Looks for pieces of words among all terms of a partition, for several pieces in one walk.
struct FragmentScan {
    typealias Fragment = LiteralTerms.Fragment

    private let fragments: [Fragment]
    /// By fragment, the events that hold it.
    private(set) var found: [MatchRange]
    /// By fragment, how many terms hold it.
    private(set) var terms: [UInt64]
    /// Events that hold a term that was cut: the rest of the word may hold anything.
    private var cut: Bitmap

    /// - Parameters:
    ///   - fragments: at most `limit`.
    ///   - count: events of the partition.
    init(_ fragments: [Fragment], count: UInt64) {
        precondition(fragments.count <= Self.limit, "too many fragments for one walk")
        self.fragments = fragments
        found = fragments.map { _ in MatchRange.none(count) }
        terms = fragments.map { _ in 0 }
        cut = Bitmap(eventCount: count)
    }

    /// Fragments of one walk: one bit of a word each.
    static let limit = 64

    /// Walks over the pages of a run.
    mutating func scan(_ run: TermIndexReader.PageRun, of index: TermIndexReader) throws {
        var mask: UInt64 = 0
        let needles = fragments.map { Needle($0) }
        try index.forEachTerm(
            in: run,
            where: { term in
                mask = 0
                for (number, needle) in needles.enumerated() where needle.isHeld(by: term) {
                    mask |= 1 << UInt64(number)
                }
                return mask != 0 || term.count >= IndexTerm.maybeCut
            },
            { entry in
                if entry.term.count >= IndexTerm.maybeCut { try entry.doclist.addRows(to: &cut) }
                // An address token is not a word of the text.
                let isWord = !IndexTerm.looksLikeAddress(entry.term)
                var left = mask
                while left != 0 {
                    let number = left.trailingZeroBitCount
                    left &= left - 1
                    terms[number] += 1
                    try found[number].add(entry.doclist, isCertain: isWord)
                }
            })
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
        case .start: break
        case .end, .inside: range.allow(cut)
        }
        return range
    }

    /// A fragment ready to be compared.
    private struct Needle {
        let bytes: [UInt8]
        let place: Fragment.Place

        init(_ fragment: Fragment) {
            bytes = fragment.bytes
            place = fragment.place
        }

        @inline(__always)
        func isHeld(by term: UnsafeRawBufferPointer) -> Bool {
            bytes.withUnsafeBytes { needle in
                guard term.count >= needle.count else { return false }
                switch place {
                case .start: return stands(needle, in: term, at: 0)
                // A cut term does not hold the end of its word.
                case .end:
                    return term.count < IndexTerm.maybeCut && stands(needle, in: term, at: term.count - needle.count)
                case .inside:
                    guard let first = needle.first else { return true }
                    var start = 0
                    while start <= term.count &- needle.count {
                        if term[start] == first, stands(needle, in: term, at: start) { return true }
                        start &+= 1
                    }
                    return false
                }
            }
        }

        @inline(__always)
        private func stands(_ needle: UnsafeRawBufferPointer, in term: UnsafeRawBufferPointer, at start: Int) -> Bool {
            var offset = 0
            while offset < needle.count {
                if term[start &+ offset] != needle[offset] { return false }
                offset &+= 1
            }
            return true
        }
    }
}
