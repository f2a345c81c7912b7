/// Merges sorted texts: equal ones become one, with the sum of their counts.
struct EntryMerge {
    let streams: [SortedEntries]

    /// Cuts all streams at the same texts into about equal parts: for each part a range of each stream.
    func parts(_ wanted: Int) -> [[Range<Int>]] {
        guard let longest = streams.max(by: { $0.count < $1.count }), longest.count > 4_096, wanted > 1 else {
            return [streams.map { 0..<$0.count }]
        }
        var starts = streams.map { _ in 0 }
        return (1...wanted).map { part in
            let ends = streams.map { stream in
                part == wanted ? stream.count : stream.place(of: longest[longest.count * part / wanted].text)
            }
            defer { starts = ends }
            return zip(starts, ends).map { $0..<$1 }
        }
    }

    /// Calls `body` with each text of a part, ascending, and its count.
    func forEach(_ ranges: [Range<Int>], _ body: (UnsafeRawBufferPointer, UInt64) -> Void) {
        let runs = streams.indices.filter { !ranges[$0].isEmpty }.map { streams[$0].pointers(ranges[$0]) }
        guard !runs.isEmpty else { return }
        let tree = LoserTree(runs)
        var leader = -1
        while let first = tree.first {
            // Partitions of one day each have texts of their own where these begin with a time: no comparison is needed then.
            if tree.winner != leader, tree.winnerEndsBeforeOthers {
                tree.takeWinner { body($0.text, $0.count) }
                continue
            }
            leader = tree.winner
            var count = first.count
            tree.advance()
            while let other = tree.first, TextOrder.isEqual(other.text, first.text) {
                count += other.count
                tree.advance()
            }
            body(first.text, count)
        }
    }
}

/// A tree of matches between the next texts of several runs: each inner node keeps who lost there, so that the next winner is
/// found with one comparison a level.
///
/// Knuth, The Art of Computer Programming, volume 3, 5.4.1, "trees of losers".
private final class LoserTree {
    typealias Entry = SortedEntries.Entry

    private struct Head {
        /// The next text's first eight bytes as a number, which decides most comparisons.
        var start: UInt64
        var next: UnsafePointer<Entry>
        /// The run has ended if `next` is here.
        var end: UnsafePointer<Entry>

        init(_ next: UnsafePointer<Entry>, _ end: UnsafePointer<Entry>) {
            (self.next, self.end) = (next, end)
            start = next == end ? .max : TextOrder.start(next.pointee.text)
        }

        /// A run that has ended is greater than all others.
        @inline(__always)
        static func < (a: Head, b: Head) -> Bool {
            guard a.start == b.start else { return a.start < b.start }
            guard a.next != a.end, b.next != b.end else { return a.next != a.end }
            return TextOrder.isSmaller(a.next.pointee.text, than: b.next.pointee.text)
        }
    }

    private let count: Int
    private let heads: UnsafeMutablePointer<Head>
    /// The last text of each run.
    private let lasts: UnsafeMutablePointer<Head>
    /// The losers of the inner nodes, from 1; the children of node n are 2n and 2n + 1, the leaves stand behind the inner nodes.
    private let losers: UnsafeMutablePointer<Int>
    /// The run whose text is the smallest.
    private(set) var winner = 0

    /// - Parameter runs: none empty; their memory outlives the tree.
    init(_ runs: [(next: UnsafePointer<Entry>, end: UnsafePointer<Entry>)]) {
        count = runs.count
        heads = .allocate(capacity: count)
        lasts = .allocate(capacity: count)
        losers = .allocate(capacity: count)
        for (place, run) in runs.enumerated() {
            (heads + place).initialize(to: Head(run.next, run.end))
            (lasts + place).initialize(to: Head(run.end - 1, run.end))
        }
        losers.initialize(repeating: 0, count: count)
        var winners = Array(repeating: 0, count: count) + Array(0..<count)
        for node in stride(from: count - 1, to: 0, by: -1) {
            let (a, b) = (winners[2 * node], winners[2 * node + 1])
            let isFirst = heads[a] < heads[b]
            winners[node] = isFirst ? a : b
            losers[node] = isFirst ? b : a
        }
        winner = count > 1 ? winners[1] : 0
    }

    deinit {
        heads.deallocate()
        lasts.deallocate()
        losers.deallocate()
    }

    /// The smallest entry; nil: all runs have ended.
    var first: Entry? {
        let head = heads[winner]
        return head.next == head.end ? nil : head.next.pointee
    }

    /// Whether all that is left of the winner's run comes before the texts of the others.
    var winnerEndsBeforeOthers: Bool {
        // The smallest of the others has lost against the winner itself.
        var node = (winner + count) / 2
        while node > 0 {
            guard lasts[winner] < heads[losers[node]] else { return false }
            node /= 2
        }
        return true
    }

    func advance() {
        let head = heads[winner]
        heads[winner] = Head(head.next + 1, head.end)
        replay()
    }

    /// Calls `body` with all that is left of the winner's run.
    func takeWinner(_ body: (Entry) -> Void) {
        let head = heads[winner]
        var next = head.next
        while next != head.end {
            body(next.pointee)
            next += 1
        }
        heads[winner] = Head(next, head.end)
        replay()
    }

    private func replay() {
        var best = winner
        var node = (winner + count) / 2
        while node > 0 {
            let other = losers[node]
            if heads[other] < heads[best] { (losers[node], best) = (best, other) }
            node /= 2
        }
        winner = best
    }
}
