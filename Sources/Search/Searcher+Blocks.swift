import Archive

/// Values that the pieces of shared work write, each to its own place.
///
/// `@unchecked` is safe: no two pieces have the same number, and the values are read when all are done.
final class Places<Value>: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Value>

    init(_ values: [Value]) {
        storage = .allocate(capacity: values.count)
        _ = storage.initialize(from: values)
    }

    deinit {
        storage.deinitialize()
        storage.deallocate()
    }

    subscript(number: Int) -> Value {
        get { storage[number] }
        set { storage[number] = newValue }
    }

    var values: [Value] { Array(storage) }
}

extension Searcher {
    /// An event of a loaded block.
    struct BlockEvent {
        /// Of its line in the block.
        var position: Int
        /// A byte order mark is skipped.
        var isFirstLine: Bool
    }

    /// Neighbouring blocks of one partition.
    struct BlockRun {
        /// Index of the partition.
        var place: Int
        var blocks: [Int]
    }

    /// Blocks of one piece of work: 1 to 4 MiB of lines, a millisecond or two.
    private static let blocksAPiece = 16

    /// Those of the events for which `judge` holds, by partition. All threads decompress and judge blocks; damaged ones
    /// are logged and passed over.
    func found(
        among sets: [(partition: PartitionRecord, events: Bitmap)],
        _ judge: (SearchWorker, LoadedBlock, BlockEvent) throws -> Bool
    ) throws -> [Bitmap] {
        let results = Places(sets.map { Bitmap(eventCount: $0.events.eventCount) })
        let mutex = Mutex()
        try forEachBlock(of: sets) { worker, run, block in
            let events = sets[run.place].events
            let isFirst = try worker.pool.reader(of: sets[run.place].partition).firstLine == 1
            var found: [UInt64] = []
            var judged: UInt64 = 0
            try block.forEachEvent(of: events) { event, position in
                judged += 1
                let blockEvent = BlockEvent(position: position, isFirstLine: event == 1 && isFirst)
                if try judge(worker, block, blockEvent) { found.append(event) }
            }
            explanationBuilder.update { $0.eventsVerified += judged }
            if found.isEmpty { return }
            mutex.withLock { for event in found { results[run.place].set(event) } }
        }
        return results.values
    }

    /// Calls `body` with every block that holds one of the events, on all threads.
    func forEachBlock(
        of sets: [(partition: PartitionRecord, events: Bitmap)],
        _ body: (SearchWorker, BlockRun, LoadedBlock) throws -> Void
    ) throws {
        var tables = [[BlockInfo]](repeating: [], count: sets.count)
        let runs = try blockRuns(of: sets, &tables)
        // Whoever has a partition open, and so mostly its dictionary, goes on with its blocks.
        try crew.share(runs.map { sets[$0.place].partition }) { worker, number in
            let run = runs[number]
            let set = sets[run.place]
            try guarding(set.partition) {
                let reader = try worker.pool.reader(of: set.partition)
                reader.takeBlocks(tables[run.place])
                let reading = blocks(of: set.partition, reader)
                for block in run.blocks {
                    if let loaded = try reading.load(block, wanting: set.events) { try body(worker, run, loaded) }
                }
            }
        }
    }

    /// - Parameter tables: gets the blocks of each partition.
    private func blockRuns(
        of sets: [(partition: PartitionRecord, events: Bitmap)], _ tables: inout [[BlockInfo]]
    ) throws -> [BlockRun] {
        var runs: [BlockRun] = []
        for (place, set) in sets.enumerated() {
            try guarding(set.partition) {
                var waiting: [Int] = []
                let reader = try pool.reader(of: set.partition)
                tables[place] = try reader.blocks()
                try reader.forEachBlock(holding: set.events) { number in
                    waiting.append(number)
                    if waiting.count == Self.blocksAPiece {
                        runs.append(BlockRun(place: place, blocks: waiting))
                        waiting = []
                    }
                    return true
                }
                if !waiting.isEmpty { runs.append(BlockRun(place: place, blocks: waiting)) }
            }
        }
        return runs
    }
}

extension LoadedBlock {
    /// Calls `body` with the block's events that are in the set, ascending, and the positions of their lines.
    @inline(__always)
    func forEachEvent(of events: Bitmap, _ body: (UInt64, Int) throws -> Void) rethrows {
        for position in 0..<self.events {
            let event = UInt64(event(at: position))
            if events.contains(event) { try body(event, position) }
        }
    }
}
