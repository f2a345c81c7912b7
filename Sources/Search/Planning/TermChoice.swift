import QueryLanguage

/// What an event must hold for a test to pass, as terms of the index: all that one of the alternatives asks for.
struct TermChoice: Sendable {
    /// Not empty, unless nothing can pass.
    var alternatives: [LiteralTerms]

    /// Gaps of one character make several alternatives of a pattern; more than this are not told apart.
    private static let limit = 24

    /// Nothing can be said.
    static let none = TermChoice(alternatives: [.none])

    init(alternatives: [LiteralTerms]) {
        self.alternatives = alternatives
    }

    init(_ terms: LiteralTerms) {
        alternatives = [terms]
    }

    /// - Parameter isFullText: the pattern is looked for inside values (R30), else it covers the whole value.
    init(_ pattern: Pattern, isFullText: Bool) {
        alternatives = GapChoices.patterns(of: pattern, limit: Self.limit).map {
            LiteralTerms($0, isFullText: isFullText)
        }
    }

    /// - Parameter isWhole: the expression covers the whole value.
    init(regex: String, isWhole: Bool) {
        var seen: Set<LiteralTerms> = []
        let patterns = RegexCover.patterns(of: regex, isWhole: isWhole)
        alternatives = patterns.flatMap { GapChoices.patterns(of: $0, limit: Self.limit / patterns.count) }
            .map { LiteralTerms($0, isFullText: false) }
            .filter { seen.insert($0).inserted }
    }

    /// Whether an alternative asks for nothing, so that any event may pass.
    var saysNothing: Bool { alternatives.contains { $0.complete.isEmpty && $0.fragments.isEmpty } }

    /// Whether every alternative needs a term as a whole: cheap to look up.
    var needsTerms: Bool { alternatives.allSatisfy { !$0.complete.isEmpty } }

    /// Whether the dictionary of terms must be walked through to find them: an alternative has neither a whole term nor a
    /// beginning that can be looked up.
    var needsWalk: Bool {
        !saysNothing && alternatives.contains { $0.complete.isEmpty && !$0.fragments.contains(where: \.isLookedUp) }
    }
}
