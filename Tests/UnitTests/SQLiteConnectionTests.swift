import Archive
import Foundation
import Testing

@Suite struct SQLiteConnectionTests {
    @Test(arguments: [
        "plain.db", "a b?c#d%41&e=f.db", "ünï\u{1F50D}.db", "mode=rw&immutable=0.db", "-x.db", "file:x.db",
    ])
    func opensFilesOfAnyName(name: String) throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile(name)
        do {
            let building = try SQLiteConnection.openForBuilding(path)
            try building.execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB); INSERT INTO t VALUES(1, x'0102')")
        }
        let connection = try SQLiteConnection.openReadOnly(path)
        let statement = try connection.prepare("SELECT a, b FROM t")
        #expect(try statement.step())
        #expect(try statement.int64(0) == 1)
        #expect(Array(try statement.blob(1)) == [1, 2])
        #expect(try !statement.step())
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    }

    @Test func unusableNamesAreRefused() throws {
        #expect(throws: SQLiteError.self) { try SQLiteConnection.openReadOnly("") }
        #expect(throws: SQLiteError.self) { try SQLiteConnection.openReadOnly("/tmp/x\u{0}y") }
        #expect(throws: SQLiteError.self) { try SQLiteConnection.openForBuilding("/nowhere/at/all.db") }
    }

    @Test func symbolicLinksAreNotFollowed() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("real.db")
        try SQLiteConnection.openForBuilding(path).execute("CREATE TABLE t(a)")
        let link = folder.path + "/link.db"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(throws: SQLiteError.self) { try SQLiteConnection.openReadOnly(link) }
        #expect(throws: SQLiteError.self) { try SQLiteConnection.openForBuilding(link) }
    }

    @Test func readConnectionsCannotWrite() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("t.db")
        try SQLiteConnection.openForBuilding(path).execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)")
        let connection = try SQLiteConnection.openReadOnly(path)
        for sql in [
            "INSERT INTO t VALUES(2)", "DROP TABLE t", "ATTACH ':memory:' AS x", "PRAGMA user_version=3", "VACUUM",
        ] {
            #expect(throws: SQLiteError.self, "\(sql)") { try connection.execute(sql) }
        }
        #expect(throws: SQLiteError.self) { try connection.prepare("SELECT load_extension('x')").execute() }
    }

    @Test func valuesOfAnotherTypeAreErrors() throws {
        let folder = try ScratchFolder()
        let connection = try SQLiteConnection.openForBuilding(folder.newFile("t.db"))
        let statement = try connection.prepare("SELECT 1, 'x', x'00', NULL, 1.5, '', x''")
        #expect(try statement.step())
        #expect(throws: SQLiteError.self) { try statement.int64(1) }
        #expect(throws: SQLiteError.self) { try statement.int64(4) }
        #expect(throws: SQLiteError.self) { try statement.blob(0) }
        #expect(throws: SQLiteError.self) { try statement.blob(3) }
        #expect(throws: SQLiteError.self) { try statement.text(2) }
        #expect(throws: SQLiteError.self) { try statement.int64(99) }
        #expect(statement.isNull(3))
        #expect(try statement.text(5) == "")
        #expect(try statement.blob(6).isEmpty)
    }

    @Test func emptyBlobsAndTextsAreNotNull() throws {
        let folder = try ScratchFolder()
        let connection = try SQLiteConnection.openForBuilding(folder.newFile("t.db"))
        let statement = try connection.prepare("SELECT ?, ?, ?, ?")
        try statement.bind(UnsafeRawBufferPointer(start: nil, count: 0), at: 1)
        try statement.bind("", at: 2)
        try statement.bind("zwölf\u{0}!", at: 3)
        try statement.bindNull(at: 4)
        #expect(try statement.step())
        #expect(try statement.blob(0).isEmpty)
        #expect(try statement.text(1) == "")
        #expect(try statement.text(2) == "zwölf\u{0}!")
        #expect(statement.isNull(3))
        #expect(throws: SQLiteError.self) { try statement.bindNull(at: 5) }
    }

    @Test func valuesAboveTheLimitAreErrors() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("t.db")
        try SQLiteConnection.openForBuilding(path).execute("CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(100000))")
        let connection = try SQLiteConnection.openReadOnly(path, lengthLimit: 50_000)
        let statement = try connection.prepare("SELECT a FROM t")
        let error = #expect(throws: SQLiteError.self) { try statement.step() }
        #expect(error?.primaryCode == 18)
        #expect(error?.sql == "SELECT a FROM t")
        #expect(error?.path == path)
    }

    @Test func blobsAreReadInParts() throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("t.db")
        do {
            let building = try SQLiteConnection.openForBuilding(path, pageSize: 512)
            try building.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, data BLOB)")
            let insert = try building.prepare("INSERT INTO t VALUES(?, ?)")
            for row in 1...2 {
                try insert.bind(Int64(row), at: 1)
                let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 * row) }
                try bytes.withUnsafeBytes {
                    try insert.bind(borrowing: $0, at: 2)
                    try insert.execute()
                }
            }
        }
        let connection = try SQLiteConnection.openReadOnly(path)
        let reader = try BlobReader(connection: connection, table: "t", column: "data", row: 1)
        #expect(reader.count == 5000)
        #expect(try reader.read(at: 4990, length: 10) == (4990..<5000).map { UInt8(truncatingIfNeeded: $0) })
        #expect(try reader.read(at: 5000, length: 0) == [])
        for (offset, length) in [(4991, 10), (-1, 1), (0, -1), (Int.max, 1), (1, Int.max), (5001, 0)] {
            #expect(throws: SQLiteError.self) { try reader.read(at: offset, length: length) }
        }
        try reader.move(to: 2)
        #expect(try reader.read(at: 3, length: 2) == [6, 8])
        #expect(throws: SQLiteError.self) { try reader.move(to: 3) }
        #expect(throws: SQLiteError.self) { try reader.read(at: 0, length: 1) }
        #expect(throws: SQLiteError.self) { try BlobReader(connection: connection, table: "t", column: "x", row: 1) }
    }

    @Test func filesThatAreNoDatabaseAreErrors() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/t.db"
        for content in [Data(), Data("SQLite format 3\u{0}".utf8), Data(repeating: 0x41, count: 5000)] {
            try content.write(to: URL(fileURLWithPath: path))
            #expect(throws: (any Error).self) {
                let connection = try SQLiteConnection.openReadOnly(path)
                try SchemaGuard.check(connection, equals: TermIndexFormat.schema)
            }
        }
    }
}

@Suite struct SchemaGuardTests {
    private let expected: [SchemaEntry] = [
        .table("b", sql: "CREATE TABLE b(x)"), .table("a", sql: "CREATE TABLE a(k PRIMARY KEY)"),
        SchemaEntry(type: "index", name: "sqlite_autoindex_a_1", table: "a", sql: nil),
    ]

    private func check(_ sql: String, _ body: (SQLiteConnection) throws -> Void) throws {
        let folder = try ScratchFolder()
        let path = try folder.newFile("t.db")
        try SQLiteConnection.openForBuilding(path).execute(sql)
        try body(SQLiteConnection.openReadOnly(path))
    }

    @Test func equalSchemaPasses() throws {
        try check("CREATE TABLE a(k PRIMARY KEY); CREATE TABLE b(x)") { try SchemaGuard.check($0, equals: expected) }
    }

    @Test(arguments: [
        "CREATE TABLE a(k PRIMARY KEY)",
        "CREATE TABLE a(k PRIMARY KEY); CREATE TABLE b(y)",
        "CREATE TABLE a(k PRIMARY KEY); CREATE TABLE B(x)",
        "CREATE TABLE a(k PRIMARY KEY); CREATE VIEW b AS SELECT 1 AS x",
        "CREATE TABLE a(k PRIMARY KEY); CREATE TABLE b(x); CREATE VIEW c AS SELECT 1",
        "CREATE TABLE a(k PRIMARY KEY); CREATE TABLE b(x); CREATE INDEX c ON b(x)",
        "CREATE TABLE a(k PRIMARY KEY); CREATE TABLE b(x); CREATE TRIGGER c AFTER INSERT ON b BEGIN SELECT 1; END",
        "CREATE TABLE a(k PRIMARY KEY); CREATE TABLE b(x); ANALYZE",
        "",
    ])
    func anyDifferenceIsRefused(sql: String) throws {
        try check(sql) { connection in
            #expect(throws: SchemaMismatch.self) { try SchemaGuard.check(connection, equals: expected) }
        }
    }

    @Test func theMessageNamesWhatDiffers() throws {
        try check("CREATE TABLE a(k PRIMARY KEY); CREATE TABLE b(y)") { connection in
            let error = #expect(throws: SchemaMismatch.self) { try SchemaGuard.check(connection, equals: expected) }
            #expect(error?.unexpected == ["b"])
            #expect(error?.missing == ["b"])
        }
    }
}
