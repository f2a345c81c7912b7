import Events
import QueryLanguage
import Testing

@testable import Archive
@testable import Search

/// Parts of dictionaries that are kept by their numbers: they come back as they were, are told as their texts say, and what is
/// not such content is refused.
@Suite struct NumberedEntriesTests {
    @Test(arguments: 0..<60) func entriesComeBack(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let part = Part(&random)
        let content = try #require(part.content)
        #expect(content.layout == part.expected)
        #expect(try Self.texts(content, part.entries.count) == part.entries)
    }

    @Test("what are no numbers stays as it is") func others() {
        let words = (0..<1_000).map { "\"word\(String($0, radix: 36))\"" }
        let signed = (1_000..<2_000).map { "-\($0)" }
        let padded = (0..<1_000).map { "1.\($0)e\($0 % 3)" }
        let long = (0..<1_000).map { "1234567890123456\(100 + $0)" }
        let few = (0..<250).map { "\($0)" }
        for texts in [words, long, few, []] { #expect(Part(texts).content == nil, "\(texts.first ?? "")") }
        // Texts that are alike may be, but not as integers.
        for texts in [signed, padded] { #expect(Part(texts).content?.layout != .integers, "\(texts[0])") }
    }

    @Test("numbers are told as their texts say", arguments: 0..<60) func marks(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let part = Part(&random)
        let content = try #require(part.content)
        for test in part.tests(&random) {
            try expectAgreement(content, part.entries, [test])
        }
        for _ in 0..<4 {
            let tests = part.tests(&random).prefix(Int.random(in: 2...9, using: &random))
            try expectAgreement(content, part.entries, Array(tests))
        }
    }

    @Test("damage is refused, or all say the same", arguments: 0..<40) func damage(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed))
        let part = Part(&random)
        let content = try #require(part.content)
        let tests = part.tests(&random)
        for round in 0..<120 {
            var bytes = content.bytes
            if round % 4 == 0 { bytes.removeLast(Int.random(in: 1...bytes.count, using: &random)) }
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<(round % 2 == 0 ? min(12, bytes.count) : bytes.count), using: &random)] =
                    .random(in: 0...255, using: &random)
            }
            let count = part.entries.count + (round % 7 == 0 ? Int.random(in: -2...2, using: &random) : 0)
            let damaged = Content(layout: content.layout, bytes: bytes)
            guard let texts = try? Self.texts(damaged, count) else {
                for test in tests where Self.isTold(damaged, count, test) {
                    Issue.record("what has no texts is told by numbers")
                }
                continue
            }
            #expect(texts.count == count)
            // Entries that are no JSON cannot be tested.
            for test in tests { try? expectAgreement(damaged, texts, [test]) }
        }
    }

    @Test func octetsAreInTheOrderOfTheirTexts() {
        let texts = (0...255).map { "\($0)" }.sorted()
        for (place, text) in texts.enumerated() {
            #expect("\(OctetOrder.octets[place])" == text)
            #expect(OctetOrder.places[Int(OctetOrder.octets[place])] == UInt8(place))
        }
        for text in [
            "\"1.2.3\"", "\"1.2.3.4.5\"", "\"1.2.3.256\"", "\"01.2.3.4\"", "\"1.2.3.4", "1.2.3.4", "\"1.2.3.\"",
            "\"1..3.4\"",
            "\"1.2.3.4\"\n\"1.2.3.5\"", "\"1.2.3.4/8\"", "\"::1.2.3.4\"", "\"\"", "", "\"1.2.3.4 \"", "\"1.2.3.1234\"",
        ] {
            Array(text.utf8).withUnsafeBufferPointer { #expect(OctetOrder.key($0) == nil, "\(text)") }
        }
    }

    @Test("ranges that touch are one") func ranges() {
        let sought = SoughtNumbers(.integers, [5...9, 1...2, 7...20, 30...30, 20...21])
        for number in Int64(-1)...40 {
            let isSought = 1...2 ~= number || 5...21 ~= number || number == 30
            #expect(sought.contains(number) == isSought)
        }
        #expect(!SoughtNumbers(.integers, []).contains(0))
    }

    // MARK: Reading

    struct Content {
        var layout: EntryLayout
        var bytes: [UInt8]
    }

    private static func texts(_ content: Content, _ count: Int) throws -> [String] {
        try content.bytes.withUnsafeBytes { bytes in
            let numbered = try NumberedEntries(content.layout, firstCode: 2, entries: max(0, count), bytes)
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: numbered.mostTextBytes, alignment: 1)
            defer { room.deallocate() }
            let written = try numbered.writeTexts(into: room)
            let part = try DictionaryPart(firstCode: 2, entries: Int64(count), bounds: nil, written)
            var texts: [String] = []
            try part.forEachEntry { code, entry in
                #expect(code == UInt32(texts.count) + 2)
                texts.append(String(decoding: entry, as: UTF8.self))
            }
            return texts
        }
    }

    /// Whether the test is told by the numbers of the content.
    private static func isTold(_ content: Content, _ count: Int, _ test: CompiledTest) -> Bool {
        guard let sought = test.numbers else { return false }
        var marks = [UInt8](repeating: 0, count: max(0, count) + 2)
        return content.bytes.withUnsafeBytes { bytes in
            guard let numbered = try? NumberedEntries(content.layout, firstCode: 2, entries: max(0, count), bytes),
                numbered.kind == sought.kind
            else { return false }
            return marks.withUnsafeMutableBufferPointer { marks in
                (try? numbered.mark(sought, in: marks, as: 1) { _, _ in }) != nil
            }
        }
    }

    /// Marks by numbers what the list's tests pass by their texts.
    private func expectAgreement(_ content: Content, _ entries: [String], _ tests: [CompiledTest]) throws {
        let list = TestList(tests)
        guard let sought = list.numbers else { return }
        var marks = [UInt8](repeating: 0, count: entries.count + 2)
        try content.bytes.withUnsafeBytes { bytes in
            let numbered = try NumberedEntries(content.layout, firstCode: 2, entries: entries.count, bytes)
            guard numbered.kind == sought.kind else { return }
            try marks.withUnsafeMutableBufferPointer { try list.mark(numbered, sought, in: $0, as: 1) }
            var expected = [UInt8](repeating: 0, count: marks.count)
            var texts: [UInt8] = []
            for entry in entries {
                texts.appendVarint(UInt64(entry.utf8.count))
                texts += entry.utf8
            }
            try texts.withUnsafeBytes { texts in
                let part = try DictionaryPart(firstCode: 2, entries: Int64(entries.count), bounds: nil, texts)
                try list.forEachPassing(of: part) { expected[Int($0)] = 1 }
            }
            #expect(marks == expected)
            // The same one by one, with neither.
            let decoder = EntryDecoder()
            for (place, entry) in entries.enumerated() {
                try Array(entry.utf8).withUnsafeBytes { entry in
                    var passes = false
                    try decoder.forEachValue(of: entry) { kind, text in
                        passes = passes || tests.contains { $0.matches(kind: kind, text: text) }
                        return true
                    }
                    #expect(passes == (marks[place + 2] == 1), "\(String(decoding: entry, as: UTF8.self))")
                }
            }
        }
    }

    // MARK: Parts

    /// Entries of one kind among which some others are.
    struct Part {
        var entries: [String]
        var expected: EntryLayout

        init(_ texts: [String]) {
            entries = Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            expected = .texts
        }

        init(_ random: inout SeededGenerator) {
            let count = Int.random(in: 400...1_500, using: &random)
            let others = Int.random(in: 0...1, using: &random) * Int.random(in: 1...count / 5, using: &random)
            let kind = Int.random(in: 0..<5, using: &random)
            let digits = Int.random(in: 4...18, using: &random)
            func number() -> Int64 {
                let number = Int64.random(in: 0..<Int64(EntryLayout.powers[digits]), using: &random)
                return number / Int64(EntryLayout.powers[Int.random(in: 0...digits - 4, using: &random)])
            }
            func address() -> String {
                let first = [10, 192, 1, 100].randomElement(using: &random) ?? 0
                return "\"\(first).\(number() % 4).\(number() % 256).\(number() % 256)\""
            }
            var texts = (0..<count).map { _ in
                switch kind {
                case 0, 1: "\(number())"
                case 2: address()
                case 3:
                    "\"2026-0\(1 + number() % 9)-\(10 + number() % 19)T\(10 + number() % 14):00:\(10 + number() % 50)Z\""
                default: "\"host-\(Int.random(in: 100_000..<1_000_000, using: &random)).example\""
                }
            }
            for _ in 0..<others {
                texts.append(
                    [
                        "-\(number())", "\(number() % 1_000).5", "\"\(number())\"", "\(number())\n\(number())",
                        "4.43e2", "443.0",
                        "\"443\"", "true", "\"::ffff:10.1.2.3\"", "[\(number()),\"x\"]", "\"10.1.2.3\"\n\"10.1.2.4\"",
                        "\"\"",
                        "\"\\u0031\"", "12345678901234567890", "\"fe80::\(number() % 9_999)\"", "\"10.0.0.0/8\"", "0",
                        "\(number())\(number())", "\"10.001.2.3\"",
                    ].randomElement(using: &random) ?? "")
            }
            self.init(texts)
            expected = kind < 2 ? .integers : kind == 2 ? .addresses : .template
        }

        var content: Content? {
            let bytes = entries.map { text in
                let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
                _ = copy.initialize(from: text.utf8)
                return UnsafeBufferPointer(copy)
            }
            defer { bytes.forEach { $0.deallocate() } }
            guard let part = NumberedPart(bytes) else { return nil }
            var content: [UInt8] = []
            part.write(into: &content)
            return Content(layout: part.layout, bytes: content)
        }

        /// Tests with numbers and addresses that are there, or nearly.
        func tests(_ random: inout SeededGenerator) -> [CompiledTest] {
            func text() -> String {
                let text = entries.randomElement(using: &random) ?? ""
                return String(text.split(separator: "\n")[0]).filter { $0 != "\"" }
            }
            func numberText() -> String {
                for _ in 0..<20 {
                    let text = text()
                    guard let number = Int64(text) else { continue }
                    return "\(number &+ Int64.random(in: -1...1, using: &random))"
                }
                return "443"
            }
            var tests = [
                "443", "443.0", "0", "-1", "10.0.0.0/8", "10.0.0.0/0", "::/0", "::ffff:10.1.2.3", "1.1.0.0/15",
            ].map {
                CompiledTest(.whole(WholeText($0, field: "f", ignoreCase: false)))
            }
            for _ in 0..<6 {
                for literal in [text(), numberText(), text() + "/\(Int.random(in: 1...32, using: &random))"] {
                    tests.append(CompiledTest(.whole(WholeText(literal, field: "f", ignoreCase: false))))
                }
                for kind in [Bound.Kind.number, .address] {
                    let ends = (0..<2).map { _ in
                        let value = kind == .number ? numberText() : text()
                        let bound = Bound(text: value, kind: kind)
                        return [RangeEnd.inclusive(bound), .exclusive(bound), .open].randomElement(using: &random)
                            ?? .open
                    }
                    guard let range = try? ValueRange(from: ends[0], to: ends[1], field: "f") else { continue }
                    tests.append(CompiledTest(.range(range)))
                }
            }
            return tests.shuffled(using: &random)
        }
    }
}
