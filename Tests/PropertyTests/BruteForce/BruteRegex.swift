/// A regular expression by the rules R40 to R44: read and run with nothing but sets of places in the text.
///
/// Shares nothing with the product: no parser, no engine. Slow, and without recursion on the text.
struct BruteRegex {
    /// What is left to be matched, as a tree.
    private indirect enum Node {
        case nothing
        case one([ClosedRange<UInt32>], isNegated: Bool)
        case then(Node, Node)
        case either(Node, Node)
        case times(Node, Int, Int?)
    }

    private let root: Node
    private let ignoreCase: Bool

    /// Nil if the text is not an expression.
    init?(_ text: String, ignoreCase: Bool) {
        var reader = Reader(text: Scalars(text.unicodeScalars))
        guard !text.isEmpty, let node = reader.alternatives(), reader.isAtEnd else { return nil }
        root = node
        self.ignoreCase = ignoreCase
    }

    /// The whole text (R40).
    func covers(_ text: Scalars) -> Bool {
        let text = ignoreCase ? BruteText.fold(text) : text
        return ends(root, text, from: [0]).contains(text.count)
    }

    /// Anywhere in the text (R40).
    func occurs(in text: Scalars) -> Bool {
        let text = ignoreCase ? BruteText.fold(text) : text
        return !ends(root, text, from: Set(0...text.count)).isEmpty
    }

    /// The places after which the node may end if it may begin at the given ones.
    private func ends(_ node: Node, _ text: Scalars, from starts: Set<Int>) -> Set<Int> {
        switch node {
        case .nothing:
            return starts
        case .one(let ranges, let isNegated):
            return Set(
                starts.filter { $0 < text.count && holds(ranges, text[$0].value) != isNegated }.map { $0 + 1 })
        case .then(let first, let second):
            return ends(second, text, from: ends(first, text, from: starts))
        case .either(let first, let second):
            return ends(first, text, from: starts).union(ends(second, text, from: starts))
        case .times(let inner, let low, let high):
            var places = starts
            for _ in 0..<low { places = ends(inner, text, from: places) }
            var all = places
            var round = low
            while !places.isEmpty, high.map({ round < $0 }) ?? true {
                // Places that were there before lead nowhere new.
                places = ends(inner, text, from: places).subtracting(high == nil ? all : [])
                all.formUnion(places)
                round += 1
            }
            return all
        }
    }

    /// Without case the text is folded, and so is every member of the class.
    private func holds(_ ranges: [ClosedRange<UInt32>], _ value: UInt32) -> Bool {
        if ranges.contains(where: { $0.contains(value) }) { return true }
        guard ignoreCase, let others = Self.upperCases[value] else { return false }
        return others.contains { other in ranges.contains { $0.contains(other) } }
    }

    /// By scalar, the others that fold to it.
    private static let upperCases: [UInt32: [UInt32]] = {
        var found: [UInt32: [UInt32]] = [:]
        for value in UInt32(0)...0x1FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let folded = BruteText.fold([scalar])[0].value
            if folded != value { found[folded, default: []].append(value) }
        }
        return found
    }()

    // MARK: Reading

    private struct Reader {
        let text: Scalars
        var at = 0

        init(text: Scalars) {
            self.text = text
        }

        var isAtEnd: Bool { at == text.count }
        private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

        mutating func alternatives() -> Node? {
            guard var node = sequence() else { return nil }
            while next == "|" {
                at += 1
                guard let other = sequence() else { return nil }
                node = .either(node, other)
            }
            return node
        }

        private mutating func sequence() -> Node? {
            var node = Node.nothing
            while let scalar = next, scalar != "|", scalar != ")" {
                guard let atom = atom(), let part = counted(atom) else { return nil }
                node = .then(node, part)
            }
            return node
        }

        private mutating func counted(_ atom: Node) -> Node? {
            switch next {
            case "*":
                at += 1
                return .times(atom, 0, nil)
            case "+":
                at += 1
                return .times(atom, 1, nil)
            case "?":
                at += 1
                return .times(atom, 0, 1)
            case "{":
                at += 1
                guard let low = number() else { return nil }
                var high: Int? = low
                if next == "," {
                    at += 1
                    high = next == "}" ? nil : number()
                }
                guard next == "}" else { return nil }
                at += 1
                return .times(atom, low, high)
            default:
                return atom
            }
        }

        private mutating func number() -> Int? {
            var digits = ""
            while let scalar = next, ("0"..."9").contains(scalar) {
                digits.unicodeScalars.append(scalar)
                at += 1
            }
            return Int(digits)
        }

        private mutating func atom() -> Node? {
            guard let scalar = next else { return nil }
            at += 1
            switch scalar {
            case "(":
                guard let inner = alternatives(), next == ")" else { return nil }
                at += 1
                return inner
            case ".": return .one([], isNegated: true)
            case "[": return characterClass()
            case "\\":
                guard let (ranges, isNegated) = escaped() else { return nil }
                return .one(ranges, isNegated: isNegated)
            case "*", "+", "?", "{", "}", "]", ")", "^", "$": return nil
            default: return .one([scalar.value...scalar.value], isNegated: false)
            }
        }

        private mutating func escaped() -> ([ClosedRange<UInt32>], Bool)? {
            guard let scalar = next else { return nil }
            at += 1
            let digits: [ClosedRange<UInt32>] = [0x30...0x39]
            let words: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
            let spaces: [ClosedRange<UInt32>] = [0x20...0x20, 0x09...0x0D]
            switch scalar {
            case "d": return (digits, false)
            case "D": return (digits, true)
            case "w": return (words, false)
            case "W": return (words, true)
            case "s": return (spaces, false)
            case "S": return (spaces, true)
            case "n": return ([0x0A...0x0A], false)
            case "t": return ([0x09...0x09], false)
            case "r": return ([0x0D...0x0D], false)
            default: return BruteText.isWord(scalar) ? nil : ([scalar.value...scalar.value], false)
            }
        }

        private mutating func characterClass() -> Node? {
            var isNegated = false
            if next == "^" {
                isNegated = true
                at += 1
            }
            var ranges: [ClosedRange<UInt32>] = []
            while let scalar = next, scalar != "]" {
                guard let low = member() else { return nil }
                if next == "-", at + 1 < text.count, text[at + 1] != "]" {
                    at += 1
                    guard let high = member(), low.count == 1, high.count == 1,
                        low[0].lowerBound <= high[0].lowerBound
                    else { return nil }
                    ranges.append(low[0].lowerBound...high[0].lowerBound)
                } else {
                    ranges += low
                }
            }
            guard next == "]", !ranges.isEmpty else { return nil }
            at += 1
            return .one(ranges, isNegated: isNegated)
        }

        private mutating func member() -> [ClosedRange<UInt32>]? {
            guard let scalar = next else { return nil }
            at += 1
            guard scalar == "\\" else { return [scalar.value...scalar.value] }
            guard let (ranges, isNegated) = escaped(), !isNegated else { return nil }
            return ranges
        }
    }
}
