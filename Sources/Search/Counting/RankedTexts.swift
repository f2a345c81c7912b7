/// The best texts by their counts, and the number of all.
struct RankedTexts {
    private struct Ranked: Comparable {
        var rank: UInt64
        var count: UInt64
        /// Nil: events without a value.
        var text: [UInt8]?

        static func < (a: Ranked, b: Ranked) -> Bool {
            if a.rank != b.rank { return a.rank < b.rank }
            guard let x = a.text, let y = b.text else { return a.text != nil && b.text == nil }
            return x.withUnsafeBytes { x in y.withUnsafeBytes { TextOrder.isSmaller(x, than: $0) } }
        }
    }

    private let rare: Bool
    private var best: BoundedHeap<Ranked>
    private var distinct = 0
    private let limit: Int

    init(limit: Int, rare: Bool) {
        self.rare = rare
        self.limit = limit
        best = BoundedHeap(capacity: max(1, limit))
    }

    private func rank(_ count: UInt64) -> UInt64 { rare ? count : ~count }

    /// - Parameter entry: the text in quotation marks. Entries ascend with them, which is not quite the order of the texts:
    ///   `"a b"` comes before `"a"`.
    mutating func add(_ entry: UnsafeRawBufferPointer, _ count: UInt64) {
        distinct += 1
        guard limit > 0 else { return }
        let rank = rank(count)
        let text = UnsafeRawBufferPointer(rebasing: entry[1..<entry.count - 1])
        if best.isFull, let worst = best.worst {
            if rank > worst.rank { return }
            let isLater =
                rank == worst.rank && worst.text?.withUnsafeBytes { TextOrder.isSmaller($0, than: text) } == true
            if isLater { return }
        }
        best.insert(Ranked(rank: rank, count: count, text: Array(text)))
    }

    static func joined(
        _ parts: [RankedTexts], missing: UInt64, limit: Int, rare: Bool, events: UInt64, lost: [LostEvents]
    ) -> TopValues {
        var all = RankedTexts(limit: limit, rare: rare)
        for part in parts {
            all.distinct += part.distinct
            for one in part.best.elements { all.best.insert(one) }
        }
        if missing > 0 { all.best.insert(Ranked(rank: all.rank(missing), count: missing, text: nil)) }
        let groups =
            limit == 0
            ? []
            : all.best.elements.sorted().map { one in
                EventGroup(interval: nil, values: [one.text], count: one.count, times: nil)
            }
        return TopValues(
            groups: RankedGroups(groups), distinct: all.distinct, count: all.distinct + (missing > 0 ? 1 : 0),
            events: events,
            lost: lost)
    }
}
