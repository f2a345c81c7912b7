import Foundation

/// Regular expressions (S30).
enum BrutePattern {
    /// The system's engine, which for the patterns that are asked for means the same.
    private static func engine(_ pattern: String) -> NSRegularExpression? {
        try? NSRegularExpression(pattern: pattern, options: [.dotMatchesLineSeparators])
    }

    static func group(_ number: Int, of pattern: String, in text: String) -> BruteValue {
        let all = NSRange(text.startIndex..., in: text)
        guard let match = engine(pattern)?.firstMatch(in: text, range: all),
            let range = Range(match.range(at: number), in: text)
        else { return .null }
        return .text(String(text[range]))
    }

    static func replaced(_ text: String, _ pattern: String, by template: String) -> BruteValue {
        let all = NSRange(text.startIndex..., in: text)
        return (engine(pattern)?.stringByReplacingMatches(in: text, range: all, withTemplate: template)).map {
            .text($0)
        } ?? .null
    }

    /// Literal characters, `.`, and `^` and `$` at the ends are tried place by place.
    static func isFound(_ pattern: Scalars, in text: Scalars) -> Bool {
        if pattern.contains(where: { "\\[](){}+*?|".unicodeScalars.contains($0) }) {
            let text = BruteValue.plain(text)
            let all = NSRange(text.startIndex..., in: text)
            return engine(BruteValue.plain(pattern))?.firstMatch(in: text, range: all) != nil
        }
        var pattern = pattern
        let isAtStart = pattern.first == "^"
        if isAtStart { pattern.removeFirst() }
        let isAtEnd = pattern.last == "$"
        if isAtEnd { pattern.removeLast() }
        guard text.count >= pattern.count else { return false }
        return (0...text.count - pattern.count).contains { start in
            if isAtStart, start > 0 { return false }
            if isAtEnd, start + pattern.count < text.count { return false }
            return pattern.indices.allSatisfy { pattern[$0] == "." || pattern[$0] == text[start + $0] }
        }
    }
}
