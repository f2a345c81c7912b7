import Testing

@testable import Search

@Suite struct EntryMergeTests {
    /// Of few letters, so that many are equal and many begin alike.
    private func texts(_ count: Int, _ random: inout SeededGenerator) -> Set<[UInt8]> {
        Set(
            (0..<count).map { _ in
                let length = Int.random(in: 0...40, using: &random)
                let same = Int.random(in: 0...length, using: &random)
                return Array(repeating: UInt8(0x61), count: same)
                    + (same..<length).map { _ in UInt8.random(in: 0x61...0x62, using: &random) &* 2 }
            })
    }

    private func isSmaller(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }

    @Test(arguments: 0..<12)
    func sumsAreThoseOfAllStreams(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        var expected: [[UInt8]: UInt64] = [:]
        let streams = (0..<Int.random(in: 1...9, using: &random)).map { number in
            let stream = SortedEntries()
            // Every other time each stream has texts of its own, as days have times of their own.
            let prefix: [UInt8] = seed % 2 == 0 ? [] : [UInt8(0x41 + number)]
            let most = seed % 3 == 0 ? 20_000 : 60
            for text in texts(Int.random(in: 0...most, using: &random), &random).sorted(by: isSmaller) {
                let count = UInt64.random(in: 1...9, using: &random)
                let text = prefix + text
                #expect(text.withUnsafeBytes { stream.append($0, count) })
                expected[text, default: 0] += count
            }
            return stream
        }
        let merge = EntryMerge(streams: streams)
        for wanted in [1, 2, 5] {
            var found: [([UInt8], UInt64)] = []
            for part in merge.parts(wanted) { merge.forEach(part) { found.append((Array($0), $1)) } }
            #expect(found.map(\.0) == expected.keys.sorted(by: isSmaller))
            #expect(found.allSatisfy { expected[$0.0] == $0.1 })
        }
    }

    @Test func textsThatDoNotAscendAreRefused() {
        let texts = ["", "a", "aaaaaaaa", "aaaaaaaab", "aaaaaaaabbbbbbbb", "aaaaaaaabbbbbbbbc", "b"].map {
            Array($0.utf8)
        }
        for (place, text) in texts.enumerated() {
            for (other, later) in texts.enumerated() {
                let entries = SortedEntries()
                #expect(text.withUnsafeBytes { entries.append($0, 1) })
                #expect(later.withUnsafeBytes { entries.append($0, 1) } == (place < other))
            }
        }
    }

    @Test(arguments: 0..<4)
    func orderIsThatOfBytes(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        let all = Array(texts(80, &random)) + [[], [0], [0, 0], Array(repeating: 0, count: 9)]
        for a in all {
            for b in all {
                a.withUnsafeBytes { x in
                    b.withUnsafeBytes { y in
                        #expect(TextOrder.isSmaller(x, than: y) == a.lexicographicallyPrecedes(b))
                        #expect(TextOrder.isEqual(x, y) == (a == b))
                    }
                }
            }
        }
    }
}
