/// Bytes that the text of every passing value holds, to be looked for in JSON as it is written.
///
/// A text without escapes stands in its JSON as it is, so a value without the needle and without a backslash cannot pass. Where
/// no byte of the needle has a short escape (`\"`, `\n`), only `\u` can hide it.
struct RawNeedle: Sendable {
    /// Not empty; ASCII letters in lower case if case does not count.
    let bytes: [UInt8]
    let ignoreCase: Bool
    /// Where in `bytes` the one stands that is rarest in logs.
    let rarest: Int
    /// A text may hold U+212A KELVIN SIGN for a `k`.
    let mayBeKelvin: Bool
    /// Only as `\u` a character of the needle has another spelling.
    let hasNoShortEscape: Bool

    init?(_ bytes: [UInt8], ignoreCase: Bool) {
        if bytes.isEmpty { return nil }
        self.bytes = bytes
        self.ignoreCase = ignoreCase
        rarest = ByteSearch.rarestIndex(in: bytes)
        mayBeKelvin = ignoreCase && bytes.contains(UInt8(ascii: "k"))
        hasNoShortEscape = bytes.allSatisfy { byte in
            switch byte {
            case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): false
            default: true
            }
        }
    }

    /// Whether another needle, for which case counts as for this one, stands in this one.
    func holds(_ other: RawNeedle) -> Bool {
        guard other.bytes.count <= bytes.count, other.ignoreCase == ignoreCase else { return false }
        return (0...bytes.count - other.bytes.count).contains { bytes[$0...].starts(with: other.bytes) }
    }

    /// Goes through a text from left to right; a place that was passed is never looked at again, so all steps together are
    /// linear.
    struct Cursor {
        private let needle: RawNeedle
        private let text: UnsafeRawBufferPointer
        private let spellings: (UInt8, UInt8)
        /// The next places of the rarest byte in either case; -1: not looked for yet.
        private var next = (-1, -1)
        private var backslash = -1
        private var kelvin = -1

        /// - Parameter text: must stay in place as long as the cursor is used.
        init(_ needle: RawNeedle, in text: UnsafeRawBufferPointer) {
            self.needle = needle
            self.text = text
            let byte = needle.bytes[needle.rarest]
            let isLetter = byte &- 0x61 < 26
            spellings = (byte, needle.ignoreCase && isLetter ? byte & 0xDF : byte)
        }

        /// The first place from `offset` on where the needle begins, or a byte that could hide it; the text's end if there
        /// is none. Offsets must not go back.
        mutating func next(from offset: Int) -> Int {
            guard let base = text.baseAddress else { return 0 }
            if backslash < offset {
                backslash =
                    needle.hasNoShortEscape
                    ? ByteSearch.firstIndex(of: 0x5C, then: UInt8(ascii: "u"), in: base, offset..<text.count)
                    : ByteSearch.firstIndex(of: 0x5C, in: base, offset..<text.count)
            }
            if needle.mayBeKelvin, kelvin < offset {
                kelvin = ByteSearch.firstIndex(of: 0xE2, in: base, offset..<text.count)
            }
            let hidden = needle.mayBeKelvin ? min(backslash, kelvin) : backslash
            var at = offset + needle.rarest
            while at < text.count {
                if next.0 < at { next.0 = ByteSearch.firstIndex(of: spellings.0, in: base, at..<text.count) }
                if spellings.0 == spellings.1 {
                    next.1 = text.count
                } else if next.1 < at {
                    next.1 = ByteSearch.firstIndex(of: spellings.1, in: base, at..<text.count)
                }
                let hit = min(next.0, next.1)
                if hit - needle.rarest >= hidden { break }
                if stands(at: hit - needle.rarest, base) { return hit - needle.rarest }
                at = hit + 1
            }
            return min(hidden, text.count)
        }

        private func stands(at start: Int, _ base: UnsafeRawPointer) -> Bool {
            guard start + needle.bytes.count <= text.count else { return false }
            for (offset, expected) in needle.bytes.enumerated() {
                let byte = base.load(fromByteOffset: start + offset, as: UInt8.self)
                let folded = needle.ignoreCase && byte &- 0x41 < 26 ? byte | 0x20 : byte
                if folded != expected { return false }
            }
            return true
        }
    }
}

extension CompiledTest {
    /// Texts of which every passing value holds at least one; nil if nothing is known.
    var needles: [RawNeedle]? {
        switch check {
        case .regex(let regex): return regex.needles
        case .words(let words): return words.needles
        case .exists, .whole, .wildcard, .contains, .containsPattern, .anyText, .emptyText, .range:
            return needle.map { [$0] }
        }
    }

    /// What the text of every passing value holds; nil if nothing is known.
    private var needle: RawNeedle? {
        switch check {
        case .whole(let whole): whole.needle
        case .wildcard(let pattern): pattern.needle
        case .contains(let search): search.needle.raw
        case .containsPattern(let pattern): pattern.prefilter?.raw
        case .exists, .regex, .words, .anyText, .emptyText, .range: nil
        }
    }
}
