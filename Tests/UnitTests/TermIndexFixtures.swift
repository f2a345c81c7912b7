import Archive
import Foundation

/// A folder that is removed with the value.
final class ScratchFolder {
    let path: String

    init() throws {
        // SQLite is told not to follow symbolic links, and some systems' temporary folder lies behind one.
        let root = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath()
        let folder = root.appendingPathComponent("coldtrail-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        path = folder.path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a new, empty file.
    func newFile(_ name: String) throws -> String {
        let file = path + "/" + name
        guard FileManager.default.createFile(atPath: file, contents: nil) else { throw CocoaError(.fileWriteUnknown) }
        return file
    }
}

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var word = state ^ state >> 33
        word = word &* 0xFF51_AFD7_ED55_8CCD
        return word ^ word >> 33
    }
}

/// Terms with their events: what an index must say.
struct TermCorpus {
    var eventCount: UInt64
    var rows: [String: [UInt64]]

    init(eventCount: UInt64, rows: [String: [UInt64]]) {
        self.eventCount = eventCount
        self.rows = rows
    }

    /// Terms in the index's order: by bytes.
    var sortedTerms: [String] { rows.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// Each event's text: its terms, separated by spaces.
    var documents: [String] {
        var documents = [[String]](repeating: [], count: Int(eventCount))
        for (term, events) in rows {
            for event in events { documents[Int(event) - 1].append(term) }
        }
        return documents.map { $0.joined(separator: " ") }
    }

    /// How a corpus is written.
    enum Way: CaseIterable {
        case rowByRow
        /// Runs of rows that are already coded.
        case runs
        /// Three segments, each with a third of the events.
        case segments
    }

    /// Writes the index in bulk and closes the file. Returns the pairs of letters of its pages.
    @discardableResult
    func write(
        to path: String, pageSize: Int, way: Way = .rowByRow, sqlitePageSize: Int = 4096
    ) throws -> PagePairs {
        let connection = try SQLiteConnection.openForBuilding(path, pageSize: sqlitePageSize)
        try connection.execute("BEGIN")
        let index = try TermIndexWriter(connection: connection, pageSize: pageSize)
        switch way {
        case .rowByRow:
            try index.add(writeSegment(of: index, events: 1...max(eventCount, 1), runLength: nil))
        case .runs:
            try index.add(writeSegment(of: index, events: 1...max(eventCount, 1), runLength: 700))
        case .segments:
            let third = max(eventCount / 3, 1)
            try index.add(writeSegment(of: index, events: 1...third, runLength: nil))
            try index.add(writeSegment(of: index, events: (third + 1)...(2 * third), runLength: 50))
            try index.add(
                writeSegment(of: index, events: (2 * third + 1)...max(eventCount, 2 * third + 1), runLength: nil))
        }
        try index.finish(eventCount: eventCount)
        try connection.execute("COMMIT")
        return index.pairs
    }

    private func writeSegment(
        of index: TermIndexWriter, events: ClosedRange<UInt64>, runLength: Int?
    ) throws -> SegmentSummary {
        var segment = index.makeSegment()
        for term in sortedTerms {
            let events = (rows[term] ?? []).filter(events.contains)
            guard !events.isEmpty else { continue }
            try Array(term.utf8).withUnsafeBytes { try segment.startTerm($0) }
            if let runLength {
                for start in stride(from: 0, to: events.count, by: runLength) {
                    try Self.append(Array(events[start..<min(start + runLength, events.count)]), to: &segment)
                }
            } else {
                for event in events { try segment.append(row: event) }
            }
        }
        return try segment.finish()
    }

    private static func append(_ run: [UInt64], to segment: inout SegmentWriter) throws {
        var deltas: [UInt8] = []
        for (row, next) in zip(run, run.dropFirst()) { deltas += varint(next - row) }
        try deltas.withUnsafeBytes {
            try segment.append(firstRow: run[0], count: run.count, lastRow: run[run.count - 1], deltas: $0)
        }
    }

    /// An SQLite varint of up to eight bytes.
    static func varint(_ value: UInt64) -> [UInt8] {
        var groups = [UInt8(value & 0x7F)]
        var rest = value >> 7
        while rest > 0 {
            groups.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return groups.reversed()
    }
}

extension TermIndexReader {
    func rows(of term: String) throws -> [UInt64] {
        var rows: [UInt64] = []
        try Array(term.utf8).withUnsafeBytes { try lookup($0)?.forEach { rows.append($0) } }
        return rows
    }

    /// The terms of a scan with their rows.
    func scan(prefix: String = "", containing: String? = nil) throws -> [(term: String, rows: [UInt64])] {
        var found: [(String, [UInt64])] = []
        let visitor: (Entry) throws -> Bool = { entry in
            var rows: [UInt64] = []
            try entry.doclist.forEach { rows.append($0) }
            found.append((String(decoding: entry.term, as: UTF8.self), rows))
            return true
        }
        if let containing {
            try Array(containing.utf8).withUnsafeBytes { try forEachTerm(containing: $0, visitor) }
        } else {
            try Array(prefix.utf8).withUnsafeBytes { try forEachTerm(prefix: $0, visitor) }
        }
        return found
    }
}
