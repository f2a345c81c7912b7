import QueryLanguage

/// What an event must hold for a test to pass, as terms of the index: all that one of the alternatives asks for.
struct TermChoice: Sendable {
    /// Not empty, unless nothing can pass.
    var alternatives: [LiteralTerms]

    /// Nothing can be said.
    static let none = TermChoice(alternatives: [.none])

    init(alternatives: [LiteralTerms]) {
        self.alternatives = alternatives
    }

    init(_ terms: LiteralTerms) {
        alternatives = [terms]
    }

    /// - Parameter isWhole: the expression covers the whole value.
    init(regex: String, isWhole: Bool) {
        var seen: Set<LiteralTerms> = []
        alternatives = RegexCover.patterns(of: regex, isWhole: isWhole)
            .map { LiteralTerms($0, isFullText: false) }
            .filter { seen.insert($0).inserted }
    }

    /// Whether an alternative asks for nothing, so that any event may pass.
    var saysNothing: Bool { alternatives.contains { $0.complete.isEmpty && $0.fragments.isEmpty } }

    /// Whether every alternative needs a term as a whole: cheap to look up.
    var needsTerms: Bool { alternatives.allSatisfy { !$0.complete.isEmpty } }

    /// Whether the dictionary of terms must be walked through to find them.
    var needsScan: Bool { !saysNothing && !needsTerms }
}
