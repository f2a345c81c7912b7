/// Which letters the terms of each leaf page hold.
///
/// Most terms are numbers and identifiers, and terms are sorted: a piece of a word can stand on few pages. A walk over all
/// terms reads those alone.
public struct PageLetters: Sendable, Hashable {
    /// By page, over all segments; 0 for a page on which no term begins.
    private let masks: [UInt64]

    /// A term of so many bytes or more (words are cut at 128 bytes, on the border of a scalar) may be the beginning of a word
    /// that holds anything.
    static let longTerm = 125
    /// The bit of a page with a term that long.
    static let longTermBit: UInt64 = 1 << 63

    /// The bit of each byte: digits, then a to z, then all others in turn.
    static let bits: [UInt64] = (0...255).map { byte in
        switch UInt8(byte) {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): 1 << UInt64(byte - 0x30)
        case UInt8(ascii: "a")...UInt8(ascii: "z"): 1 << UInt64(10 + byte - 0x61)
        default: 1 << UInt64(36 + byte % 27)
        }
    }

    init(_ masks: [UInt64]) {
        self.masks = masks
    }

    /// Reads what `bytes` gives.
    ///
    /// - Throws: `ArchiveError.damaged`.
    init(stored bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard bytes.count % 8 == 0 else { throw ArchiveError(.damaged, "the letters of the terms are cut off") }
        masks = stride(from: 0, to: bytes.count, by: 8).map {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
        }
    }

    /// As stored: 8 bytes a page, little-endian.
    var bytes: [UInt8] {
        masks.flatMap { mask in withUnsafeBytes(of: mask.littleEndian, Array.init) }
    }

    /// The pages of all segments.
    public var pages: Int { masks.count }

    /// The letters of a text, folded as terms are.
    public static func mask(of text: some Sequence<UInt8>) -> UInt64 {
        text.reduce(0) { $0 | bits[Int($1)] }
    }

    /// Whether on a page (from 0, over all segments) a term can stand that holds the letters of one of these masks, or one
    /// that may be cut.
    public func mayHold(anyOf sought: [UInt64], page: Int) -> Bool {
        let mask = masks[page]
        return mask & Self.longTermBit != 0 || (mask != 0 && sought.contains { $0 & ~mask == 0 })
    }

    /// How many pages a walk for these masks reads.
    public func count(holdingAnyOf sought: [UInt64]) -> Int {
        masks.indices.reduce(0) { $0 + (mayHold(anyOf: sought, page: $1) ? 1 : 0) }
    }
}
