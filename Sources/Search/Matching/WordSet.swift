import Events

/// Words of which a text must hold one (R30): the text is cut into words once, and each is looked up.
///
/// A word alone is found faster by its rarest byte (`WordSearch`); of many each would go through the whole text.
///
/// `@unchecked` is safe: the table is filled in the initialiser and only read after it.
final class WordSet: @unchecked Sendable {
    private let table: ValueTable
    /// One of these stands in every text that passes; nil: they are too many.
    let needles: [RawNeedle]?

    /// Fewer words are looked for one by one.
    static let fewest = 4
    /// With more needles than this nobody looks for them.
    private static let needleLimit = 16

    /// - Parameter words: as `WordSearch.wholeWord` gives them.
    init(_ words: [[UInt8]]) {
        let table = ValueTable()
        for word in words { _ = word.withUnsafeBytes { table.intern($0) } }
        self.table = table
        let needles = words.prefix(Self.needleLimit + 1).map { FoldedNeedle(String(decoding: $0, as: UTF8.self)).raw }
        self.needles =
            words.count <= Self.needleLimit && needles.allSatisfy { $0 != nil } ? needles.compactMap { $0 } : nil
    }

    func isHeld(by text: UnsafeRawBufferPointer) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Tokenizer.scratchBytes) { scratch in
            guard let scratch = scratch.baseAddress else { return false }
            var sink = Sink(table: table)
            Tokenizer.tokenize(text, scratch: scratch, classes: Tokenizer.classes, sink: &sink)
            return sink.isFound
        }
    }

    private struct Sink: TokenSink {
        let table: ValueTable
        var isFound = false

        @inline(__always)
        mutating func token(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int) {
            if !isFound { isFound = table.contains(UnsafeRawBufferPointer(start: bytes, count: length)) }
        }

        mutating func addressToken(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int) {}
    }
}

extension CompiledTest {
    /// The word, folded, of which alone the test asks; nil if it asks anything else.
    var wholeWord: [UInt8]? {
        if case .contains(let search) = check { return search.wholeWord }
        return nil
    }

    /// The same tests, with those for single words, if they are many, as one.
    static func merged(_ tests: [CompiledTest]) -> [CompiledTest] {
        let words = tests.compactMap(\.wholeWord)
        guard words.count >= WordSet.fewest else { return tests }
        return tests.filter { $0.wholeWord == nil } + [CompiledTest(.words(WordSet(words)))]
    }
}
