extension RegexNode {
    /// How many states an automaton that reads UTF-8 needs for the expression, roughly and independent of the engine: a
    /// state a byte of text, nine for any scalar, and everything in `{n,m}` once for each repetition.
    public var size: Int {
        switch self {
        case .empty: 1
        case .literal(let text): text.utf8.count
        case .any: RegexSet.anyScalarSize
        case .set(let set): set.size
        case .sequence(let parts), .alternatives(let parts): parts.reduce(1) { Self.sum($0, $1.size) }
        case .repetition(let inner, let minimum, let maximum):
            Self.sum(1, inner.size, times: max(1, maximum ?? minimum))
        }
    }

    /// Never overflows: sizes above any limit are all the same.
    private static func sum(_ size: Int, _ added: Int, times: Int = 1) -> Int {
        let most = 1 << 30
        return min(most, size + min(most, added) * times)
    }
}

extension RegexSet {
    /// The ranges of bytes that make up one UTF-8 scalar.
    fileprivate static let anyScalarSize = 9

    fileprivate var size: Int {
        ranges.reduce(isNegated ? Self.anyScalarSize : 0) { $0 + ($1.upperBound < 0x80 ? 1 : 6) }
    }
}
