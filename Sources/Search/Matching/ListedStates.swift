import Events

/// The states of a word pattern as a list of those that are alive. Memory linear in the pattern, for patterns whose tables
/// would be too large; no more states are alive than characters were read.
struct ListedStates: Sendable {
    /// Folded; `anyOne` for `?`.
    private let characters: [UInt32]
    /// Per state, whether a run of non-spaces may go on in it.
    private let loops: [Bool]

    private static let anyOne = UInt32.max

    init(_ pattern: WordPatternStates) {
        characters = pattern.characters.map { $0 ?? Self.anyOne }
        var loops = [Bool](repeating: false, count: pattern.characters.count + 1)
        for state in pattern.loops { loops[state] = true }
        self.loops = loops
    }

    /// Whether the pattern occurs in the text; a side that is free need not be the edge of a word.
    func occur(in view: ScalarView, freeStart: Bool, freeEnd: Bool) -> Bool {
        // A state is reached by reading as many characters, of a byte or more each.
        guard characters.count <= view.count else { return false }
        var alive = StateList(capacity: characters.count + 1)
        var next = StateList(capacity: characters.count + 1)
        var isComplete = false
        var offset = 0
        var wasWord = false
        while offset < view.count {
            let (scalar, after) = view.scalar(at: offset)
            let isWord = WordCharacters.isWord(scalar)
            let isEdge = !(wasWord && isWord)
            if isComplete, freeEnd || isEdge { return true }
            if freeStart || isEdge { alive.insert(0) }
            let folded = WordCharacters.fold(scalar)
            let isSpace = FullTextSpace.contains(scalar)
            next.removeAll()
            for index in 0..<alive.count {
                let state = alive[index]
                if state < characters.count {
                    let wanted = characters[state]
                    if wanted == folded || (wanted == Self.anyOne && !isSpace) { next.insert(state + 1) }
                }
                if loops[state], !isSpace { next.insert(state) }
            }
            swap(&alive, &next)
            isComplete = alive.contains(characters.count)
            wasWord = isWord
            offset = after
        }
        return isComplete
    }
}

/// A set of small numbers that is emptied in no time: a list, and per number its place in it.
private struct StateList {
    private var list: [Int32]
    private var places: [Int32]
    private(set) var count = 0

    init(capacity: Int) {
        list = Array(repeating: 0, count: capacity)
        places = Array(repeating: 0, count: capacity)
    }

    subscript(index: Int) -> Int { Int(list[index]) }

    func contains(_ number: Int) -> Bool {
        let place = Int(places[number])
        return place < count && Int(list[place]) == number
    }

    mutating func insert(_ number: Int) {
        if contains(number) { return }
        places[number] = Int32(truncatingIfNeeded: count)
        list[count] = Int32(truncatingIfNeeded: number)
        count += 1
    }

    mutating func removeAll() { count = 0 }
}
