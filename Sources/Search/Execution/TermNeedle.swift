/// A fragment ready to be compared with terms.
struct TermNeedle {
    let place: LiteralTerms.Fragment.Place
    let bytes: [UInt8]
    private let further: [[UInt8]]

    init(_ fragment: LiteralTerms.Fragment) {
        bytes = fragment.bytes
        further = fragment.further
        place = fragment.place
    }

    var hasGaps: Bool { !further.isEmpty }

    /// Bytes that the fragment can take in a term: a gap's character has up to four.
    var longest: Int { further.reduce(bytes.count) { $0 + 4 + $1.count } }

    /// Whether the fragment stands in the term, or a whole word, where it must.
    @inline(__always)
    func isHeld(by term: UnsafeRawBufferPointer) -> Bool {
        bytes.withUnsafeBytes { needle in
            guard term.count >= needle.count else { return false }
            switch place {
            case .start: return stands(needle, in: term, at: 0) && (further.isEmpty || end(in: term, from: 0) != nil)
            case .end where further.isEmpty: return stands(needle, in: term, at: term.count - needle.count)
            case .end, .inside:
                guard let first = needle.first else { return true }
                var start = 0
                while start <= term.count &- needle.count {
                    if term[start] == first, stands(needle, in: term, at: start) {
                        if further.isEmpty { return true }
                        if let end = end(in: term, from: start), place == .inside || end == term.count { return true }
                    }
                    start &+= 1
                }
                return false
            }
        }
    }

    /// Where the fragment ends if it begins at `start`; nil: it does not stand there.
    func end(in term: UnsafeRawBufferPointer, at start: Int) -> Int? {
        let isThere = bytes.withUnsafeBytes { start + $0.count <= term.count && stands($0, in: term, at: start) }
        return isThere ? end(in: term, from: start) : nil
    }

    /// Where the last piece ends if the first one begins at `start`; nil: one is not there.
    private func end(in term: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var at = start + bytes.count
        for piece in further {
            guard at < term.count else { return nil }
            at += 1
            while at < term.count, term[at] & 0xC0 == 0x80 { at += 1 }
            guard at + piece.count <= term.count else { return nil }
            guard piece.withUnsafeBytes({ stands($0, in: term, at: at) }) else { return nil }
            at += piece.count
        }
        return at
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
