import Events
import QueryLanguage

/// A word or phrase with wildcards inside, looked for inside a value (R33).
///
/// All ways to match are followed at once as bits of a set (the shift-and method of Baeza-Yates and Gonnet, 1992),
/// so time is linear in the text's length whatever the text. A piece of plain text that does not occur rules a value
/// out before that.
struct WordPattern: Sendable {
    /// A set of states, state i meaning that i characters of the pattern are matched; words of 64 bits, lowest first.
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
    private let freeStart: Bool
    private let freeEnd: Bool
    private let prefilter: FoldedNeedle?

    /// - Parameter pieces: at least one; no star first or last.
    init(_ pieces: [Pattern.Piece], freeStart: Bool, freeEnd: Bool) {
        var scalars: [UInt32?] = []
        var stars: [Int] = []
        for piece in pieces {
            switch piece {
            case .text(let text): scalars.append(contentsOf: text.unicodeScalars.map { WordCharacters.fold($0.value) })
            case .anyOne: scalars.append(nil)
            case .anyRun: stars.append(scalars.count)
            }
        }
        length = scalars.count
        width = scalars.count / 64 + 1
        let empty = States(repeating: 0, count: width)
        var loops = empty
        for state in stars { loops.insert(state) }
        var anyOne = empty
        var named: [UInt32: States] = [:]
        for (state, scalar) in scalars.enumerated() {
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
        self.freeStart = freeStart
        self.freeEnd = freeEnd
        prefilter = Pattern(pieces: pieces).longestText.map(FoldedNeedle.init)
    }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let view = ScalarView(text) else { return false }
        if let prefilter, !prefilter.occurs(in: text, where: { _, _ in true }) { return false }
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: width) { states in
            states.initialize(repeating: 0)
            return run(view, states)
        }
    }

    private func run(_ view: ScalarView, _ states: UnsafeMutableBufferPointer<UInt64>) -> Bool {
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
