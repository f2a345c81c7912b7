/// A word or phrase without inner wildcards, looked for inside a value (R30, R33).
struct WordSearch: Sendable {
    let needle: FoldedNeedle
    /// A leading (trailing) `*` allows the match to begin (end) inside a word.
    private let freeStart: Bool
    private let freeEnd: Bool
    /// The text, folded, if it is a single word that must stand whole, so that a text holds it if it is one of its words.
    let wholeWord: [UInt8]?

    /// - Parameter text: not empty.
    init(_ text: String, freeStart: Bool, freeEnd: Bool) {
        needle = FoldedNeedle(text)
        self.freeStart = freeStart
        self.freeEnd = freeEnd
        wholeWord = freeStart || freeEnd ? nil : TokenList(text).onlyWord
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        needle.occurs(in: text) { view, place in
            (freeStart || !view.isInsideWord(place.lowerBound)) && (freeEnd || !view.isInsideWord(place.upperBound))
        }
    }
}
