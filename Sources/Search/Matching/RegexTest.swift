import Events

/// `/re/`: covers the whole text of a value, or occurs in it in full text and without a field (R40, R41).
struct RegexTest: Sendable {
    private let matcher: RegexMatcher
    private let isWhole: Bool
    private let ignoreCase: Bool
    /// Of these texts every match holds at least one; nil if nothing is known.
    let needles: [RawNeedle]?

    /// - Parameter expression: what the matcher was made of.
    init(_ matcher: RegexMatcher, expression: String, isWhole: Bool, ignoreCase: Bool) {
        self.matcher = matcher
        self.isWhole = isWhole
        self.ignoreCase = ignoreCase
        var needles: [RawNeedle]? = []
        for pattern in RegexCover.patterns(of: expression, isWhole: isWhole, tellsCase: !ignoreCase) {
            let text = pattern.longestText
            let needle =
                ignoreCase
                ? text.flatMap { FoldedNeedle($0).raw } : text.flatMap { RawNeedle(Array($0.utf8), ignoreCase: false) }
            guard let needle else {
                needles = nil
                break
            }
            needles?.append(needle)
        }
        // A text that holds another needle needs no finding of its own.
        self.needles = needles.map { all in
            all.filter { needle in !all.contains { $0.bytes.count < needle.bytes.count && needle.holds($0) } }
        }
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard ignoreCase else { return matcher.matches(text, isWhole: isWhole) }
        return FoldedText.with(text) { matcher.matches($0, isWhole: isWhole) }
    }
}

/// A text with every scalar in lower case (R32), for engines that cannot compare by that rule themselves.
enum FoldedText {
    /// What `body` gets is valid inside it only.
    static func with<Result>(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        // The mapping may take up to half as many bytes more: two become three.
        withUnsafeTemporaryAllocation(byteCount: text.count + text.count / 2 + 8, alignment: 8) { room in
            guard let base = text.baseAddress, let out = room.baseAddress else {
                return body(UnsafeRawBufferPointer(start: nil, count: 0))
            }
            let count = fold(
                base.assumingMemoryBound(to: UInt8.self), text.count, into: out.assumingMemoryBound(to: UInt8.self))
            return body(UnsafeRawBufferPointer(start: out, count: count))
        }
    }

    private static func fold(
        _ text: UnsafePointer<UInt8>, _ count: Int, into out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var at = 0
        var written = 0
        while at < count {
            let byte = text[at]
            if byte < 0x80 {
                out[written] = byte &- 0x41 < 26 ? byte | 0x20 : byte
                at &+= 1
                written &+= 1
                continue
            }
            let (scalar, length) = UTF8Text.decodeScalar(text + at, text + count)
            written &+= Tokenizer.appendScalar(WordCharacters.fold(scalar), to: out + written)
            at &+= length
        }
        return written
    }
}
