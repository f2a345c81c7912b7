import Testing

@testable import Search

@Suite struct TextSortTests {
    /// Texts that begin alike, end alike, hold zeros, or are equal.
    private func texts(_ count: Int, _ random: inout SeededGenerator) -> [[UInt8]] {
        let beginnings = (0..<3).map { _ in
            (0..<Int.random(in: 0...30, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        return (0..<count).map { _ in
            beginnings[Int.random(in: 0..<3, using: &random)]
                + (0..<Int.random(in: 0...20, using: &random)).map { _ in
                    [0, 0, 0x20, 0x61, 0xFF][Int.random(in: 0..<5, using: &random)]
                }
        }
    }

    @Test(arguments: 0..<10) func orderIsThatOfBytes(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        let texts = texts([0, 1, 2, 11, 13, 300, 5_000][Int(seed) % 7], &random)
        let memory = texts.map { text -> UnsafeMutableRawBufferPointer in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
            copy.copyBytes(from: text)
            return copy
        }
        defer { for text in memory { text.deallocate() } }
        let sorted = TextSort.sorted(Array(0..<texts.count)) { UnsafeRawBufferPointer(memory[$0]) }
        #expect(Set(sorted).count == texts.count)
        #expect(sorted.map { texts[$0] } == texts.sorted { $0.lexicographicallyPrecedes($1) })
    }

    /// Many long texts that differ at their ends only.
    @Test func longBeginningsAreSkipped() {
        let beginning = Array(repeating: UInt8(0x61), count: 10_000)
        let texts = (0..<200).map { beginning + Array("\(($0 * 77) % 200)".utf8) }
        let table = ValueTable()
        let numbers = texts.map { text in text.withUnsafeBytes { table.intern($0) } }
        let sorted = TextSort.sorted(numbers) { number in table.withText(number) { $0 } }
        #expect(
            sorted.map { number in table.withText(number) { Array($0) } }
                == texts.sorted { $0.lexicographicallyPrecedes($1) })
    }
}
