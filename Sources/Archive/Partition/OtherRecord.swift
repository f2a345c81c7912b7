/// Why a line is not an event. The raw values are stored.
public enum OtherKind: UInt8, Sendable, CaseIterable {
    case blank = 0
    case notJSON = 1
    case notAnObject = 2
    case invalidUTF8 = 3
    case tooLong = 4
    case tooDeep = 5
    /// The content ends inside the line.
    case unfinished = 6

    /// For people.
    public var explanation: String {
        switch self {
        case .blank: "blank line"
        case .notJSON: "not valid JSON"
        case .notAnObject: "JSON, but not an object"
        case .invalidUTF8: "not valid UTF-8"
        case .tooLong: "longer than 64 MiB"
        case .tooDeep: "nested deeper than 10,000 levels"
        case .unfinished: "the content ends inside this line"
        }
    }
}

/// A line that is not an event, or a part of a huge one.
public struct OtherRecord: Sendable {
    public var line: UInt64
    /// Its first byte in the export's content.
    public var offset: UInt64
    public var kind: OtherKind
    /// 0 for a whole line or the first part.
    public var part: UInt64
    public var isContinued: Bool
    public var bytes: [UInt8]

    /// Varints: line, kind × 2 + continued, offset, part, length; then the bytes.
    public static func append(
        _ bytes: UnsafeRawBufferPointer, line: UInt64, offset: UInt64, kind: OtherKind, part: UInt64,
        isContinued: Bool, to out: inout [UInt8]
    ) {
        out.appendVarint(line)
        out.appendVarint(UInt64(kind.rawValue) << 1 | (isContinued ? 1 : 0))
        out.appendVarint(offset)
        out.appendVarint(part)
        out.appendVarint(UInt64(bytes.count))
        out.append(contentsOf: bytes)
    }

    static func read(_ reader: inout ByteReader) throws -> OtherRecord {
        let line = try reader.varint()
        let flags = try reader.varint()
        guard let kind = OtherKind(rawValue: UInt8(clamping: flags >> 1)) else {
            throw ArchiveError(.damaged, "unknown kind of line")
        }
        let offset = try reader.varint()
        let part = try reader.varint()
        let bytes = try reader.take(try reader.length())
        return OtherRecord(
            line: line, offset: offset, kind: kind, part: part, isContinued: flags & 1 != 0, bytes: Array(bytes))
    }
}

extension PartitionReader {
    /// Calls `body` with every line that is not an event, in file order, one run in memory at a time.
    public func forEachOther(_ body: (OtherRecord) throws -> Void) throws {
        let rows = try database.prepare("SELECT records, raw_bytes, data FROM other ORDER BY id")
        while try rows.step() {
            let raw = try inflate(try rows.blob(2), size: Int(try rows.int64(1)), limit: 80 << 20)
            let count = try rows.int64(0)
            try raw.withUnsafeBytes { bytes in
                var reader = ByteReader(bytes)
                for _ in 0..<count { try body(try OtherRecord.read(&reader)) }
            }
        }
    }

    /// The stored Merkle roots, 32 bytes for every 1,024 lines of the export.
    public func merkleRoots() throws -> [UInt8] {
        var roots: [UInt8] = []
        let rows = try database.prepare("SELECT data FROM merkle ORDER BY id")
        while try rows.step() { roots.append(contentsOf: try rows.blob(0)) }
        return roots
    }
}
