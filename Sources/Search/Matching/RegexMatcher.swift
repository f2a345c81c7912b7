import CRE2
import QueryLanguage

/// A regular expression compiled by RE2: time linear in the text, memory bounded, whatever the expression and the text.
final class RegexMatcher: @unchecked Sendable {
    // Safe to share: RE2 documents matching with one object from many threads; the pointer never changes.
    private let handle: OpaquePointer

    /// Bytes that one expression may use for its program and the states it is in.
    static let memory: Int64 = 8 << 20
    /// The same for all expressions of a query.
    static let memoryOfAll: Int64 = 48 << 20

    /// - Parameters:
    ///   - pattern: in RE2's syntax, as `RegexSyntax.re2Pattern` writes it.
    ///   - memory: bytes, at least 64 KiB.
    /// - Throws: `UnsupportedQuery` if RE2 cannot take it within the memory.
    init(_ pattern: String, memory: Int64 = RegexMatcher.memory) throws(UnsupportedQuery) {
        var created: OpaquePointer?
        var pattern = pattern
        let status = pattern.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { coldtrail_re2_create($0.baseAddress, $0.count, memory, &created) }
        }
        switch status {
        case COLDTRAIL_RE2_OK: break
        case COLDTRAIL_RE2_TOO_LARGE:
            throw UnsupportedQuery(
                message: "a regular expression is too large: its automaton needs more than \(memory >> 10) KiB")
        case COLDTRAIL_RE2_NO_MEMORY:
            throw UnsupportedQuery(message: "there is not enough memory for a regular expression")
        default:
            throw UnsupportedQuery(message: "RE2 does not take a regular expression of the query")
        }
        guard let created else { throw UnsupportedQuery(message: "RE2 gave no regular expression") }
        handle = created
    }

    deinit {
        coldtrail_re2_destroy(handle)
    }

    /// - Parameter isWhole: from the first to the last byte, else anywhere in the text.
    func matches(_ text: UnsafeRawBufferPointer, isWhole: Bool) -> Bool {
        coldtrail_re2_matches(
            handle, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count, isWhole ? 1 : 0) != 0
    }
}
