import Zstd

/// A block: lines that are compressed together.
///
/// Its events are consecutive, or they are some of a span of consecutive events that several blocks share, so that lines
/// which are alike stand together.
public struct BlockInfo: Sendable {
    /// The events of the blocks that share them; just its own if it shares none.
    public var span: ClosedRange<Int>
    /// Its number among the blocks of its span, from 0.
    public var place: Int
    /// How many events it has itself.
    public var events: Int
    /// Bytes of their lines, with their line feeds.
    public var rawBytes: Int
    var extent: Int64
    var start: Int
    var bytes: Int

    /// All events of the span are its own.
    public var isWhole: Bool { events == span.count }
}

/// Which block of a span has which of its events.
final class SpanIndex {
    let span: ClosedRange<Int>
    /// The events of each block, ascending, one block after another.
    private let events: [Int]
    private let starts: [Int]

    /// - Parameters:
    ///   - places: of the span's events, each the number of a block among those of the span.
    ///   - counts: how many events each block has.
    /// - Throws: `ArchiveError.damaged` if the two do not agree.
    init(_ span: ClosedRange<Int>, places: ArraySlice<UInt8>, counts: [Int]) throws(ArchiveError) {
        self.span = span
        var next = [0]
        for count in counts { next.append(next[next.count - 1] + count) }
        starts = next
        guard places.count == span.count, next[counts.count] == span.count else {
            throw ArchiveError(.damaged, "the places of events are missing")
        }
        var events = [Int](repeating: 0, count: span.count)
        for (offset, place) in places.enumerated() {
            guard Int(place) < counts.count, next[Int(place)] < starts[Int(place) + 1] else {
                throw ArchiveError(.damaged, "an event has no place in a block")
            }
            events[next[Int(place)]] = span.lowerBound + offset
            next[Int(place)] += 1
        }
        self.events = events
    }

    func events(at place: Int) -> ArraySlice<Int> { events[starts[place]..<starts[place + 1]] }
}

extension PartitionReader {
    private static let mostDictionaryBytes = 1 << 20
    /// Of one span that several blocks share at most: blocks, events, bytes of lines.
    private static let mostShared = (blocks: 256, events: 65_536, bytes: 80 << 20)

    public func blocks() throws -> [BlockInfo] {
        if let blocksCache { return blocksCache }
        let rows = try database.prepare(
            "SELECT first_event, events, raw_bytes, extent, start, bytes FROM block ORDER BY id")
        var blocks: [BlockInfo] = []
        var next = 1
        var spanStart = 0
        var spanBytes = 0
        func endSpan() {
            guard spanStart < blocks.count else { return }
            let span = blocks[spanStart].span.lowerBound...next - 1
            for index in spanStart..<blocks.count { blocks[index].span = span }
        }
        while try rows.step() {
            let first = Int(try rows.int64(0))
            var block = BlockInfo(
                span: 1...1, place: 0, events: Int(try rows.int64(1)), rawBytes: Int(try rows.int64(2)),
                extent: try rows.int64(3), start: Int(try rows.int64(4)), bytes: Int(try rows.int64(5)))
            let shares = blocks.count > spanStart && first == blocks[spanStart].span.lowerBound
            guard first == next || shares, block.events > 0, block.events <= 1 << 24,
                block.rawBytes >= block.events, block.rawBytes <= 80 << 20, block.bytes > 0, block.bytes <= 96 << 20
            else { throw ArchiveError(.damaged, "the block table is damaged", path: path) }
            if !shares {
                endSpan()
                spanStart = blocks.count
            }
            next += block.events
            block.span = first...next - 1
            block.place = blocks.count - spanStart
            blocks.append(block)
            if shares {
                spanBytes += block.rawBytes
                guard blocks.count - spanStart <= Self.mostShared.blocks, next - first <= Self.mostShared.events,
                    spanBytes <= Self.mostShared.bytes
                else { throw ArchiveError(.damaged, "too many blocks share their events", path: path) }
            } else {
                spanBytes = block.rawBytes
            }
        }
        endSpan()
        guard next == events + 1 else { throw ArchiveError(.damaged, "the block table is incomplete", path: path) }
        blocksCache = blocks
        return blocks
    }

    /// Takes the blocks that another reader of the same partition has read: there may be thousands.
    public func takeBlocks(_ blocks: [BlockInfo]) {
        if blocksCache == nil { blocksCache = blocks }
    }

    /// The number of the block that holds an event.
    public func block(of event: Int) throws -> Int {
        let blocks = try blocks()
        var low = 0
        var high = blocks.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if blocks[middle].span.lowerBound <= event { low = middle } else { high = middle - 1 }
        }
        let last = blocks[low]
        if last.place == 0 { return low }
        let place = Int(try places(of: event...event)[0])
        guard place <= last.place else { throw ArchiveError(.damaged, "an event has no place in a block", path: path) }
        return low - last.place + place
    }

    /// The events of a block, ascending.
    ///
    /// - Throws: `ArchiveError.damaged` if that is not told.
    public func events(of number: Int) throws -> [Int] {
        let blocks = try blocks()
        let block = blocks[number]
        if block.isWhole { return Array(block.span) }
        if let spanCache, spanCache.span == block.span { return Array(spanCache.events(at: block.place)) }
        let start = number - block.place
        let counts = blocks[start...].prefix { $0.span == block.span }.map(\.events)
        let index = try SpanIndex(block.span, places: try places(of: block.span)[...], counts: counts)
        spanCache = index
        return Array(index.events(at: block.place))
    }

    /// For each of some consecutive events the number of its block among those of its span.
    public func places(of events: ClosedRange<Int>) throws -> [UInt8] {
        let size = PartitionFormat.seriesChunk
        var found: [UInt8] = []
        found.reserveCapacity(events.count)
        var next = events.lowerBound - 1
        while next < events.upperBound {
            let row = next / size
            let places = try placesRow(row)
            let end = min(events.upperBound, (row + 1) * size)
            found.append(contentsOf: places[next - row * size..<end - row * size])
            next = end
        }
        return found
    }

    private func placesRow(_ row: Int) throws -> [UInt8] {
        if let placesCache, placesCache.row == row { return placesCache.places }
        let count = min(PartitionFormat.seriesChunk, events - row * PartitionFormat.seriesChunk)
        let rows = try database.prepare("SELECT raw_bytes, data FROM series WHERE id = ?")
        try rows.bind(SeriesKind.place.row(row), at: 1)
        guard try rows.step(), Int(try rows.int64(0)) == count else {
            throw ArchiveError(.damaged, "the places of events are missing", path: path)
        }
        let places = try inflate(try rows.blob(1), size: count, limit: PartitionFormat.seriesChunk)
        placesCache = (row, places)
        return places
    }

    /// Decompresses a block into its lines.
    ///
    /// - Throws: `ArchiveError.damaged`, naming the block, if its checksum or size is wrong.
    public func load(block number: Int) throws -> LoadedBlock {
        let block = try blocks()[number]
        do {
            let frame = try readExtent(block)
            let memory = try frame.withUnsafeBytes { frame in
                // A block by the model is shorter than its lines; any other holds them.
                if modelBytes > 0, let size = ZstdDecompressor.contentSize(of: frame), size < block.rawBytes {
                    return try rebuilt(frame, size: size, count: block.rawBytes)
                }
                return try decompressed(frame, size: block.rawBytes, roomBehind: 0)
            }
            blocksRead += 1
            return try LoadedBlock(
                firstEvent: block.span.lowerBound, numbers: block.isWhole ? nil : try events(of: number),
                events: block.events, memory: memory, count: block.rawBytes)
        } catch {
            throw ArchiveError(.damaged, "block \(number + 1) cannot be read: \(error)", path: path)
        }
    }

    /// - Parameter roomBehind: bytes that the memory has behind the content.
    private func decompressed(_ frame: UnsafeRawBufferPointer, size: Int, roomBehind: Int) throws -> BlockMemory {
        let dictionary = try dictionary()
        let memory = memory(for: size + roomBehind, behind: dictionary)
        try decompressor.decompress(frame, dictionary: dictionary, expectedSize: size, into: memory.room)
        return memory
    }

    /// - Parameters:
    ///   - size: of the frame's content.
    ///   - count: of the lines, in bytes.
    private func rebuilt(_ frame: UnsafeRawBufferPointer, size: Int, count: Int) throws -> BlockMemory {
        let model = try model()
        let content = try decompressed(frame, size: size, roomBehind: LineRebuilder.step)
        let room = count + LineRebuilder.step
        let isFree = isKnownUniquelyReferenced(&rebuiltMemory) && rebuiltMemory?.room.count ?? 0 >= room
        if !isFree { rebuiltMemory = BlockMemory(count: max(room, Self.blockRoom)) }
        guard let rebuiltMemory else { return content }
        try rebuilder.rebuild(
            UnsafeRawBufferPointer(rebasing: content.room[..<size]), by: model, count: count, into: rebuiltMemory.room)
        return rebuiltMemory
    }

    private func model() throws -> LineModel {
        if let modelCache { return modelCache }
        let rows = try database.prepare("SELECT value FROM meta WHERE key = 'line_model'")
        guard try rows.step() else { throw ArchiveError(.damaged, "meta lacks line_model", path: path) }
        let model = try LineModel(try inflate(try rows.blob(0), size: modelBytes, limit: LineModel.mostBytes))
        modelCache = model
        return model
    }

    /// The room behind the dictionary, unless the block before is still used or the content does not fit: then other memory.
    private func memory(for size: Int, behind dictionary: ZstdDictionary?) -> BlockMemory {
        guard let dictionary, size <= dictionary.room.count else { return BlockMemory(count: size) }
        if blockMemory == nil { blockMemory = BlockMemory(behind: dictionary) }
        if isKnownUniquelyReferenced(&blockMemory), let blockMemory { return blockMemory }
        return BlockMemory(count: size)
    }

    private func readExtent(_ block: BlockInfo) throws -> [UInt8] {
        if let blobReader {
            try blobReader.move(to: block.extent)
        } else {
            blobReader = try BlobReader(connection: database, table: "extent", column: "data", row: block.extent)
        }
        guard let blobReader else { return [] }
        return try blobReader.read(at: block.start, length: block.bytes)
    }

    private func dictionary() throws -> ZstdDictionary? {
        if hasDictionary != nil { return dictionaryCache }
        let rows = try database.prepare("SELECT value FROM meta WHERE key = 'dictionary'")
        if try rows.step(), dictionaryBytes > 0 {
            guard dictionaryBytes <= Self.mostDictionaryBytes else {
                throw ArchiveError(.damaged, "impossible size", path: path)
            }
            let frame = try rows.blob(0)
            dictionaryCache = try ZstdDictionary(forDecompression: dictionaryBytes, roomBehind: Self.blockRoom) {
                try inflate(frame, into: $0)
            }
        }
        hasDictionary = true
        return dictionaryCache
    }
}
