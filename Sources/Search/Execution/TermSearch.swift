import Archive

/// Finds the events that hold a literal's terms.
struct TermSearch {
    /// More terms than this hardly narrow any further.
    private static let termsRead = 6

    let reader: PartitionReader
    let explanation: ExplanationBuilder

    /// False: some needed term is in no event. Cheap: rows are not read.
    func mayOccur(_ terms: LiteralTerms) throws -> Bool {
        let index = try reader.terms()
        for term in terms.complete {
            if try term.withUnsafeBytes({ try index.lookup($0) }) == nil { return false }
        }
        return true
    }

    /// The events in which the literal can occur, and those in which it certainly does; nil if terms say nothing.
    func events(_ terms: LiteralTerms) throws -> MatchRange? {
        if !terms.complete.isEmpty { return try intersection(terms) }
        // One fragment is enough: reading the terms costs more than what a second one could spare.
        guard let fragment = terms.fragments.max(by: { $0.bytes.count < $1.bytes.count }) else { return nil }
        let found = try events(with: fragment)
        return terms.decides ? found : .atMost(found.upper)
    }

    private func intersection(_ terms: LiteralTerms) throws -> MatchRange {
        let index = try reader.terms()
        let count = UInt64(reader.events)
        var rated: [(term: [UInt8], count: UInt64)] = []
        for term in terms.complete {
            let estimate = try term.withUnsafeBytes { try index.estimatedCount(of: $0) }
            explanation.used(term: term, documents: estimate)
            if estimate == 0 { return .none(count) }
            rated.append((term, estimate))
        }
        rated.sort { $0.count < $1.count }
        var result: Bitmap?
        for (term, estimate) in rated.prefix(Self.termsRead) {
            // A term of nearly every event narrows nothing.
            if result != nil, estimate > count / 2 { break }
            var rows = Bitmap(eventCount: count)
            try term.withUnsafeBytes { _ = try index.addRows(of: $0, to: &rows) }
            if let known = result { rows.formAnd(known) }
            result = rows
            if rows.isEmpty { break }
        }
        guard let result else { return .unknown(count) }
        return terms.decides ? MatchRange(exactly: result) : .atMost(result)
    }

    private func events(with fragment: LiteralTerms.Fragment) throws -> MatchRange {
        let index = try reader.terms()
        var certain = Bitmap(eventCount: UInt64(reader.events))
        var possible = certain
        var terms: UInt64 = 0
        let bytes = fragment.bytes
        let scanned = fragment.place == .start ? bytes : []
        try scanned.withUnsafeBytes { prefix in
            try index.forEachTerm(prefix: prefix) { entry in
                let isCut = entry.term.count >= IndexTerm.maybeCut
                let holds =
                    switch fragment.place {
                    case .start: true
                    case .end: entry.term.count >= bytes.count && entry.term.suffix(bytes.count).elementsEqual(bytes)
                    case .inside: bytes.withUnsafeBytes { entry.term.holds($0) }
                    }
                // The rest of a cut word may hold the fragment; an address token is not a word of the text.
                if holds, !IndexTerm.looksLikeAddress(entry.term), fragment.place == .start || !isCut {
                    try entry.doclist.addRows(to: &certain)
                    terms += 1
                } else if holds || (isCut && fragment.place != .start) {
                    try entry.doclist.addRows(to: &possible)
                    terms += 1
                }
                return true
            }
        }
        possible.formOr(certain)
        explanation.scanned(fragment: fragment, terms: terms, documents: possible.count)
        return MatchRange(lower: certain, upper: possible)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes stand somewhere in this buffer.
    fileprivate func holds(_ needle: UnsafeRawBufferPointer) -> Bool {
        guard let first = needle.first else { return true }
        guard count >= needle.count else { return false }
        var start = 0
        while start <= count &- needle.count {
            if self[start] == first {
                var matched = 1
                while matched < needle.count, self[start &+ matched] == needle[matched] { matched &+= 1 }
                if matched == needle.count { return true }
            }
            start &+= 1
        }
        return false
    }
}
