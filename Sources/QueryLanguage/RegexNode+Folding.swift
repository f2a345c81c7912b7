import Events

extension RegexNode {
    /// The expression for `--ignore-case`, to be matched against text that was folded by R32.
    ///
    /// An engine's own flag will not do: engines take more characters for equal (`ſ` and `s`) than R32 does.
    public var folded: RegexNode {
        switch self {
        case .empty, .any:
            return self
        case .literal(let text):
            var folded = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                folded.append(Unicode.Scalar(WordCharacters.fold(scalar.value)) ?? scalar)
            }
            return .literal(String(folded))
        case .set(let set):
            return .set(set.folded)
        case .sequence(let parts):
            return .sequence(parts.map(\.folded))
        case .alternatives(let parts):
            return .alternatives(parts.map(\.folded))
        case .repetition(let inner, let minimum, let maximum):
            return .repetition(inner.folded, minimum: minimum, maximum: maximum)
        }
    }
}

extension RegexSet {
    /// The set with the lower case of each of its members; folded text never holds the upper case ones.
    /// `[^A]` excludes `a` by the same rule: negation is applied after folding.
    var folded: RegexSet {
        let added = CaseTable.pairs.lazy.filter { listed($0.upper) }.map { $0.lower...$0.lower }
        return RegexSet(ranges: ranges + added, isNegated: isNegated)
    }
}

/// The scalars that fold to another one: about 1,400, found once.
private enum CaseTable {
    static let pairs: [(upper: UInt32, lower: UInt32)] = (0...UInt32(0x10FFFF)).compactMap { value in
        let lower = WordCharacters.fold(value)
        return lower == value ? nil : (value, lower)
    }
}
