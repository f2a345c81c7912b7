import Events

/// The states of a word pattern as bits of a set, all moved on at once: the shift-and method of Baeza-Yates and Gonnet, 1992.
struct BitStates: Sendable {
    /// A set of states; words of 64 bits, lowest first.
    private typealias States = [UInt64]

    /// Characters of the pattern, stars not counted.
    private let length: Int
    /// Words per set.
    private let width: Int
    /// Per ASCII character, the states it leads out of: `width` words each.
    private let ascii: States
    /// Scalars above ASCII that the pattern names, ascending, with the states they lead out of.
    private let others: [(scalar: UInt32, states: States)]
    /// The states out of which any non-space leads (`?`).
    private let anyOne: States
    /// The states in which a run of non-spaces may go on (`*`).
    private let loops: States

    /// What the tables take.
    static func bytes(for pattern: WordPatternStates) -> Int {
        // Beyond that the tables would grow with the square of the length.
        guard pattern.characters.count < 1 << 14 else { return .max }
        let distinct = Set(pattern.characters.compactMap { $0 }).count
        return (130 + distinct) * (pattern.characters.count / 64 + 1) * 8
    }

    init(_ pattern: WordPatternStates) {
        length = pattern.characters.count
        width = length / 64 + 1
        let empty = States(repeating: 0, count: width)
        var loops = empty
        for state in pattern.loops { loops.insert(state) }
        var anyOne = empty
        var named: [UInt32: States] = [:]
        for (state, scalar) in pattern.characters.enumerated() {
            if let scalar {
                named[scalar, default: empty].insert(state)
            } else {
                anyOne.insert(state)
            }
        }
        var ascii: States = []
        for character in 0..<UInt32(128) {
            // Indexed by the character as it stands in the text, so that folding is part of the table.
            var states = named[WordCharacters.fold(character)] ?? empty
            if !FullTextSpace.contains(character) { states.formUnion(anyOne) }
            ascii.append(contentsOf: states)
        }
        var others: [(scalar: UInt32, states: States)] = []
        // ASCII is here too: KELVIN SIGN folds to `k`.
        for (scalar, var states) in named {
            states.formUnion(anyOne)
            others.append((scalar, states))
        }
        self.ascii = ascii
        self.others = others.sorted { $0.scalar < $1.scalar }
        self.anyOne = anyOne
        self.loops = loops
    }

    /// Whether the pattern occurs in the text; a side that is free need not be the edge of a word.
    func occur(in view: ScalarView, freeStart: Bool, freeEnd: Bool) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: width) { states in
            states.initialize(repeating: 0)
            var offset = 0
            var wasWord = false
            while offset < view.count {
                let (scalar, next) = view.scalar(at: offset)
                let isWord = WordCharacters.isWord(scalar)
                let isEdge = !(wasWord && isWord)
                if freeEnd || isEdge, isComplete(states) { return true }
                if freeStart || isEdge { states[0] |= 1 }
                step(states, on: scalar)
                wasWord = isWord
                offset = next
            }
            return isComplete(states)
        }
    }

    private func isComplete(_ states: UnsafeMutableBufferPointer<UInt64>) -> Bool {
        states[length / 64] >> UInt64(length % 64) & 1 != 0
    }

    /// Reads one character.
    private func step(_ states: UnsafeMutableBufferPointer<UInt64>, on scalar: UInt32) {
        if scalar < 0x80 {
            let row = Int(scalar) * width..<(Int(scalar) + 1) * width
            ascii.withUnsafeBufferPointer {
                let leading = UnsafeBufferPointer(rebasing: $0[row])
                advance(states, through: leading, loops: !FullTextSpace.contains(scalar))
            }
        } else {
            named(WordCharacters.fold(scalar)).withUnsafeBufferPointer { advance(states, through: $0, loops: true) }
        }
    }

    /// Moves the states that `leading` has one on and keeps those that may wait.
    private func advance(
        _ states: UnsafeMutableBufferPointer<UInt64>, through leading: UnsafeBufferPointer<UInt64>, loops mayLoop: Bool
    ) {
        var carry: UInt64 = 0
        for index in 0..<width {
            let current = states[index]
            let moving = current & leading[index]
            states[index] = moving << 1 | carry | (mayLoop ? current & loops[index] : 0)
            carry = moving >> 63
        }
    }

    /// The states that a folded scalar above ASCII leads out of.
    private func named(_ scalar: UInt32) -> States {
        var low = 0
        var high = others.count
        while low < high {
            let middle = (low + high) / 2
            if others[middle].scalar < scalar { low = middle + 1 } else { high = middle }
        }
        return low < others.count && others[low].scalar == scalar ? others[low].states : anyOne
    }
}

extension [UInt64] {
    fileprivate mutating func insert(_ bit: Int) {
        self[bit / 64] |= 1 << UInt64(bit % 64)
    }

    fileprivate mutating func formUnion(_ other: [UInt64]) {
        for index in indices { self[index] |= other[index] }
    }
}
