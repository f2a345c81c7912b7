import Events
import QueryLanguage

/// A word or phrase with wildcards inside, looked for inside a value (R33).
///
/// All ways to match are followed at once, so that time is bounded by the length of the text times the states that can be
/// alive at a time, whatever the text: as bits of a set where there is memory for its tables (`BitStates`), else as a list
/// (`ListedStates`). A piece of plain text that does not occur rules a value out before that.
struct WordPattern: Sendable {
    private enum Engine: Sendable {
        case bits(BitStates)
        case list(ListedStates)
    }

    private let engine: Engine
    private let freeStart: Bool
    private let freeEnd: Bool
    /// A text that every match holds.
    let prefilter: FoldedNeedle?

    /// - Parameter pieces: at least one; no star first or last.
    init(_ pieces: [Pattern.Piece], freeStart: Bool, freeEnd: Bool, _ context: TestContext) {
        let states = WordPatternStates(pieces)
        if context.takeTables(bytes: BitStates.bytes(for: states)) {
            engine = .bits(BitStates(states))
        } else {
            engine = .list(ListedStates(states))
        }
        self.freeStart = freeStart
        self.freeEnd = freeEnd
        prefilter = Pattern(pieces: pieces).longestText.map(FoldedNeedle.init)
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let view = ScalarView(text) else { return false }
        if let prefilter, !prefilter.occurs(in: text, where: { _, _ in true }) { return false }
        switch engine {
        case .bits(let states): return states.occur(in: view, freeStart: freeStart, freeEnd: freeEnd)
        case .list(let states): return states.occur(in: view, freeStart: freeStart, freeEnd: freeEnd)
        }
    }
}

/// A pattern as states: state i means that i of its characters are matched.
struct WordPatternStates {
    /// Folded, stars not counted; nil for `?`.
    var characters: [UInt32?] = []
    /// The states in which a run of non-spaces may go on (`*`), ascending.
    var loops: [Int] = []

    init(_ pieces: [Pattern.Piece]) {
        for piece in pieces {
            switch piece {
            case .text(let text):
                for scalar in text.unicodeScalars { characters.append(WordCharacters.fold(scalar.value)) }
            case .anyOne: characters.append(nil)
            case .anyRun: loops.append(characters.count)
            }
        }
    }
}
