import Events

/// Which pairs of neighbouring letters the terms of each leaf page hold.
///
/// Most terms are numbers and identifiers, and terms are sorted: a piece of a word can stand on few pages. A walk over all
/// terms reads those alone.
public struct PagePairs: Sendable, Hashable {
    /// A bit for each pair of classes of bytes.
    public typealias Pairs = SIMD4<UInt64>

    /// By page, over all segments.
    private let pages: [Pairs]

    /// A term of so many bytes or more may be the beginning of a longer word, which may hold anything: its page has all pairs.
    /// Words are cut at 128 bytes on the border of a scalar, which is up to four bytes long.
    public static let longTerm = Tokenizer.longestToken - 3
    /// What is read of one partition at most, in bytes: 16 GB of leaf pages.
    static let mostBytes = 64 << 20
    static let all = Pairs(repeating: .max)

    /// Letters that share a class; all other bytes have the last one. What identifiers are made of is apart from the rest.
    private static let groups = [
        "0123456789", "af", "be", "c", "d", "n", "t", "o", "r", "i", "s", "lk", "um", "phv", "gywjqxz",
    ]
    /// The class of each byte, 0 to 15.
    static let classes: [UInt8] = (UInt8.min...UInt8.max).map { byte in
        let group = groups.firstIndex { $0.utf8.contains(byte) }
        return UInt8(group ?? groups.count)
    }

    init(_ pages: [Pairs]) {
        self.pages = pages
    }

    /// Reads what `bytes` gives.
    ///
    /// - Throws: `ArchiveError.damaged`.
    init(stored bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard bytes.count % 32 == 0 else { throw ArchiveError(.damaged, "the pairs of letters are cut off") }
        pages = stride(from: 0, to: bytes.count, by: 32).map { start in
            var pairs = Pairs()
            for word in 0..<4 {
                pairs[word] = UInt64(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8 * word, as: UInt64.self))
            }
            return pairs
        }
    }

    /// As stored: 32 bytes a page, little-endian.
    var bytes: [UInt8] {
        pages.flatMap { pairs in
            (0..<4).flatMap { word in withUnsafeBytes(of: pairs[word].littleEndian, Array.init) }
        }
    }

    /// The pages of all segments.
    public var count: Int { pages.count }

    /// The pairs of a text, folded as terms are.
    public static func pairs(of text: some Collection<UInt8>) -> Pairs {
        var pairs = Pairs()
        for (first, second) in zip(text, text.dropFirst()) {
            let bit = Int(classes[Int(first)]) << 4 | Int(classes[Int(second)])
            pairs[bit >> 6] |= 1 << UInt64(bit & 63)
        }
        return pairs
    }

    /// Whether on a page (from 0, over all segments) a term can stand that holds one of these, or one that may be cut.
    public func mayHold(anyOf sought: [Pairs], page: Int) -> Bool {
        let missing = ~pages[page]
        return sought.contains { $0 & missing == Pairs() }
    }

    /// How many pages a walk for these reads.
    public func count(holdingAnyOf sought: [Pairs]) -> Int {
        pages.indices.reduce(0) { $0 + (mayHold(anyOf: sought, page: $1) ? 1 : 0) }
    }
}
