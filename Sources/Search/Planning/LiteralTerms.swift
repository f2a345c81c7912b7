import Archive
import Events
import QueryLanguage

/// The terms of the index that an event must hold for a literal to occur in it.
struct LiteralTerms: Sendable, Hashable {
    /// A piece of a word, next to a wildcard.
    struct Fragment: Sendable, Hashable {
        enum Place: Sendable {
            case start, end, inside
        }

        /// Its beginning, up to the first gap.
        var bytes: [UInt8]
        /// What follows after each gap of exactly one character.
        var further: [[UInt8]] = []
        /// Where in its term the fragment stands.
        var place: Place

        /// A beginning of so many bytes is looked up instead of walking over the terms.
        private static let lookedUp = 2

        var isLookedUp: Bool { place == .start && bytes.count >= Self.lookedUp }

        /// Bytes that a term holds besides the gaps.
        var length: Int { further.reduce(bytes.count) { $0 + $1.count } }

        /// The pairs of letters that a term must hold.
        var pairs: PagePairs.Pairs { further.reduce(PagePairs.pairs(of: bytes)) { $0 | PagePairs.pairs(of: $1) } }
    }

    /// Terms that must all be there.
    private(set) var complete: [[UInt8]] = []
    /// Beginnings, ends or insides of terms that must be there.
    private(set) var fragments: [Fragment] = []
    /// Joints of words that must stand in its block.
    private(set) var joints: Set<WordJoint> = []
    /// The literal is a single word: an event that holds the term matches, and no other does (full text only).
    private(set) var decides = false

    /// Nothing can be said.
    static let none = LiteralTerms()

    private init() {}

    /// One term that must be there as it is.
    init(term: [UInt8]) {
        complete = [term]
    }

    /// - Parameter isFullText: the literal is looked for inside values (R30), else it covers the whole value (R20, R26).
    init(_ pattern: Pattern, isFullText: Bool) {
        let pieces = pattern.pieces
        var onlyStars = true
        var texts = 0
        var isOneWord = false
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .anyRun: break
            case .anyOne: onlyStars = false
            case .text(let text):
                texts += 1
                isOneWord = add(text, isOpenBefore: index > 0, isOpenAfter: index < pieces.count - 1)
            }
        }
        var seen: Set<[UInt8]> = []
        complete = complete.filter { seen.insert($0).inserted }
        decides = isFullText && texts == 1 && onlyStars && isOneWord
    }

    /// Where one character stands between two words: each may be a piece of one, but not at the joint.
    private mutating func addJoints(of tokens: TokenList, _ text: String) {
        if tokens.words.count < 2 { return }
        let utf8 = Array(text.utf8)
        for (first, second) in zip(tokens.words, tokens.words.dropFirst()) {
            guard first.bytes.count < IndexTerm.maybeCut,
                String(decoding: utf8[first.end..<second.start], as: UTF8.self).unicodeScalars.count == 1,
                let joint = WordJoint(first.bytes, second.bytes)
            else { continue }
            joints.insert(joint)
        }
    }

    /// Returns whether the text is one word that the index holds uncut and that cannot be mistaken for an address token.
    private mutating func add(_ text: String, isOpenBefore: Bool, isOpenAfter: Bool) -> Bool {
        let tokens = TokenList(text)
        addJoints(of: tokens, text)
        for token in tokens.words {
            let gaps = GapChoices.pieces(of: token.bytes)
            let touchesStart = token.start == 0 && isOpenBefore
            let touchesEnd = token.end == tokens.length && isOpenAfter
            switch (touchesStart, touchesEnd) {
            case (false, false) where gaps.further.isEmpty: complete.append(token.bytes)
            case (false, _): fragments.append(Fragment(bytes: gaps.first, further: gaps.further, place: .start))
            // A cut term need not hold the end of its word, nor its middle beyond the cut.
            case (true, false) where token.bytes.count < IndexTerm.maybeCut:
                fragments.append(Fragment(bytes: gaps.first, further: gaps.further, place: .end))
            case (true, true) where token.bytes.count < IndexTerm.maybeCut:
                fragments.append(Fragment(bytes: gaps.first, further: gaps.further, place: .inside))
            case (true, false), (true, true): break
            }
        }
        for address in tokens.addresses
        where !(address.start == 0 && isOpenBefore) && !(address.end == tokens.length && isOpenAfter) {
            complete.append(address.bytes)
        }
        guard tokens.words.count == 1, let word = tokens.words.first else { return false }
        let covers =
            word.start == 0 && word.end == tokens.length && GapChoices.pieces(of: word.bytes).further.isEmpty
        return covers && word.bytes.count < IndexTerm.maybeCut && !IndexTerm.looksLikeAddress(word.bytes)
    }
}

/// What has to be known of the terms that ingest writes.
enum IndexTerm {
    /// A term of so many bytes or more may be the beginning of a longer word.
    static let maybeCut = PagePairs.longTerm

    /// Whether the term is what stands for an address (it may also be a word of the text).
    static func looksLikeAddress(_ term: some Collection<UInt8>) -> Bool {
        guard term.count == 12 || term.count == 36 else { return false }
        let head = term.count == 12 ? "ip4x" : "ip6x"
        return term.starts(with: head.utf8)
            && term.dropFirst(4).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

/// The tokens of a literal.
struct TokenList: TokenSink {
    struct Token {
        var bytes: [UInt8]
        var start: Int
        var end: Int
    }

    private(set) var words: [Token] = []
    private(set) var addresses: [Token] = []
    /// Bytes of the text.
    private(set) var length: Int

    /// The only word, if it is the whole text and no word of another text is cut to it.
    var onlyWord: [UInt8]? {
        guard words.count == 1, words[0].start == 0, words[0].end == length,
            words[0].bytes.count < IndexTerm.maybeCut
        else { return nil }
        return words[0].bytes
    }

    init(_ text: String) {
        var text = text
        length = text.utf8.count
        var list = self
        text.withUTF8 { bytes in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Tokenizer.scratchBytes) { scratch in
                guard let base = scratch.baseAddress else { return }
                Tokenizer.tokenize(
                    UnsafeRawBufferPointer(bytes), scratch: base, classes: Tokenizer.classes, sink: &list)
            }
        }
        self = list
    }

    mutating func token(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int) {
        words.append(Token(bytes: Array(UnsafeBufferPointer(start: bytes, count: length)), start: start, end: end))
    }

    mutating func addressToken(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int) {
        addresses.append(Token(bytes: Array(UnsafeBufferPointer(start: bytes, count: length)), start: start, end: end))
    }
}
