import Events
import QueryLanguage

/// Wildcard patterns that together cover a regular expression: every text that it matches is covered by at least one.
///
/// Only what is certain is kept as text; a character becomes `?`, all else `*`. So what a pattern needs (its terms) some match needs too, and
/// an event that no pattern allows cannot match.
struct RegexCover {
    /// Whether upper and lower case of a class are told apart; the terms of the index have lower case only.
    private let tellsCase: Bool

    /// More patterns than this are not kept apart.
    private static let limit = 16
    /// Characters of a class that are still told one by one.
    private static let classLimit = 4
    /// Longer texts narrow no further.
    private static let textLimit = 512

    private typealias Pieces = [Pattern.Piece]

    /// - Parameters:
    ///   - isWhole: the expression covers the whole value (R40), else it may begin and end inside it.
    ///   - tellsCase: the patterns cover texts as they are, else in lower case.
    static func patterns(of text: String, isWhole: Bool, tellsCase: Bool = false) -> [Pattern] {
        guard let node = try? RegexSyntax.parse(text) else { return [Pattern(pieces: [.anyRun])] }
        return RegexCover(tellsCase: tellsCase).alternatives(of: node).map { pieces in
            Pattern(pieces: isWhole ? pieces : Self.joined([.anyRun], Self.joined(pieces, [.anyRun])))
        }
    }

    private func alternatives(of node: RegexNode) -> [Pieces] {
        switch node {
        case .empty:
            return [[]]
        case .literal(let text):
            return [text.utf8.count > Self.textLimit ? [.anyRun] : [.text(text)]]
        case .any:
            return [[.anyOne]]
        case .set(let set):
            return members(of: set)?.map { [.text(String($0))] } ?? [[.anyOne]]
        case .sequence(let parts):
            return parts.reduce([[]]) { concatenated($0, alternatives(of: $1)) }
        case .alternatives(let parts):
            return united(parts.lazy.map(alternatives))
        case .repetition(let inner, minimum: 0, maximum: 1):
            return united([[[]], alternatives(of: inner)])
        case .repetition(_, minimum: 0, _):
            return [[.anyRun]]
        case .repetition(let inner, minimum: _, let maximum):
            let once = alternatives(of: inner)
            return maximum == 1 ? once : concatenated(once, [[.anyRun]])
        }
    }

    private func united(_ lists: some Sequence<[Pieces]>) -> [Pieces] {
        var all: [Pieces] = []
        for list in lists {
            all += list
            if all.count > Self.limit { return [[.anyRun]] }
        }
        return all
    }

    /// Every one of the first followed by every one of the second; where those are too many, the side that says less is
    /// given up.
    private func concatenated(_ first: [Pieces], _ second: [Pieces]) -> [Pieces] {
        var (first, second) = (first, second)
        if first.count * second.count > Self.limit {
            if Self.leastText(first) < Self.leastText(second) { first = [[.anyRun]] } else { second = [[.anyRun]] }
        }
        return first.flatMap { head in second.map { Self.joined(head, $0) } }
    }

    private static func leastText(_ alternatives: [Pieces]) -> Int {
        alternatives.map { pieces in
            pieces.reduce(0) { sum, piece in
                if case .text(let text) = piece { sum + text.utf8.count } else { sum }
            }
        }.min() ?? 0
    }

    private static func joined(_ head: Pieces, _ tail: Pieces) -> Pieces {
        switch (head.last, tail.first) {
        case (.anyRun, .anyRun), (.anyRun, .anyOne): return head + tail.dropFirst()
        case (.anyOne, .anyRun): return joined(head.dropLast(), tail)
        case (.text(let a), .text(let b)) where a.utf8.count + b.utf8.count <= textLimit:
            return head.dropLast() + [.text(a + b)] + tail.dropFirst()
        case (.text, .text): return head + [.anyRun] + tail.dropFirst()
        default: return head + tail
        }
    }

    /// One of each kind that is told apart; nil if they are too many.
    private func members(of set: RegexSet) -> [Unicode.Scalar]? {
        guard !set.isNegated, set.ranges.reduce(0, { $0 + $1.count }) <= 2 * Self.classLimit else { return nil }
        var folded: Set<UInt32> = []
        var members: [Unicode.Scalar] = []
        for value in set.ranges.joined() where folded.insert(tellsCase ? value : WordCharacters.fold(value)).inserted {
            guard let scalar = Unicode.Scalar(value) else { return nil }
            members.append(scalar)
        }
        return members.count <= Self.classLimit ? members : nil
    }
}
