import Events
import Testing

@testable import Ingest

/// The indexer's fast way must cut texts exactly as `Tokenizer` does: queries use the latter.
@Suite struct IngestTermTests {
    @Test func cutsTextsAsTheTokenizerDoes() {
        var random = SeededGenerator(state: 7)
        for _ in 0..<4_000 {
            let text = randomText(&random)
            #expect(indexed([text]) == [expected(text)], "\(text.debugDescription)")
        }
    }

    @Test(arguments: [
        "", "a", "A9z", "____", "10.0.0.1", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1..2.3.4", "x1.2.3.4", "1.2.3.4x",
        "999.10.20.30.40", "ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOPQ", "abcdefgh", "abcdefghi", "ſtraße İstanbul 東京",
        "1.2.3.4é", String(repeating: "aB3", count: 50), String(repeating: "x", count: 128),
        String(repeating: "x", count: 129), String(repeating: "ab ", count: 100),
        String(repeating: "-", count: 63) + "q" + String(repeating: "-", count: 64) + "q",
        String(repeating: "w", count: 64), String(repeating: "w", count: 63) + " 7",
    ])
    func cutsTexts(_ text: String) {
        #expect(indexed([text]) == [expected(text)])
    }

    /// The run: terms ascending by bytes, each with the events that hold it.
    @Test func writesASortedRunOfAllTermsAndEvents() {
        var random = SeededGenerator(state: 11)
        let texts = (0..<700).map { _ in randomText(&random) + " common \(Int.random(in: 0..<90, using: &random))" }
        #expect(indexed(texts) == texts.map(expected))
    }

    @Test func sortsTermsThatShareLongBeginnings() {
        let stem = String(repeating: "s", count: 15)
        let texts = (0..<400).map { "\(stem)\($0) \(stem)\(stem)\($0) \($0)" }
        #expect(indexed(texts) == texts.map(expected))
    }

    // MARK: both sides

    private func expected(_ text: String) -> Set<String> {
        var sink = Collector()
        var utf8 = Array(text.utf8)
        let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: Tokenizer.scratchBytes)
        defer { scratch.deallocate() }
        utf8.withUnsafeMutableBytes { bytes in
            Tokenizer.tokenize(
                UnsafeRawBufferPointer(bytes), scratch: scratch, classes: Tokenizer.classes, sink: &sink)
        }
        return sink.terms
    }

    private struct Collector: TokenSink {
        var terms: Set<String> = []

        mutating func token(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int) {
            terms.insert(String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self))
        }

        mutating func addressToken(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int) {
            token(bytes, length: length, start: start, end: end)
        }
    }

    /// The terms of each text, as the sorted run of a chunk with one text an event tells them.
    private func indexed(_ texts: [String]) -> [Set<String>] {
        var indexer = TermIndexer()
        defer { indexer.free() }
        for text in texts {
            indexer.terms.startEvent()
            // What follows a text in its line must not matter.
            let bytes = Array(text.utf8) + Array(repeating: UInt8(ascii: "Z"), count: 80)
            bytes.withUnsafeBufferPointer { buffer in
                if let base = buffer.baseAddress { indexer.index(base, text.utf8.count) }
            }
        }
        var run = Buffer<UInt8>(capacity: 16)
        defer { run.free() }
        indexer.terms.writeRun(to: &run)
        return read(Array(UnsafeBufferPointer(start: run.base, count: run.count)), events: texts.count)
    }

    /// Reads a run by its description alone.
    private func read(_ run: [UInt8], events: Int) -> [Set<String>] {
        var result = [Set<String>](repeating: [], count: events)
        var at = 0
        func varint() -> Int {
            var value = 0
            while true {
                let byte = run[at]
                at += 1
                value = value << 7 | Int(byte & 0x7F)
                if byte < 0x80 { return value }
            }
        }
        var previous: [UInt8] = []
        while at < run.count {
            let length = Int(run[at])
            let term = Array(run[at + 1..<at + 1 + length])
            #expect(previous.lexicographicallyPrecedes(term), "terms ascend")
            previous = term
            at += 1 + length
            let count = varint()
            var event = varint()
            let last = varint()
            let end = varint() + at
            result[event - 1].insert(String(decoding: term, as: UTF8.self))
            for _ in 1..<max(count, 1) {
                event += varint()
                result[event - 1].insert(String(decoding: term, as: UTF8.self))
            }
            #expect(event == last)
            #expect(at == end)
        }
        return result
    }

    private func randomText(_ random: inout SeededGenerator) -> String {
        let pieces = [
            " ", ".", ",", "-", "_", "\"", "\\", "\n", "a", "B", "zeta", "Word", "10", "255", "256", "0",
            "192.168.1.17",
            "1.2.3", "é", "İ", "ſ", "東京", "\u{301}", "\u{E000}", "😀", "deadbeefdeadbeef", "deadbeefdeadbeef0",
            "{ABCDEF01-2345-6789-abcd-ef0123456789}", "C:\\Windows\\System32", "@", "[", "`", "{", "/", ":", "~",
            "\u{7F}",
        ]
        let ascii = pieces.filter { $0.utf8.allSatisfy { $0 < 0x80 } }
        let from = Bool.random(using: &random) ? pieces : ascii
        return (0..<Int.random(in: 0..<40, using: &random)).map { _ in from.randomElement(using: &random) ?? "" }
            .joined()
    }
}
