import Archive

/// A dataset from a CSV file (RFC 4180): cells are strings, an empty cell is null.
public struct CSVTable: Sendable {
    public let columns: [String]
    public let rows: [[Value]]

    /// - Parameter name: of the file, for messages.
    /// - Throws: `ArchiveError` with the line.
    public init(_ bytes: [UInt8], name: String) throws(ArchiveError) {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw ArchiveError(.usage, "the file is not UTF-8", path: name, remedy: "save it as CSV in UTF-8")
        }
        var records: [(line: Int, cells: [String])] = []
        var reader = CSVReader(bytes)
        while let record = try reader.record(name) { records.append(record) }
        guard let header = records.first else {
            throw ArchiveError(.usage, "the file is empty; its first line must name the columns", path: name)
        }
        columns = header.cells
        if Set(columns).count != columns.count {
            throw ArchiveError(.usage, "line 1: a column is named twice", path: name)
        }
        var rows: [[Value]] = []
        for record in records.dropFirst() {
            guard record.cells.count == columns.count else {
                throw ArchiveError(
                    .usage, "line \(record.line): \(record.cells.count) cells instead of \(columns.count)", path: name)
            }
            rows.append(record.cells.map { $0.isEmpty ? .null : .string($0) })
        }
        self.rows = rows
    }
}

private struct CSVReader {
    private let bytes: ArraySlice<UInt8>
    private var at: Int
    private var line = 1

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    private var next: UInt8? { at < bytes.endIndex ? bytes[at] : nil }

    /// Nil at the end. Empty lines are passed over.
    mutating func record(_ name: String) throws(ArchiveError) -> (line: Int, cells: [String])? {
        while let byte = next, byte == 0x0A || byte == 0x0D {
            if byte == 0x0A { line += 1 }
            at += 1
        }
        guard next != nil else { return nil }
        let start = line
        var cells: [String] = []
        while true {
            cells.append(try cell(name))
            guard let byte = next else { return (start, cells) }
            at += 1
            if byte == UInt8(ascii: ",") { continue }
            if byte == 0x0D, next == 0x0A { at += 1 }
            line += 1
            return (start, cells)
        }
    }

    private mutating func cell(_ name: String) throws(ArchiveError) -> String {
        var out: [UInt8] = []
        guard next == UInt8(ascii: "\"") else {
            while let byte = next, byte != UInt8(ascii: ","), byte != 0x0A, byte != 0x0D {
                out.append(byte)
                at += 1
            }
            return String(decoding: out, as: UTF8.self)
        }
        let start = line
        at += 1
        while let byte = next {
            at += 1
            if byte == UInt8(ascii: "\"") {
                guard next == UInt8(ascii: "\"") else {
                    guard let after = next else { return String(decoding: out, as: UTF8.self) }
                    guard after == UInt8(ascii: ",") || after == 0x0A || after == 0x0D else {
                        throw ArchiveError(.usage, "line \(line): text follows a closing quote", path: name)
                    }
                    return String(decoding: out, as: UTF8.self)
                }
                at += 1
            }
            if byte == 0x0A { line += 1 }
            out.append(byte)
        }
        throw ArchiveError(.usage, "line \(start): the closing quote of a cell is missing", path: name)
    }
}
