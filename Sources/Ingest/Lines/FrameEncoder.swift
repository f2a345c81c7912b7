import Archive
import Zstd

/// Cuts lines into blocks and makes each a frame. One thread at a time.
struct FrameEncoder {
    /// Of frames that refer to a dictionary: libzstd's fastest way of searching, with longer matches than its level has and a
    /// larger table, which is copied for each block (docs/decisions.md, 7 and 7b).
    static let level: Int32 = 1
    static func search(isSorted: Bool) -> ZstdSearch { ZstdSearch(hashLog: isSorted ? 17 : 18, minMatch: 7) }
    /// Blocks up to this size, as nearly all are, are compressed behind their dictionary.
    private static let mostBehind = CutRules.blockBytes + (64 << 10)
    /// Of frames without one, which only tiny partitions have, and those of which a model says nearly all.
    private static let levelAlone: Int32 = 3

    private let compressor: ZstdCompressor
    private var modelled = LineModelEncoder()
    private var order = LineOrder()
    /// The lines of a block, from all over the chunk.
    private var gathered = Buffer<UInt8>(capacity: 1 << 16)

    init() throws {
        compressor = try ZstdCompressor(level: Self.levelAlone, behind: Self.mostBehind)
    }

    func free() {
        modelled.free()
        gathered.free()
    }

    /// Appends the frames of a chunk's lines to `bytes`.
    ///
    /// - Parameters:
    ///   - lines: each with its line feed.
    ///   - longest: per line its longest text.
    /// - Returns: the frames, and per line the number of its frame; none if lines stand in frames in their order.
    mutating func encode(
        _ lines: UnsafePointer<UInt8>, _ rows: some Collection<EventRow>, longest: Buffer<LineText>,
        coding: LineCoding?,
        into bytes: inout Buffer<UInt8>
    ) throws -> (frames: [FrameInfo], places: [UInt8]) {
        let lengths = rows.map { Int($0.length) }
        let total = lengths.reduce(0) { $0 + $1 + 1 }
        let blockBytes = coding?.model == nil ? CutRules.sortedBlockBytes : CutRules.modelledBlockBytes
        guard coding?.isSorted ?? false, total > blockBytes else {
            return (try encode(lines, lengths, coding: coding, into: &bytes), [])
        }
        order.sort(longest, lengths: lengths, blockBytes: blockBytes)
        guard order.blocks > 1 else { return (try encode(lines, lengths, coding: coding, into: &bytes), []) }
        var starts: [Int] = []
        starts.reserveCapacity(lengths.count)
        var at = 0
        for length in lengths {
            starts.append(at)
            at += length + 1
        }
        gathered.removeAll(keeping: 1 << 20)
        gathered.reserve(blockBytes + (lengths.max() ?? 0) + 1 + RawMemory.slack)
        var block: [Int] = []
        var frames: [FrameInfo] = []
        for (position, event) in order.events.enumerated() {
            let event = Int(event)
            gathered.append(lines + starts[event], lengths[event] + 1)
            block.append(lengths[event])
            let isLast =
                position + 1 == order.events.count
                || order.places[Int(order.events[position + 1])] != order.places[event]
            if !isLast { continue }
            frames.append(
                try frame(UnsafePointer(gathered.base), gathered.count, block[...], coding: coding, into: &bytes))
            gathered.count = 0
            block.removeAll(keepingCapacity: true)
        }
        return (frames, order.places)
    }

    /// Cuts consecutive lines into blocks.
    private mutating func encode(
        _ lines: UnsafePointer<UInt8>, _ lengths: [Int], coding: LineCoding?, into bytes: inout Buffer<UInt8>
    ) throws -> [FrameInfo] {
        var frames: [FrameInfo] = []
        var start = 0
        var end = 0
        var first = 0
        for (position, length) in lengths.enumerated() {
            end += length + 1
            guard end - start >= CutRules.blockBytes || position + 1 == lengths.count else { continue }
            frames.append(
                try frame(lines + start, end - start, lengths[first...position], coding: coding, into: &bytes))
            start = end
            first = position + 1
        }
        return frames
    }

    /// - Parameter lengths: of the lines without their line feeds.
    private mutating func frame(
        _ lines: UnsafePointer<UInt8>, _ count: Int, _ lengths: ArraySlice<Int>, coding: LineCoding?,
        into bytes: inout Buffer<UInt8>
    ) throws -> FrameInfo {
        var content = UnsafeRawBufferPointer(start: lines, count: count)
        if let model = coding?.model {
            modelled.encode(lines, lengths: lengths, by: model)
            // As long as the lines: then it holds the lines.
            if modelled.content.count < content.count {
                content = UnsafeRawBufferPointer(start: modelled.content.base, count: modelled.content.count)
            }
        }
        let bound = ZstdCompressor.bound(content.count)
        bytes.reserve(bound)
        let length = try compressor.compress(
            content, dictionary: coding?.compression,
            into: UnsafeMutableRawBufferPointer(start: bytes.base + bytes.count, count: bound))
        bytes.count += length
        return FrameInfo(events: lengths.count, rawBytes: count, bytes: length)
    }
}
