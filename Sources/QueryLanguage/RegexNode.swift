/// A parsed regular expression of EQL's flavour (R42). Closed: there is nothing in it that needs backtracking.
///
/// Groups leave no trace but the shape of the tree, as nothing captures.
public indirect enum RegexNode: Hashable, Sendable {
    /// Matches the empty text: `()`, or an empty alternative.
    case empty
    /// One or more characters as they are; neighbouring ones are joined.
    case literal(String)
    /// `.`: any one scalar, line breaks included.
    case any
    /// One scalar of a class or shorthand.
    case set(RegexSet)
    /// Two or more parts, one after the other.
    case sequence([RegexNode])
    /// Two or more alternatives.
    case alternatives([RegexNode])
    /// `* + ? {n} {n,} {n,m}`; no maximum is nil.
    case repetition(RegexNode, minimum: Int, maximum: Int?)
}

/// The scalars a class stands for.
public struct RegexSet: Hashable, Sendable {
    /// Scalar values, in order, neither overlapping nor touching.
    public let ranges: [ClosedRange<UInt32>]
    /// Whether the set is all scalars but those of `ranges` (`[^…]`, `\D`, `\W`, `\S`).
    public let isNegated: Bool

    /// - Parameter ranges: in any order, may overlap.
    public init(ranges: [ClosedRange<UInt32>], isNegated: Bool = false) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound || range.lowerBound == last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
        self.isNegated = isNegated
    }

    public func contains(_ scalar: Unicode.Scalar) -> Bool {
        listed(scalar.value) != isNegated
    }

    /// Whether the value is in `ranges`, by binary search.
    func listed(_ value: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(value)
    }
}

extension RegexSet {
    /// `\d`
    static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
    /// `\w`: ASCII letters, digits and `_`.
    static let wordCharacters: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
    /// `\s`: tab, LF, VT, FF, CR and space, the same as for wildcards (R33).
    static let spaces: [ClosedRange<UInt32>] = [0x09...0x0D, 0x20...0x20]
}
