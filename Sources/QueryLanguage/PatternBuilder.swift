/// Collects a pattern from text and wildcards, joining neighbouring text.
struct PatternBuilder {
    private var pieces: [Pattern.Piece] = []
    private var text: [UInt8] = []

    mutating func append(_ byte: UInt8) {
        text.append(byte)
    }

    /// `*`. A run of stars says no more than one, and would only cost the matcher time.
    mutating func appendAnyRun() {
        endText()
        if pieces.last != .anyRun { pieces.append(.anyRun) }
    }

    /// `?`
    mutating func appendAnyOne() {
        endText()
        pieces.append(.anyOne)
    }

    mutating func build() -> Pattern {
        endText()
        return Pattern(pieces: pieces)
    }

    private mutating func endText() {
        guard !text.isEmpty else { return }
        pieces.append(.text(String(decoding: text, as: UTF8.self)))
        text.removeAll(keepingCapacity: true)
    }
}
