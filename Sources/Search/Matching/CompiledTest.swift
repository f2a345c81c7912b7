import Events
import QueryLanguage

/// One test of one value, ready to run.
///
/// Judges by the value's kind and text alone, allocates nothing that lasts, and takes time linear in the length of
/// the value for a given query. Texts that are not valid UTF-8 get some answer, never a read outside the buffer.
public struct CompiledTest: Sendable {
    /// What is asked of the value.
    enum Check: Sendable {
        /// The field has a value at all (R27).
        case exists
        /// The whole text equals the literal, or means the same (R20...R25).
        case whole(WholeText)
        /// The whole text is covered by a pattern with wildcards (R26).
        case wildcard(WildcardPattern)
        /// The text holds the words (R30).
        case contains(WordSearch)
        /// The text holds one of several words (R30).
        case words(WordSet)
        /// The text holds words with wildcards inside (R33).
        case containsPattern(WordPattern)
        /// The text matches a regular expression (R40).
        case regex(RegexTest)
        /// Any value with a text (full-text `*`, R33).
        case anyText
        /// The empty text only (full-text `""`, R33).
        case emptyText
        /// The value lies between two bounds (R45...R49).
        case range(ValueRange)
    }

    let check: Check

    init(_ check: Check) {
        self.check = check
    }

    /// Whether the value passes.
    ///
    /// - Parameters:
    ///   - kind: A `.null` never passes (R16); an `.object` passes only where any value does (R27).
    ///   - text: The value's text (R19), UTF-8; ignored for `.null` and `.object`.
    public func matches(kind: ValueKind, text: UnsafeRawBufferPointer) -> Bool {
        switch kind {
        case .null:
            return false
        case .object:
            switch check {
            case .exists: return true
            case .whole, .wildcard, .contains, .words, .containsPattern, .regex, .anyText, .emptyText, .range:
                return false
            }
        case .string, .number, .boolean:
            switch check {
            case .exists: return true
            case .whole(let whole): return whole.matches(kind: kind, text: text)
            case .wildcard(let pattern): return pattern.matches(text)
            case .contains(let search): return search.matches(text)
            case .words(let words): return words.isHeld(by: text)
            case .containsPattern(let pattern): return pattern.matches(text)
            case .regex(let regex): return regex.matches(text)
            case .anyText: return true
            case .emptyText: return text.isEmpty
            case .range(let range): return range.contains(kind: kind, text: text)
            }
        }
    }
}
