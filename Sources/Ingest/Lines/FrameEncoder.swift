import Archive
import Zstd

/// Cuts lines into blocks and makes each a frame. One thread at a time.
struct FrameEncoder {
    /// Of frames that refer to a dictionary: libzstd's fastest way of searching, with a larger table and longer matches
    /// than its level has (docs/decisions.md, 7).
    static let level: Int32 = 1
    static let search = ZstdSearch(hashLog: 18, minMatch: 7)
    /// Blocks up to this size, as nearly all are, are compressed behind their dictionary.
    private static let mostBehind = CutRules.blockBytes + (64 << 10)
    /// Of frames without one, which only tiny partitions have, and those of which a model says nearly all.
    private static let levelAlone: Int32 = 3

    private let compressor: ZstdCompressor
    private var modelled = LineModelEncoder()

    init() throws {
        compressor = try ZstdCompressor(level: Self.levelAlone, behind: Self.mostBehind)
    }

    func free() {
        modelled.free()
    }

    /// Appends the frames of consecutive lines, each with its line feed, to `bytes`.
    mutating func encode(
        _ lines: UnsafePointer<UInt8>, _ rows: some Collection<EventRow>, coding: LineCoding?,
        into bytes: inout Buffer<UInt8>
    ) throws -> [FrameInfo] {
        var frames: [FrameInfo] = []
        var start = 0
        var end = 0
        var first = rows.startIndex
        var index = first
        while index < rows.endIndex {
            end += Int(rows[index].length) + 1
            rows.formIndex(after: &index)
            guard end - start >= CutRules.blockBytes || index == rows.endIndex else { continue }
            var content = UnsafeRawBufferPointer(start: lines + start, count: end - start)
            if let model = coding?.model {
                modelled.encode(lines + start, lengths: rows[first..<index].lazy.map { Int($0.length) }, by: model)
                // As long as the lines: then it holds the lines.
                if modelled.content.count < content.count {
                    content = UnsafeRawBufferPointer(start: modelled.content.base, count: modelled.content.count)
                }
            }
            let bound = ZstdCompressor.bound(content.count)
            bytes.reserve(bound)
            let count = try compressor.compress(
                content, dictionary: coding?.compression,
                into: UnsafeMutableRawBufferPointer(start: bytes.base + bytes.count, count: bound))
            bytes.count += count
            frames.append(
                FrameInfo(events: rows.distance(from: first, to: index), rawBytes: end - start, bytes: count))
            start = end
            first = index
        }
        return frames
    }
}
