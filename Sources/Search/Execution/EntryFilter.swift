/// Tells quickly which entries of a dictionary cannot pass a test, by looking for what they must hold in many entries at once.
struct EntryFilter {
    /// One of these must be there; none: nothing is known.
    private let needles: [RawNeedle]
    private var searches: [Search] = []
    private var start: UnsafeRawPointer?

    /// The way of one needle through a part.
    private struct Search {
        var cursor: RawNeedle.Cursor
        /// The next place that may pass.
        var hit: Int
    }

    /// With more needles the entry itself is as quickly tested.
    private static let needleLimit = 8

    init(_ test: CompiledTest) {
        let needles = test.needles ?? []
        self.needles = needles.count <= Self.needleLimit ? needles : []
    }

    /// The entries that follow lie in this memory, in order, and it stays in place.
    mutating func begin(_ part: UnsafeRawBufferPointer) {
        guard !needles.isEmpty else { return }
        start = part.baseAddress
        searches = needles.map { needle in
            var cursor = RawNeedle.Cursor(needle, in: part)
            let hit = cursor.next(from: 0)
            return Search(cursor: cursor, hit: hit)
        }
    }

    /// False: the entry cannot pass.
    mutating func mayPass(_ entry: UnsafeRawBufferPointer) -> Bool {
        guard let start, let first = entry.baseAddress else { return true }
        let offset = first - start
        return next(from: offset) < offset + max(entry.count, 1)
    }

    /// The first place of the part from `offset` on where an entry may stand that passes. Offsets must not go back.
    mutating func next(from offset: Int) -> Int {
        guard !searches.isEmpty else { return offset }
        var nearest = Int.max
        for number in searches.indices {
            if searches[number].hit < offset { searches[number].hit = searches[number].cursor.next(from: offset) }
            nearest = min(nearest, searches[number].hit)
        }
        return nearest
    }
}
