import Events
import Foundation
import QueryLanguage
import Search
import Testing

/// The product's evaluator of one event against the brute-force one.
@Suite struct MatcherAgreementTests {
    /// How many (query, event) pairs a seed checks; `COLDTRAIL_PAIRS` sets the sum over all seeds.
    static let pairsPerSeed =
        (ProcessInfo.processInfo.environment["COLDTRAIL_PAIRS"].flatMap(Int.init) ?? 40_000) / seeds.count
    static let seeds: [UInt64] = [1, 2, 3, 4]

    @Test(arguments: seeds) func agreesOnRandomQueriesAndEvents(seed: UInt64) throws {
        let eventsPerRound = 25
        let queriesPerRound = 150
        var left = Self.pairsPerSeed
        var matches = 0
        var excluded = 0
        var pairs = 0
        var differences = 0
        var round: UInt64 = 0
        while left > 0, differences < 10 {
            round += 1
            var events = RandomEvents(seed: seed &* 1_000_003 &+ round)
            let lines = events.lines(eventsPerRound - 3) + (0..<3).map { _ in events.reject() }
            let parsed = lines.map { BruteEvent(line: $0) }
            var queries = RandomQueries(seed: seed &+ round &* 7919, lines: lines)
            let decoder = EventDecoder()
            for number in 0..<queriesPerRound where differences < 10 {
                let query = queries.query(depth: number % 4)
                let ignoreCase = number % 3 == 0
                let brute = BruteForce(query: query, ignoreCase: ignoreCase)
                let compiled = try CompiledQuery(query, ignoreCase: ignoreCase)
                let matcher = EventMatcher(compiled)
                let filter = LineFilter(compiled)
                for (line, event) in zip(lines, parsed) {
                    let expected = event.map { brute.matches($0) } ?? false
                    let actual = line.withUnsafeBytes { decoder.decode($0) == nil && matcher.matches(decoder) }
                    pairs += 1
                    if expected { matches += 1 }
                    let mayMatch = line.withUnsafeBytes { filter.mayMatch($0) }
                    if !mayMatch { excluded += 1 }
                    if expected, !mayMatch {
                        differences += 1
                        Issue.record("excluded by its bytes: \(query) in \(String(decoding: line, as: UTF8.self))")
                    }
                    if actual != expected {
                        differences += 1
                        Issue.record(
                            """
                            seed \(seed), round \(round), ignoreCase \(ignoreCase): expected \(expected), is \(actual)
                            query: \(query)
                            event: \(String(decoding: line, as: UTF8.self))
                            """)
                    }
                }
            }
            left -= eventsPerRound * queriesPerRound
        }
        // Agreement means something only if both answers are common.
        #expect(matches * 100 > pairs * 3)
        #expect(matches * 100 < pairs * 70)
        #expect(excluded * 100 > pairs * 10, "lines are hardly ever excluded by their bytes")
    }

    /// Every kind of test must come up in the generated queries, with both answers.
    @Test func generatorsReachEveryKindOfTest() {
        var found: [String: Int] = [:]
        var missed: [String: Int] = [:]
        for round in 1...16 as ClosedRange<UInt64> {
            var events = RandomEvents(seed: round)
            let lines = events.lines(12)
            let parsed = lines.compactMap { BruteEvent(line: $0) }
            #expect(parsed.count == lines.count, "only events are generated")
            var queries = RandomQueries(seed: round, lines: lines)
            for _ in 0..<120 {
                let query = queries.leaf()
                let brute = BruteForce(query: query)
                let count = parsed.count { brute.matches($0) }
                found[Self.kind(query), default: 0] += count
                missed[Self.kind(query), default: 0] += parsed.count - count
            }
        }
        for kind in Self.kinds {
            #expect(found[kind, default: 0] >= 5, "\(kind) is never true")
            #expect(missed[kind, default: 0] >= 5, "\(kind) is never false")
        }
    }

    private static let kinds = [
        "word", "word pattern", "exists", "message word", "message pattern", "text", "text pattern", "number",
        "network", "address", "time period", "compare number", "compare address", "compare date", "range number",
        "range address",
        "range date", "word regex", "regex", "message regex",
    ]

    /// A rough class of a leaf.
    private static func kind(_ query: Query) -> String {
        switch query {
        case .everything, .and, .or, .not: return "tree"
        case .anywhere(.regex): return "word regex"
        case .field(let name, .literal(.regex)): return name == "message" ? "message regex" : "regex"
        case .anywhere(let literal): return "word" + suffix(literal)
        case .field(_, .exists), .field(_, .range(.open, .open)): return "exists"
        case .field(_, .compare(_, let bound)): return "compare \(bound.kind)"
        case .field(_, .range(.inclusive(let bound), _)), .field(_, .range(.exclusive(let bound), _)),
            .field(_, .range(.open, .inclusive(let bound))), .field(_, .range(.open, .exclusive(let bound))):
            return "range \(bound.kind)"
        case .field("message", .literal(let literal)):
            return "message" + (suffix(literal).isEmpty ? " word" : " pattern")
        case .field(let name, .literal(let literal)):
            guard case .pattern(let pattern) = literal, let text = pattern.plainText else { return "text pattern" }
            if name == "@timestamp", BruteTime.period(text, allowYear: true) != nil { return "time period" }
            if BruteNumber(text) != nil { return "number" }
            if BruteAddress(text) != nil { return "address" }
            return BruteNetwork(text) != nil ? "network" : "text"
        }
    }

    private static func suffix(_ literal: Literal) -> String {
        if case .pattern(let pattern) = literal, pattern.plainText != nil { return "" }
        return " pattern"
    }
}
