import Events
import QueryLanguage

/// What may stand in the gap of one character (`?`) between two pieces of text: part of a word or not.
///
/// If it is, both pieces stand in one term; if not, the one ends a term and the other begins one. Either is rarer than the
/// two pieces somewhere in an event.
enum GapChoices {
    /// Stands in a text for a gap that a word character fills. It is a word character itself, for private use.
    private static let mark = "\u{10FFFD}"

    /// Patterns that together cover what the pattern covers.
    ///
    /// - Parameter limit: how many there may be, at least 1; gaps beyond it stay as they are.
    static func patterns(of pattern: Pattern, limit: Int) -> [Pattern] {
        guard !pattern.pieces.contains(where: { isMarked($0) }) else { return [pattern] }
        var found: [[Pattern.Piece]] = [[]]
        for (index, piece) in pattern.pieces.enumerated() {
            if piece == .anyOne, found.count * 2 <= limit, isInsideWords(pattern.pieces, index) {
                found = found.flatMap { [joined($0, mark), joined($0, " ")] }
            } else if case .text(let text) = piece {
                found = found.map { joined($0, text) }
            } else {
                found = found.map { $0 + [piece] }
            }
        }
        return found.map { Pattern(pieces: $0) }
    }

    /// A token's bytes without the marks: what stands before the first gap, and after each.
    static func pieces(of token: [UInt8]) -> (first: [UInt8], further: [[UInt8]]) {
        let mark = Array(mark.utf8)
        guard token.count > mark.count, token.contains(mark[0]) else { return (token, []) }
        var pieces: [[UInt8]] = [[]]
        var at = 0
        while at < token.count {
            if token[at...].starts(with: mark) {
                pieces.append([])
                at += mark.count
            } else {
                pieces[pieces.count - 1].append(token[at])
                at += 1
            }
        }
        return (pieces[0], Array(pieces.dropFirst()))
    }

    private static func isMarked(_ piece: Pattern.Piece) -> Bool {
        if case .text(let text) = piece { text.unicodeScalars.contains("\u{10FFFD}") } else { false }
    }

    /// Whether a word ends just before the gap and one begins just after it.
    private static func isInsideWords(_ pieces: [Pattern.Piece], _ index: Int) -> Bool {
        guard index > 0, index + 1 < pieces.count, case .text(let before) = pieces[index - 1],
            case .text(let after) = pieces[index + 1], let last = before.unicodeScalars.last,
            let first = after.unicodeScalars.first
        else { return false }
        return WordCharacters.isWord(last.value) && WordCharacters.isWord(first.value)
    }

    private static func joined(_ pieces: [Pattern.Piece], _ text: String) -> [Pattern.Piece] {
        if case .text(let before) = pieces.last { return pieces.dropLast() + [.text(before + text)] }
        return pieces + [.text(text)]
    }
}
