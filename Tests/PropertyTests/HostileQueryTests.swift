import Events
import Foundation
import QueryLanguage
import Search
import Testing

/// Queries of a megabyte, compiled and run: an answer in bounded time and memory, whatever they hold (point of R52).
@Suite(.serialized) struct HostileQueryTests {
    /// A megabyte of different terms, and how each is made.
    enum Kind: String, CaseIterable, Sendable {
        case words, fields, wildcards, fullTextWildcards, phrases, ranges, alternatives, nots

        func term(_ number: Int) -> String {
            switch self {
            case .words: "w\(number) "
            case .fields: "f\(number):x "
            case .wildcards: "f:a\(number)*b? "
            case .fullTextWildcards: "a\(number)?*b "
            case .phrases: "\"a b \(number)\" "
            case .ranges: "n:[\(number) TO *] "
            case .alternatives: "message:*x\(number)* OR "
            case .nots: "NOT w\(number) "
            }
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: Kind.allCases) func aMegabyteOfTerms(kind: Kind) throws {
        var text = ""
        var number = 0
        while text.utf8.count < 1_000_000 {
            text += kind.term(number)
            number += 1
        }
        let query = try QueryParser.parse(text + "z")
        let before = Self.residentBytes
        let compiled = try CompiledQuery(query, ignoreCase: number % 2 == 0)
        if let before, let after = Self.residentBytes { #expect(after - before < 256 << 20, "\(after - before) bytes") }
        #expect(try judge(compiled, #"{"f":"a","n":1,"message":"some words"}"#) == false || kind == .nots)
    }

    /// One pattern of a megabyte: tables that grow with the square of it would not fit any memory.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: ["a?", "*b", "\\?", "é", "日?", "?*"])
    func onePatternOfAMegabyte(scrap: String) throws {
        let text = String(repeating: scrap, count: 1_000_000 / scrap.utf8.count)
        let distinct = (0..<60_000).compactMap { Unicode.Scalar(UInt32(0x4E00 + $0 % 20_000)) }.map(String.init)
            .joined()
        let line =
            #"{"f":"\#(String(repeating: "a", count: 20_000))","message":"\#(String(repeating: "a日", count: 5_000))"}"#
        for written in ["f:x\(text)", "x\(text)", "message:x\(text)x", "\(distinct)?\(distinct)"] {
            for ignoreCase in [false, true] {
                let compiled = try CompiledQuery(try QueryParser.parse(written), ignoreCase: ignoreCase)
                #expect(try !judge(compiled, line))
            }
        }
    }

    /// Where backtracking would not end, and where an automaton of all states would not fit.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            "(a*)*z", "(a|aa)+z", "(a|a|a|a)*z", "(.*)(.*)(.*)(.*)(.*)z", "(a?){500}(a){500}z", "[ab]*a[ab]{900}c",
            "(a|b)*a(a|b){800}c", "(.{400}x){1}.{400}y", "((((((a+)+)+)+)+)+)+z",
        ])
    func pathologicalExpressions(regex: String) throws {
        let line =
            #"{"f":"\#(String(repeating: "ab", count: 30_000))","message":"\#(String(repeating: "a", count: 60_000))"}"#
        for ignoreCase in [false, true] {
            for written in ["f:/\(regex)/", "message:/\(regex)/", "/\(regex)/"] {
                let compiled = try CompiledQuery(try QueryParser.parse(written), ignoreCase: ignoreCase)
                #expect(try !judge(compiled, line))
            }
        }
    }

    /// A tree that no parser made may hold what the parser refuses: an error, not a crash.
    @Test func treesThatNoParserMade() {
        for text in ["", "(", "a**", String(repeating: "(", count: 300), "\u{0}", "[^\u{0}-\u{10FFFF}]"] {
            _ = try? CompiledQuery(.field("f", .literal(.regex(text))), ignoreCase: true)
        }
        #expect(throws: UnsupportedQuery.self) {
            try CompiledQuery(.or((0..<1_000).map { .anywhere(.regex("a\($0)")) }), ignoreCase: false)
        }
        #expect(throws: UnsupportedQuery.self) {
            try CompiledQuery(.anywhere(.regex(String(repeating: ".{1000}", count: 300))), ignoreCase: false)
        }
    }

    private func judge(_ query: CompiledQuery, _ line: String) throws -> Bool {
        let decoder = EventDecoder()
        let matcher = EventMatcher(query)
        return Array(line.utf8).withUnsafeBytes { decoder.decode($0) == nil && matcher.matches(decoder) }
    }

    /// Nil where the kernel does not say.
    private static var residentBytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4_096 }
    }
}
