import Archive
import Zstd

/// Collects the lines that are not events, with place and reason, as compressed runs.
struct OtherLines {
    /// Raw bytes after which a run is closed.
    private static let runBytes = 1 << 20

    private var raw: [UInt8] = []
    private var records = 0
    private var firstLine: UInt64 = 0
    private let compressor: ZstdCompressor
    private(set) var blocks: [OtherBlock] = []
    private(set) var rejects: UInt64 = 0
    private(set) var blanks: UInt64 = 0

    init() throws {
        compressor = try ZstdCompressor(level: 3)
    }

    /// - Parameters:
    ///   - offset: the line's first byte in the content.
    ///   - part: 0 for a whole line or the first part of a huge one, then 1, 2 …
    ///   - isContinued: another part follows.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer, line: UInt64, offset: UInt64, kind: OtherKind, part: UInt64 = 0,
        isContinued: Bool = false
    ) throws {
        if records == 0 { firstLine = line }
        OtherRecord.append(
            bytes, line: line, offset: offset, kind: kind, part: part, isContinued: isContinued, to: &raw)
        records += 1
        if part == 0 { if kind == .blank { blanks += 1 } else { rejects += 1 } }
        if raw.count >= Self.runBytes { try flush() }
    }

    mutating func flush() throws {
        if records == 0 { return }
        var frame: [UInt8] = []
        _ = try raw.withUnsafeBytes { try compressor.compress($0, dictionary: nil, appendTo: &frame) }
        blocks.append(OtherBlock(firstLine: firstLine, records: records, rawBytes: raw.count, frame: frame))
        raw.removeAll(keepingCapacity: raw.capacity <= 4 * Self.runBytes)
        records = 0
    }
}
