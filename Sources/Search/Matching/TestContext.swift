import QueryLanguage

/// What the tests of one query share: how case counts, and the compiled regular expressions, each once.
final class TestContext {
    /// The most different regular expressions of one query: each takes memory, however short it is.
    private static let regexLimit = 500

    let ignoreCase: Bool
    private let memory: Int64
    /// Bytes left for tables that make wildcards fast.
    private var tables = 8 << 20
    private var matchers: [[UInt8]: RegexMatcher] = [:]

    /// - Parameter shares: contexts of the same query that share the memory for regular expressions.
    init(_ query: Query, ignoreCase: Bool, shares: Int = 1) {
        self.ignoreCase = ignoreCase
        var regexes: Set<[UInt8]> = []
        query.collectRegexes(into: &regexes)
        memory = min(RegexMatcher.memory, RegexMatcher.memoryOfAll / Int64(max(1, regexes.count * shares)))
    }

    /// - Throws: `UnsupportedQuery` for an expression that does not parse or is too large.
    func regex(_ text: String, isWhole: Bool) throws(UnsupportedQuery) -> RegexTest {
        RegexTest(try matcher(text), expression: text, isWhole: isWhole, ignoreCase: ignoreCase)
    }

    /// Whether a test may have tables of so many bytes; it must do without if not.
    func takeTables(bytes: Int) -> Bool {
        guard bytes <= tables else { return false }
        tables -= bytes
        return true
    }

    private func matcher(_ text: String) throws(UnsupportedQuery) -> RegexMatcher {
        // By bytes: equal strings may be different expressions.
        let key = Array(text.utf8)
        if let known = matchers[key] { return known }
        guard matchers.count < Self.regexLimit else {
            throw UnsupportedQuery(message: "a query may hold at most \(Self.regexLimit) different regular expressions")
        }
        var node: RegexNode
        do {
            node = try RegexSyntax.parse(text)
        } catch {
            throw UnsupportedQuery(message: "a regular expression: \(error.message)")
        }
        if ignoreCase { node = node.folded }
        let matcher = try RegexMatcher(RegexSyntax.re2Pattern(node), memory: memory)
        matchers[key] = matcher
        return matcher
    }
}

extension Query {
    /// The texts of the regular expressions in the query.
    fileprivate func collectRegexes(into found: inout Set<[UInt8]>) {
        switch self {
        case .everything: break
        case .and(let parts), .or(let parts): for part in parts { part.collectRegexes(into: &found) }
        case .not(let inner): inner.collectRegexes(into: &found)
        case .anywhere(.regex(let text)), .field(_, .literal(.regex(let text))): found.insert(Array(text.utf8))
        case .anywhere(.pattern), .field: break
        }
    }
}
