/// Sorts numbered texts by their bytes.
///
/// Eight bytes at a time as a number; texts that are equal in them are sorted by the next eight. So texts that begin alike, as
/// times do, are not compared byte by byte again and again (multikey quicksort: Bentley and Sedgewick, "Fast Algorithms for
/// Sorting and Searching Strings", 1997, with words instead of characters).
struct TextSort<Number: FixedWidthInteger> {
    private struct Item {
        /// The eight bytes that are looked at.
        var word: UInt64
        var number: Number
    }

    private let text: (Number) -> UnsafeRawBufferPointer
    private var items: [Item]

    /// Below this texts are compared as a whole.
    private static var few: Int { 12 }

    /// - Parameter text: the text of a number, which stays where it is meanwhile; texts may be equal.
    static func sorted(_ numbers: [Number], text: @escaping (Number) -> UnsafeRawBufferPointer) -> [Number] {
        var sort = TextSort(text: text, items: numbers.map { Item(word: 0, number: $0) })
        sort.run()
        return sort.items.map(\.number)
    }

    private mutating func run() {
        let text = text
        items.withUnsafeMutableBufferPointer { items in
            var waiting = [(range: 0..<items.count, depth: 0)]
            while let (range, depth) = waiting.popLast() {
                var part = UnsafeMutableBufferPointer(rebasing: items[range])
                if part.count <= Self.few {
                    part.sort { TextOrder.isSmaller(text($0.number), than: text($1.number)) }
                    continue
                }
                for place in part.indices {
                    part[place].word = TextOrder.start(
                        UnsafeRawBufferPointer(rebasing: text(part[place].number).dropFirst(depth)))
                }
                part.sort { $0.word < $1.word }
                var start = 0
                while start < part.count {
                    var end = start + 1
                    while end < part.count, part[end].word == part[start].word { end += 1 }
                    if end - start > 1 {
                        let alike = UnsafeMutableBufferPointer(rebasing: part[start..<end])
                        let ended = Self.endedFirst(alike, depth + 8, text)
                        let rest = range.lowerBound + start + ended..<range.lowerBound + end
                        if rest.count > 1 { waiting.append((rest, depth + 8)) }
                    }
                    start = end
                }
            }
        }
    }

    /// Of texts that are equal up to `end` puts those in front that end there, shorter ones first: what the others have more
    /// are zeros as far as that.
    private static func endedFirst(
        _ items: UnsafeMutableBufferPointer<Item>, _ end: Int, _ text: (Number) -> UnsafeRawBufferPointer
    ) -> Int {
        var ended = 0
        for place in items.indices where text(items[place].number).count <= end {
            items.swapAt(place, ended)
            ended += 1
        }
        if ended > 1 {
            var front = UnsafeMutableBufferPointer(rebasing: items[..<ended])
            front.sort { text($0.number).count < text($1.number).count }
        }
        return ended
    }
}
