import Archive
import Events

extension Searcher {
    /// Up to this many hits are found without judging all candidates.
    private static let smallLimit = 16_384
    /// Sort keys (32 bytes each) held at a time.
    private static let keysHeld = 2_000_000

    /// Calls `body` with matching events and their lines (without the line feed), in order, until it returns false.
    ///
    /// With a small `limit` only as many events are verified as are needed to be sure of the best ones.
    ///
    /// - Parameter limit: at most so many hits; nil for all.
    /// - Throws: what `body` throws; `ArchiveError` for what is not mere damage of data (which is in the result).
    public func forEachHit(
        order: SortOrder, limit: Int?, _ body: (Hit, UnsafeRawBufferPointer) throws -> Bool
    ) throws -> SearchResult {
        let hits = try withoutActuallyEscaping(body) { body in
            let delivery = HitDelivery(self, order: order, limit: limit, body)
            switch order {
            case .none: try deliverUnsorted(to: delivery)
            case .newest, .oldest:
                if let limit, limit <= Self.smallLimit {
                    try deliverBest(max(0, limit), order, to: delivery)
                } else {
                    try deliverAll(order, to: delivery)
                }
            }
            try explanationBuilder.timing("lines") { try delivery.flush() }
            return delivery.delivered
        }
        return SearchResult(hits: hits, partialLabels: partialLabels, lost: losses.lost)
    }

    /// Calls `body` with the events' lines, block after block; damaged blocks are logged.
    func forEachLine(
        of events: Bitmap, in partition: PartitionRecord, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try guarding(partition) {
            let reader = try pool.reader(of: partition)
            try blocks(of: partition, reader).forEachBlock(of: events) { block in
                try block.forEachEvent(of: events) { event, position in
                    try block.withLine(at: position) { try body(event, $0) }
                }
                return true
            }
        }
    }

    // MARK: Unsorted

    /// Verifies and delivers in slices, so that a small limit reads little.
    private func deliverUnsorted(to delivery: HitDelivery) throws {
        for (number, partition) in candidates.enumerated() {
            if delivery.isDone { return }
            guard let range = try evaluate(partition), !range.upper.isEmpty else { continue }
            var growth = 1
            var next = range.upper.next(after: 0)
            while next != nil, !delivery.isDone {
                let slice = Self.slice(of: range.upper, from: &next, count: 256 * growth)
                growth = min(growth * 4, 1 << 12)
                var here = range
                here.restrict(to: slice)
                let hits = try verify(here, in: partition)
                let keys = KeyReader(
                    reader: try pool.reader(of: partition), order: .none, partition: number, rank: 0)
                try guarding(partition) {
                    var found: [HitKey] = []
                    try keys.forEachKey(of: hits, in: { .min ... .max }) { found.append($0) }
                    for key in found { try delivery.add(key) }
                }
                try delivery.flush()
            }
        }
    }

    private static func slice(of events: Bitmap, from next: inout UInt64?, count: Int) -> Bitmap {
        var slice = Bitmap(eventCount: events.eventCount)
        var left = count
        while let event = next, left > 0 {
            slice.set(event)
            left -= 1
            next = events.next(after: event)
        }
        return slice
    }

    // MARK: The best few

    private func deliverBest(_ limit: Int, _ order: SortOrder, to delivery: HitDelivery) throws {
        guard limit > 0 else { return }
        let ranks = exportRanks()
        var best = BoundedHeap<HitKey>(capacity: limit)
        let byPromise = candidates.indices.sorted {
            firstTime(candidates[$0], order) < firstTime(candidates[$1], order)
        }
        for number in byPromise {
            let partition = candidates[number]
            if best.isFull, let worst = best.worst, worst.time < firstTime(partition, order) { break }
            guard let range = try evaluate(partition), !range.upper.isEmpty else { continue }
            try guarding(partition) {
                let keys = KeyReader(
                    reader: try pool.reader(of: partition), order: order, partition: number,
                    rank: ranks[partition.exportID] ?? 0)
                try collect(range, in: partition, keys, into: &best)
            }
        }
        for key in best.elements.sorted() { try delivery.add(key) }
    }

    /// Takes candidates best first, in growing batches, until no later one can enter.
    private func collect(
        _ range: MatchRange, in partition: PartitionRecord, _ keys: KeyReader, into best: inout BoundedHeap<HitKey>
    ) throws {
        let open = range.open
        var size = open.isEmpty ? best.capacity : max(4 * best.capacity, 1_024)
        var floor: HitKey?
        while true {
            var heap = BoundedHeap<HitKey>(capacity: size)
            let worst = best.isFull ? best.worst : nil
            try explanationBuilder.timing("sort") {
                var ceiling = worst?.time ?? .max
                try keys.forEachKey(
                    of: range.upper,
                    in: { min(floor?.time ?? .min, ceiling)...ceiling },
                    { key in
                        if let floor, key <= floor { return }
                        if let worst, key >= worst { return }
                        heap.insert(key)
                        if heap.isFull, let last = heap.worst { ceiling = min(ceiling, last.time) }
                    })
            }
            let batch = heap.elements.sorted()
            guard let last = batch.last else { return }
            var doubtful = Bitmap(eventCount: range.upper.eventCount)
            for key in batch where open.contains(UInt64(key.event)) { doubtful.set(UInt64(key.event)) }
            let passing = doubtful.isEmpty ? doubtful : try passing(doubtful, in: partition)
            for key in batch {
                let event = UInt64(key.event)
                if !open.contains(event) || passing.contains(event) { best.insert(key) }
            }
            // What comes after the batch comes after its last one.
            if let worst = best.worst, best.isFull, worst <= last { return }
            if batch.count < size { return }
            floor = last
            size = min(size * 8, 1 << 20)
        }
    }

    // MARK: All

    private func deliverAll(_ order: SortOrder, to delivery: HitDelivery) throws {
        let ranks = exportRanks()
        var hits: [(number: Int, events: Bitmap)] = []
        var total: UInt64 = 0
        var number = 0
        for batch in batches(of: candidates) {
            for events in try matches(in: batch) {
                if let events, !events.isEmpty {
                    hits.append((number, events))
                    total += events.count
                }
                number += 1
            }
        }
        func forEachKey(within window: ClosedRange<Int64>, _ body: (HitKey) -> Void) throws {
            for (number, events) in hits {
                let partition = candidates[number]
                if lastTime(partition, order) < window.lowerBound { continue }
                if firstTime(partition, order) > window.upperBound { continue }
                try guarding(partition) {
                    let keys = KeyReader(
                        reader: try pool.reader(of: partition), order: order, partition: number,
                        rank: ranks[partition.exportID] ?? 0)
                    try keys.forEachKey(of: events, in: { window }, body)
                }
            }
        }
        for window in try windows(hits.map(\.number), total: total, order, forEachKey) {
            if delivery.isDone { return }
            var keys: [HitKey] = []
            try explanationBuilder.timing("sort") {
                try forEachKey(within: window) { keys.append($0) }
                keys.sort()
            }
            try explanationBuilder.timing("lines") {
                for key in keys where !delivery.isDone { try delivery.add(key) }
            }
        }
    }

    /// Neighbouring stretches of time with at most `keysHeld` hits each (unless more fall into one slot).
    private func windows(
        _ numbers: [Int], total: UInt64, _ order: SortOrder,
        _ forEachKey: (ClosedRange<Int64>, (HitKey) -> Void) throws -> Void
    ) throws -> [ClosedRange<Int64>] {
        guard total > Self.keysHeld else { return [Int64.min...Int64.max] }
        let dated = numbers.map { candidates[$0] }.filter { $0.minTime != nil && $0.maxTime != nil }
        guard let low = dated.map({ firstTime($0, order) }).min(),
            let high = dated.map({ lastDatedTime($0, order) }).max(), low < high
        else { return [Int64.min...Int64.max] }
        let slots = 8_192
        let span = UInt64(bitPattern: high &- low) / UInt64(slots) + 1
        var histogram = [Int](repeating: 0, count: slots + 1)
        try forEachKey(Int64.min...Int64.max) { key in
            let slot =
                key.time > high ? slots : Int(min(UInt64(slots), UInt64(bitPattern: max(0, key.time &- low)) / span))
            histogram[slot] += 1
        }
        var windows: [ClosedRange<Int64>] = []
        var start = Int64.min
        var held = 0
        for slot in 0...slots {
            if held > 0, held + histogram[slot] > Self.keysHeld {
                let end = low &+ Int64(bitPattern: span &* UInt64(slot))
                windows.append(start...end - 1)
                start = end
                held = 0
            }
            held += histogram[slot]
        }
        windows.append(start...Int64.max)
        return windows
    }

    // MARK: Order

    /// Exports by label, as bytes.
    private func exportRanks() -> [Int64: Int] {
        let sorted = exportsInScope.sorted { $0.label.utf8.lexicographicallyPrecedes($1.label.utf8) }
        return Dictionary(sorted.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The smallest sort time of the partition's events.
    private func firstTime(_ partition: PartitionRecord, _ order: SortOrder) -> Int64 {
        guard let low = partition.minTime, let high = partition.maxTime else { return HitKey.undated }
        switch order {
        case .newest: return ~high
        case .oldest, .none: return low
        }
    }

    private func lastDatedTime(_ partition: PartitionRecord, _ order: SortOrder) -> Int64 {
        guard let low = partition.minTime, let high = partition.maxTime else { return HitKey.undated }
        switch order {
        case .newest: return ~low
        case .oldest, .none: return high
        }
    }

    private func lastTime(_ partition: PartitionRecord, _ order: SortOrder) -> Int64 {
        partition.undated > 0 ? HitKey.undated : lastDatedTime(partition, order)
    }
}
