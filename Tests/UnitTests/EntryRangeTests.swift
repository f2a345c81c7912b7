import Events
import QueryLanguage
import Testing

@testable import Archive
@testable import Search

/// Where the entries of a dictionary lie that a test may let pass.
@Suite struct EntryRangeTests {
    @Test("an entry that passes lies in a range", arguments: [false, true])
    func passingEntriesLieInRanges(ignoreCase: Bool) {
        let values = [
            "10.13.0.7", "10.13.255.255", "10.12.255.255", "10.14.0.0", "10.1.3.0", "10.130.0.1", "101.3.0.0",
            "9.9.9.9",
            "10.13.0.0/16", "10.0.0.0/12", "::ffff:10.13.0.7", "::ffff:a0d:7", "0:0:0:0:0:ffff:10.13.0.7", "fe80::1",
            "::", "1::",
            "abc", "ab", "a", "abd", "ABC", "\u{FF}", "é", "z", "~", "true", "t", "1", "10", "443", "4430", "a b", "日本",
            "\u{10FFFF}",
        ]
        let entries = values.map { "\"\($0)\"" } + ["443", "4430", "4.43e2", "-1", "10.13", "true", "false"]
        var literals = values + ["0.0.0.0/0", "10.13.0.7/32", "10.13.0.0/17", "443.0", "false", "2026"]
        literals += ["fe80::/10", "10.13.0.7/8"]
        var tests = literals.map { CompiledTest(.whole(WholeText($0, field: "f", ignoreCase: ignoreCase))) }
        for beginning in ["", "a", "ab", "10.13.", "4", "é", "\u{10FFFF}", "t", "日"] {
            for rest in [[.anyRun], [.anyOne, .anyRun], [.anyRun, .text("c")], [.anyOne]] as [[Pattern.Piece]] {
                let pieces = (beginning.isEmpty ? [] : [Pattern.Piece.text(beginning)]) + rest
                tests.append(CompiledTest(.wildcard(WildcardPattern(Pattern(pieces: pieces), ignoreCase: ignoreCase))))
            }
        }
        let decoder = EntryDecoder()
        var (passed, narrow) = (0, 0)
        for test in tests {
            guard let ranges = test.entryRanges else { continue }
            narrow += 1
            for entry in entries.map({ Array($0.utf8) }) {
                let (isPlain, passes) = entry.withUnsafeBytes { bytes in
                    (
                        EntryRange.isPlain(bytes),
                        decoder.plainValue(of: bytes).map { test.matches(kind: $0.kind, text: $0.text) }
                    )
                }
                #expect(isPlain)
                guard passes == true else { continue }
                passed += 1
                #expect(ranges.contains { $0.overlaps(entry, entry) }, "\(String(decoding: entry, as: UTF8.self))")
            }
        }
        #expect(ignoreCase ? narrow == 0 : narrow > 40 && passed > 60)
    }

    @Test("ranges overlap as their entries do")
    func overlaps() {
        let texts =
            ["", "a", "a\u{0}", "aa", "ab", "b", "ba", "\u{7F}"].map { Array($0.utf8) } + [
                [0xFF], [0xFF, 0xFF], [0xFE, 0xFF],
            ]
        func isLess(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }
        for text in texts {
            for low in texts {
                for high in texts where !isLess(high, low) {
                    let within = texts.filter { !isLess($0, low) && !isLess(high, $0) }
                    let (only, beginning) = (EntryRange(only: text), EntryRange(beginning: text))
                    #expect(only.overlaps(low, high) == within.contains(text))
                    if within.contains(where: { $0.starts(with: text) }) { #expect(beginning.overlaps(low, high)) }
                    if isLess(high, text) { #expect(!beginning.overlaps(low, high)) }
                    if isLess(text, low), !low.starts(with: text) { #expect(!beginning.overlaps(low, high)) }
                }
            }
        }
    }

    @Test(arguments: [
        ("\"a\"", true), ("\"\"", true), ("1.5e3", true), ("-1", true), ("true", true), ("false", true),
        ("\"a\\n\"", false),
        ("\"a\"\n\"b\"", false), ("1\n2", false), ("[\"a\"]", false), ("null", false), ("\"", false), ("", false),
        ("{}", false),
    ])
    func plainEntries(_ entry: String, _ isPlain: Bool) {
        #expect(Array(entry.utf8).withUnsafeBytes { EntryRange.isPlain($0) } == isPlain)
    }
}
