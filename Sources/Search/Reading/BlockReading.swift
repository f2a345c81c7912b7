import Archive

/// Reads the blocks that hold wanted events, each once; a damaged one is logged and passed over.
struct BlockReading {
    let reader: PartitionReader
    let partition: PartitionRecord
    let losses: LossLog
    let explanation: ExplanationBuilder

    /// - Parameter body: gets each block, in the order of their numbers, until it returns false.
    func forEachBlock(of events: Bitmap, _ body: (LoadedBlock) throws -> Bool) throws {
        var goesOn = true
        try reader.forEachBlock(holding: events) { number in
            if let block = try load(number, wanting: events) { goesOn = try body(block) }
            return goesOn
        }
    }

    /// Decompresses a block that holds some of the events; nil if it is damaged, which is logged.
    func load(_ number: Int, wanting events: Bitmap) throws -> LoadedBlock? {
        do {
            let block = try reader.load(block: number)
            explanation.update { $0.blocksRead += 1 }
            return block
        } catch let error as ArchiveError where error.code == .damaged {
            // Which events it has is told elsewhere; if that is damaged too, all that it may have are lost.
            // Those are told once for all blocks of the span.
            let info = try reader.blocks()[number]
            let told = try? reader.events(of: number)
            let own = told ?? Array(info.span)
            losses.add(
                block: told == nil ? number - info.place : number, of: partition, reader, own: own,
                events: own.reduce(0) { $0 + (events.contains(UInt64($1)) ? 1 : 0) }, reason: error)
            return nil
        }
    }
}

extension PartitionReader {
    /// Calls `body` with the numbers of the blocks that hold one of the events, ascending, until it returns false.
    func forEachBlock(holding events: Bitmap, _ body: (Int) throws -> Bool) throws {
        let blocks = try blocks()
        var number = 0
        while number < blocks.count {
            let span = blocks[number].span
            guard let first = events.next(after: UInt64(span.lowerBound - 1)) else { return }
            if first > UInt64(span.upperBound) {
                // To the span that has it.
                while number < blocks.count, UInt64(blocks[number].span.upperBound) < first { number += 1 }
                continue
            }
            if blocks[number].isWhole {
                guard try body(number) else { return }
                number += 1
                continue
            }
            let end = blocks[number...].firstIndex { $0.span != span } ?? blocks.count
            let holds = try holding(events, from: Int(first), within: span, blocks: end - number)
            for place in 0..<end - number where holds[place] {
                guard try body(number + place) else { return }
            }
            number = end
        }
    }

    /// Which of the blocks that share a span hold one of the events.
    private func holding(_ events: Bitmap, from first: Int, within span: ClosedRange<Int>, blocks: Int) throws -> [Bool]
    {
        let places = try places(of: span)
        var holds = [Bool](repeating: false, count: blocks)
        var left = blocks
        var next: UInt64? = UInt64(first)
        while let event = next, event <= UInt64(span.upperBound), left > 0 {
            let place = Int(places[Int(event) - span.lowerBound])
            guard place < blocks else { throw ArchiveError(.damaged, "an event has no place in a block", path: path) }
            if !holds[place] {
                holds[place] = true
                left -= 1
            }
            next = events.next(after: event)
        }
        return holds
    }

    /// Those of the events that stand in one of the blocks.
    ///
    /// - Parameter held: by number of the block.
    func events(_ events: Bitmap, inBlocks held: [Bool]) throws -> Bitmap {
        let blocks = try blocks()
        var found = Bitmap(eventCount: events.eventCount)
        var number = 0
        while number < blocks.count {
            let span = blocks[number].span
            let end = blocks[number...].firstIndex { $0.span != span } ?? blocks.count
            defer { number = end }
            guard held[number..<end].contains(true), var event = events.next(after: UInt64(span.lowerBound - 1)),
                event <= UInt64(span.upperBound)
            else { continue }
            let places = blocks[number].isWhole ? [] : try places(of: span)
            while event <= UInt64(span.upperBound) {
                let place = places.isEmpty ? 0 : Int(places[Int(event) - span.lowerBound])
                guard number + place < end else {
                    throw ArchiveError(.damaged, "an event has no place in a block", path: path)
                }
                if held[number + place] { found.set(event) }
                guard let next = events.next(after: event) else { break }
                event = next
            }
        }
        return found
    }

    /// Bytes of the blocks that hold one of the events.
    func bytes(holding events: Bitmap) throws -> Int {
        let blocks = try blocks()
        var bytes = 0
        try forEachBlock(holding: events) { number in
            bytes += blocks[number].rawBytes
            return true
        }
        return bytes
    }
}
