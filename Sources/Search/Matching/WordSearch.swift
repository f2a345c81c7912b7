/// A word or phrase without inner wildcards, looked for inside a value (R30, R33).
struct WordSearch: Sendable {
    let needle: FoldedNeedle
    /// A leading (trailing) `*` allows the match to begin (end) inside a word.
    private let freeStart: Bool
    private let freeEnd: Bool

    /// The needle is not empty.
    init(_ needle: FoldedNeedle, freeStart: Bool, freeEnd: Bool) {
        self.needle = needle
        self.freeStart = freeStart
        self.freeEnd = freeEnd
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        needle.occurs(in: text) { view, place in
            (freeStart || !view.isInsideWord(place.lowerBound)) && (freeEnd || !view.isInsideWord(place.upperBound))
        }
    }
}
