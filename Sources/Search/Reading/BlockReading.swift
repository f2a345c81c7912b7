import Archive

/// Reads the blocks that hold wanted events, in order and each once; a damaged one is logged and passed over.
struct BlockReading {
    let reader: PartitionReader
    let partition: PartitionRecord
    let losses: LossLog
    let explanation: ExplanationBuilder

    /// - Parameter body: gets each block until it returns false.
    func forEachBlock(of events: Bitmap, _ body: (LoadedBlock) throws -> Bool) throws {
        var next = events.next(after: 0)
        while let event = next {
            let number = try reader.block(of: Int(event))
            let info = try reader.blocks()[number]
            let last = UInt64(info.firstEvent + info.events - 1)
            if let block = try load(number, wanting: events), try !body(block) { return }
            next = events.next(after: last)
        }
    }

    /// Decompresses a block that holds some of the events; nil if it is damaged, which is logged.
    func load(_ number: Int, wanting events: Bitmap) throws -> LoadedBlock? {
        do {
            let block = try reader.load(block: number)
            explanation.update { $0.blocksRead += 1 }
            return block
        } catch let error as ArchiveError where error.code == .damaged {
            let info = try reader.blocks()[number]
            let last = UInt64(info.firstEvent + info.events - 1)
            losses.add(
                block: number, of: partition, reader,
                events: Self.count(of: events, from: UInt64(info.firstEvent), through: last), reason: error)
            return nil
        }
    }

    private static func count(of events: Bitmap, from first: UInt64, through last: UInt64) -> UInt64 {
        var count: UInt64 = 0
        var next = events.next(after: first - 1)
        while let event = next, event <= last {
            count += 1
            next = events.next(after: event)
        }
        return count
    }
}

extension PartitionReader {
    /// How many blocks hold one of the events.
    func blocks(holding events: Bitmap) throws -> Int {
        var count = 0
        for info in try blocks() {
            let last = UInt64(info.firstEvent + info.events - 1)
            if let next = events.next(after: UInt64(info.firstEvent - 1)), next <= last { count += 1 }
        }
        return count
    }
}
