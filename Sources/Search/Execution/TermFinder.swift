/// Looks for a fragment in terms that come in ascending order: what a term shares with the one before is not looked at
/// twice.
struct TermFinder {
    private let needle: TermNeedle
    /// The fragment may stand anywhere in a term; else its place says where to look.
    private let isAnywhere: Bool
    /// Bytes of the first piece.
    private let length: Int
    /// Bytes that the fragment can take in a term.
    private let longest: Int
    private let first: UInt64
    private let last: UInt64
    /// The first and the last 8 bytes of the first piece (the same if it has no more), and which of them count.
    private let head: UInt64
    private let tail: UInt64
    private let tailOffset: Int
    private let mask: UInt64
    /// The first and the last 8 bytes do not decide.
    private let hasMore: Bool
    /// Where the first find in the present term ends; 0: it is not there.
    private var foundEnd = 0

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    init(_ needle: TermNeedle) {
        self.needle = needle
        let piece = needle.bytes
        isAnywhere = needle.place == .inside && !piece.isEmpty
        length = piece.count
        longest = needle.longest
        first = Self.ones &* UInt64(piece.first ?? 0)
        last = Self.ones &* UInt64(piece.last ?? 0)
        head = Self.word(piece.prefix(8))
        tail = Self.word(piece.suffix(8))
        tailOffset = max(0, piece.count - 8)
        mask = piece.count >= 8 ? .max : (1 << UInt64(8 * piece.count)) - 1
        hasMore = piece.count > 16 || needle.hasGaps
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether the fragment stands in the term, where it must.
    ///
    /// - Parameters:
    ///   - term: 16 bytes behind it are readable.
    ///   - shared: how many of its first bytes were the beginning of the term of the call before.
    @inline(__always)
    mutating func isHeld(by term: UnsafeRawBufferPointer, shared: Int) -> Bool {
        guard isAnywhere else { return needle.isHeld(by: term) }
        if foundEnd > 0, foundEnd <= shared { return true }
        // No find ends inside the shared bytes.
        foundEnd = end(in: term, from: max(0, shared &- longest &+ 1))
        return foundEnd > 0
    }

    /// Compares the first and the last byte at eight places at a time. Source: Wojciech Muła, "SIMD-friendly algorithms
    /// for substring searching", with a word in place of a vector.
    @inline(__always)
    private func end(in term: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard let base = term.baseAddress else { return 0 }
        let lastStart = term.count &- length
        var start = start
        while start <= lastStart {
            let differing = (Self.load(base, start) ^ first) | (Self.load(base, start &+ length &- 1) ^ last)
            // A byte of zero, or (rarely) one behind it.
            var candidates = (differing &- Self.ones) & ~differing & Self.tops
            while candidates != 0 {
                let at = start &+ candidates.trailingZeroBitCount >> 3
                if at > lastStart { return 0 }
                if Self.load(base, at) & mask == head, Self.load(base, at &+ tailOffset) & mask == tail {
                    if !hasMore { return at &+ length }
                    if let end = needle.end(in: term, at: at) { return end }
                }
                candidates &= candidates &- 1
            }
            start &+= 8
        }
        return 0
    }

    @inline(__always)
    private static func load(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        base.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
    }
}
