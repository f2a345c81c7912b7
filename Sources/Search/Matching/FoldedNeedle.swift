import Events

/// A text to be found without regard to case (R32).
///
/// The common case, an ASCII needle, is looked for in the raw bytes: the C library finds the needle's rarest byte in
/// either case, and the rest is compared around it. Other needles are compared scalar by scalar. No copy of the
/// searched text is ever made.
struct FoldedNeedle: Sendable {
    /// Folded; not empty where `occurs` is used.
    private let scalars: [UInt32]
    /// The folded text if it is ASCII, else empty.
    private let ascii: [UInt8]
    /// Where in `ascii` the byte stands that is rarest in logs.
    private let rarest: Int
    /// `K` is ASCII only after folding (U+212A KELVIN SIGN); it is the one scalar of that sort.
    private let holdsK: Bool

    init(_ text: String) {
        scalars = text.unicodeScalars.map { WordCharacters.fold($0.value) }
        ascii = scalars.allSatisfy { $0 < 0x80 } ? scalars.map { UInt8(truncatingIfNeeded: $0) } : []
        rarest = ByteSearch.rarestIndex(in: ascii)
        holdsK = ascii.contains(UInt8(ascii: "k"))
    }

    /// The same for JSON as it is written; nil if it is not ASCII: other scalars have more than one spelling.
    var raw: RawNeedle? { RawNeedle(ascii, ignoreCase: true) }

    /// Whether the text, folded, is the needle.
    func equals(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let view = ScalarView(text) else { return scalars.isEmpty }
        return end(of: view, from: 0) == view.count
    }

    /// Whether the needle occurs in the text such that `accept` takes the place, given as bytes in the text.
    func occurs(in text: UnsafeRawBufferPointer, where accept: (ScalarView, Range<Int>) -> Bool) -> Bool {
        guard let view = ScalarView(text), !scalars.isEmpty else { return false }
        if ascii.isEmpty || (holdsK && Self.kelvinSign.occurs(in: text)) {
            return occursByScalars(in: view, where: accept)
        }
        return occursByBytes(in: view, where: accept)
    }

    private func occursByBytes(in view: ScalarView, where accept: (ScalarView, Range<Int>) -> Bool) -> Bool {
        let length = ascii.count
        guard length <= view.count else { return false }
        let base = UnsafeRawPointer(view.base)
        return ascii.withUnsafeBufferPointer { needle in
            let lower = needle[rarest]
            let upper = lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") ? lower & 0xDF : lower
            // Offsets at which the rarest byte can stand if the needle is to fit.
            let end = view.count - length + rarest + 1
            var nextLower = ByteSearch.firstIndex(of: lower, in: base, rarest..<end)
            var nextUpper = lower == upper ? end : ByteSearch.firstIndex(of: upper, in: base, rarest..<end)
            while true {
                let hit = min(nextLower, nextUpper)
                guard hit < end else { return false }
                let start = hit - rarest
                if Self.equals(view.base + start, needle), accept(view, start..<start + length) { return true }
                if hit == nextLower {
                    nextLower = ByteSearch.firstIndex(of: lower, in: base, hit + 1..<end)
                } else {
                    nextUpper = ByteSearch.firstIndex(of: upper, in: base, hit + 1..<end)
                }
            }
        }
    }

    @inline(__always)
    private static func equals(_ text: UnsafePointer<UInt8>, _ needle: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in 0..<needle.count {
            let byte = text[index]
            let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if folded != needle[index] { return false }
        }
        return true
    }

    private func occursByScalars(in view: ScalarView, where accept: (ScalarView, Range<Int>) -> Bool) -> Bool {
        let first = scalars[0]
        var start = 0
        while start < view.count {
            let (scalar, next) = view.scalar(at: start)
            if WordCharacters.fold(scalar) == first, let end = end(of: view, from: start),
                accept(view, start..<end)
            {
                return true
            }
            start = next
        }
        return false
    }

    /// Where the needle ends if it begins at `start`.
    private func end(of view: ScalarView, from start: Int) -> Int? {
        var offset = start
        for expected in scalars {
            guard offset < view.count else { return nil }
            let (scalar, next) = view.scalar(at: offset)
            guard WordCharacters.fold(scalar) == expected else { return nil }
            offset = next
        }
        return offset
    }

    private static let kelvinSign = ByteNeedle([0xE2, 0x84, 0xAA])
}
