import Archive
import Foundation
import Testing

/// A damaged or hostile index gives an error or an answer, never a crash or an endless loop.
@Suite struct TermIndexDamageTests {
    private let corpus = TermCorpus(
        eventCount: 600,
        rows: [
            "all": Array(1...600), "alpha": [1, 7, 300], "alphabet": [2],
            "beta": Array(stride(from: 3, through: 600, by: 9)),
            "gamma": [600], "größe": [5, 6], "zeta": Array(580...600),
        ])

    @Test func everyByteOfTheFileFlipped() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 256, way: .segments, sqlitePageSize: 512)
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        var random = SeededGenerator(state: 4)
        var refused = 0
        for offset in good.indices {
            try overwrite(file, at: offset, with: good[offset] ^ UInt8.random(in: 1...255, using: &random))
            do {
                let connection = try SQLiteConnection.openReadOnly(path)
                try SchemaGuard.check(connection, equals: TermIndexFormat.schema)
                try useEverything(connection)
            } catch { refused += 1 }
            try overwrite(file, at: offset, with: good[offset])
        }
        #expect(refused > good.count / 4)
    }

    /// Damage that SQLite cannot see: inside the records.
    @Test(arguments: TermCorpus.Way.allCases)
    func everyByteOfEveryRecordChanged(way: TermCorpus.Way) throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 256, way: way)
        let connection = try SQLiteConnection.openForBuilding(path)
        var records: [(id: Int64, block: [UInt8])] = []
        let all = try connection.prepare("SELECT id, block FROM terms_data")
        while try all.step() { records.append((try all.int64(0), [UInt8](try all.blob(1)))) }
        all.reset()
        let update = try connection.prepare("UPDATE terms_data SET block = ? WHERE id = ?")
        func store(_ block: [UInt8], _ id: Int64) throws {
            try block.withUnsafeBytes { try update.bind($0, at: 1) }
            try update.bind(id, at: 2)
            try update.execute()
        }
        for record in records {
            for offset in record.block.indices {
                for value in [0, 0x80, 0xFF, record.block[offset] &+ 1] where value != record.block[offset] {
                    var block = record.block
                    block[offset] = value
                    try store(block, record.id)
                    try? useEverything(connection)
                }
            }
            for length in stride(from: 0, to: record.block.count, by: 3) {
                try store(Array(record.block[..<length]), record.id)
                #expect(throws: (any Error).self) { try useEverything(connection) }
            }
            try store(record.block, record.id)
        }
        try useEverything(connection)
    }

    /// A file that claims to be in WAL mode must not make SQLite read, or create, files beside it.
    @Test func walModeInTheHeaderChangesNothing() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 256)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try overwrite(file, at: 18, with: 2)
        try overwrite(file, at: 19, with: 2)
        do {
            let connection = try SQLiteConnection.openReadOnly(path)
            try SchemaGuard.check(connection, equals: TermIndexFormat.schema)
            try useEverything(connection)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["index.db"])
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["index.db"])
    }

    @Test func missingPagesAreReported() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 256)
        let connection = try SQLiteConnection.openForBuilding(path)
        let id = (Int64(1) << 37) + 2
        try connection.execute("DELETE FROM terms_data WHERE id = \(id)")
        let reader = try TermIndexReader(connection: connection, eventCount: 600)
        #expect(throws: TermIndexError(.missing, pageID: id)) { try reader.rows(of: "all") }
        #expect(throws: TermIndexError(.missing, pageID: id)) { try reader.verify() }
    }

    @Test(arguments: ["NULL", "'text'", "17", "x''", "zeroblob(3)", "zeroblob(100000)", "zeroblob(4)", "x'00000005ff'"])
    func recordsOfAnotherKindAreRefused(value: String) throws {
        let folder = try ScratchFolder()
        for id in [10, (Int64(1) << 37) + 1] {
            let path = try folder.newFile("index\(id).db")
            try corpus.write(to: path, pageSize: 256)
            let connection = try SQLiteConnection.openForBuilding(path)
            try connection.execute("UPDATE terms_data SET block = \(value) WHERE id = \(id)")
            #expect(throws: (any Error).self) {
                let reader = try TermIndexReader(connection: connection, eventCount: 600)
                _ = try reader.rows(of: "all")
                _ = try reader.verify()
            }
        }
    }

    @Test func hostilePageIndexIsRefused() throws {
        let folder = try ScratchFolder()
        for (number, change) in ["pgno = 0", "pgno = -5", "pgno = 1 << 62", "pgno = 'x'", "pgno = NULL", "pgno = 998"]
            .enumerated()
        {
            let path = try folder.newFile("index\(number).db")
            try corpus.write(to: path, pageSize: 256)
            let connection = try SQLiteConnection.openForBuilding(path)
            try connection.execute("UPDATE terms_idx SET \(change)")
            let reader = try TermIndexReader(connection: connection, eventCount: 600)
            #expect(throws: (any Error).self) { try reader.rows(of: "all") }
        }
    }

    /// Events beyond the partition's last one would set bits outside the bitmap.
    @Test func rowsBeyondTheLastEventAreRefused() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("index.db")
        try corpus.write(to: path, pageSize: 256)
        for eventCount in [UInt64(0), 1, 299, 599] {
            let reader = try TermIndexReader(connection: .openReadOnly(path), eventCount: eventCount)
            var bitmap = Bitmap(eventCount: eventCount)
            #expect(throws: TermIndexError.self) {
                try "all".withUTF8Bytes { try reader.addRows(of: $0, to: &bitmap) }
            }
            #expect(throws: TermIndexError.self) { try reader.rows(of: "gamma") }
        }
    }

    private func useEverything(_ connection: SQLiteConnection) throws {
        let reader = try TermIndexReader(connection: connection, eventCount: 600)
        var failure: (any Error)?
        for term in corpus.sortedTerms + ["nothing"] {
            do {
                try term.withUTF8Bytes { bytes in
                    var bitmap = Bitmap(eventCount: 600)
                    try reader.addRows(of: bytes, to: &bitmap)
                    _ = try reader.estimatedCount(of: bytes)
                }
            } catch { failure = error }
        }
        do { _ = try reader.scan(prefix: "al") } catch { failure = error }
        do { _ = try reader.scan(containing: "et") } catch { failure = error }
        _ = try reader.verify()
        if let failure { throw failure }
    }

    private func overwrite(_ file: FileHandle, at offset: Int, with byte: UInt8) throws {
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: Data([byte]))
    }
}
