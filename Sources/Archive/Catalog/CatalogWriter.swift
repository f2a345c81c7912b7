import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Changes the catalog, one transaction per export. The caller holds the archive's writer lock.
public final class CatalogWriter {
    private let connection: SQLiteConnection
    /// Lets one thread at a time use the connection.
    private let mutex = Mutex()
    public let path: String

    /// Opens or creates the catalog. Opening rolls back what a dead writer left.
    public init(archive: String) throws {
        path = archive + "/" + CatalogSchema.fileName
        if access(path, F_OK) != 0 { try Self.create(archive: archive, path: path) }
        connection = try Self.open(path)
    }

    private static func open(_ path: String) throws -> SQLiteConnection {
        let connection = try SQLiteConnection.openForChanges(path, wait: 30_000)
        try connection.execute(
            """
            PRAGMA page_size=8192; PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA trusted_schema=OFF
            """)
        return connection
    }

    /// Makes an empty catalog aside and gives it its name when it is complete: a crash leaves none, or a whole one.
    private static func create(archive: String, path: String) throws {
        let draft = try draft(archive: archive, [], labels: [], audit: [])
        guard rename(draft, path) == 0 else { throw ArchiveError.system("cannot create the catalog", path: path) }
        try TemporaryFile.sync(archive)
    }

    /// Makes a catalog of entries aside.
    ///
    /// - Parameters:
    ///   - entries: in the order of ingest; what they replace and their own audit records are not looked at.
    ///   - labels: all that were ever used.
    ///   - audit: all records, oldest first.
    /// - Returns: its path, in the archive's `tmp/`; it is on the disk.
    static func draft(
        archive: String, _ entries: [Entry], labels: Set<String>, audit: [String]
    ) throws -> String {
        let draft = archive + "/tmp/" + CatalogSchema.fileName
        for name in [draft, draft + "-journal"] { unlink(name) }
        do {
            let database = try open(draft)
            try database.transaction {
                for statement in CatalogSchema.statements { try database.execute(statement.sql) }
                try database.run(
                    "INSERT INTO meta VALUES('format',?),('version',?)",
                    [.text(CatalogSchema.format), .text(CatalogSchema.version)])
                for entry in entries { try insert(entry, database) }
                for label in labels.sorted() {
                    try database.run("INSERT OR IGNORE INTO label VALUES(?)", [.text(label)])
                }
                for record in audit { try appendAudit(record, database) }
            }
        }
        try TemporaryFile.sync(draft)
        return draft
    }

    /// One export's entry into the archive.
    public struct Entry {
        public var export: ExportRecord
        public var partitions: [PartitionRecord]
        public var filters: [Int: TermFilter]
        /// The exports that this one completes or rebuilds.
        public var replaces: [Int64]
        /// Old digests that now mean this export.
        public var aliases: [[UInt8]]
        public var auditRecord: String

        public init(
            export: ExportRecord, partitions: [PartitionRecord], filters: [Int: TermFilter], replaces: [Int64],
            aliases: [[UInt8]], auditRecord: String
        ) {
            self.export = export
            self.partitions = partitions
            self.filters = filters
            self.replaces = replaces
            self.aliases = aliases
            self.auditRecord = auditRecord
        }
    }

    /// Enters an export in one transaction.
    public func enter(_ entry: Entry) throws {
        try change { database in
            for old in entry.replaces { try Self.remove(old, database) }
            try Self.insert(entry, database)
            try Self.appendAudit(entry.auditRecord, database)
            Fault.point(.commit)
        }
        Fault.point(.commit)
    }

    /// Removes an export in one transaction; its label stays used.
    public func forget(_ exportID: Int64, auditRecord: String) throws {
        try change { database in
            try Self.remove(exportID, database)
            try Self.appendAudit(auditRecord, database)
            Fault.point(.commit)
        }
        Fault.point(.commit)
    }

    private func change(_ body: (SQLiteConnection) throws -> Void) throws {
        try mutex.withLock { try connection.transaction { try body(connection) } }
    }

    private static func insert(_ entry: Entry, _ database: SQLiteConnection) throws {
        let export = entry.export
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let fields = try export.fields.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        let damage = try export.damage.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        try database.run(
            """
            INSERT INTO export(label, digest, source_digest, file_name, job_id, note, ingested_at, tool_version, \
            fields, lines, events, rejects, blanks, undated, content_bytes, source_bytes, min_time, max_time, \
            ends_with_newline, merkle_root, damage, prefix_digest, prefix_bytes) \
            VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
            """,
            [
                .text(export.label), .blob(export.digest), .blob(export.sourceDigest), .text(export.fileName),
                .text(export.jobID), .text(export.note), .integer(export.ingestedAt), .text(export.toolVersion),
                .text(fields), .integer(Int64(export.lines)), .integer(Int64(export.events)),
                .integer(Int64(export.rejects)), .integer(Int64(export.blanks)), .integer(Int64(export.undated)),
                .integer(Int64(export.contentBytes)), .integer(Int64(export.sourceBytes)),
                .integer(export.minTime), .integer(export.maxTime), .integer(export.endsWithNewline ? 1 : 0),
                .blob(export.merkleRoot), .text(damage), .blob(export.prefixDigest),
                .integer(Int64(export.prefixBytes)),
            ])
        let exportID = database.lastInsertedRowID
        for partition in entry.partitions { try insert(partition, of: exportID, entry, database) }
        for alias in entry.aliases {
            try database.run("INSERT OR REPLACE INTO alias VALUES(?,?)", [.blob(alias), .integer(exportID)])
        }
        try database.run("INSERT OR IGNORE INTO label VALUES(?)", [.text(export.label)])
    }

    private static func insert(
        _ partition: PartitionRecord, of exportID: Int64, _ entry: Entry, _ database: SQLiteConnection
    ) throws {
        try database.run(
            """
            INSERT INTO partition(export_id, number, file, digest, bytes, events, undated, raw_bytes, first_line, \
            last_line, min_time, max_time, blocks, terms, all_indexed, remainder) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
            """,
            [
                .integer(exportID), .integer(Int64(partition.number)), .text(partition.file),
                .blob(partition.digest), .integer(Int64(partition.bytes)), .integer(Int64(partition.events)),
                .integer(Int64(partition.undated)), .integer(Int64(partition.rawBytes)),
                .integer(Int64(partition.firstLine)), .integer(Int64(partition.lastLine)),
                .integer(partition.minTime), .integer(partition.maxTime), .integer(Int64(partition.blocks)),
                .integer(Int64(partition.terms)), .integer(partition.allIndexed ? 1 : 0),
                .integer(partition.holdsRemainder ? 1 : 0),
            ])
        if let filter = entry.filters[partition.number] {
            try database.run(
                "INSERT INTO filter VALUES(?,?)", [.integer(database.lastInsertedRowID), .blob(filter.bytes)])
        }
    }

    /// Removes an export's rows; aliases are kept and point nowhere until the caller re-enters them.
    private static func remove(_ exportID: Int64, _ database: SQLiteConnection) throws {
        let id = [SQLiteValue.integer(exportID)]
        try database.run(
            "DELETE FROM filter WHERE partition_id IN (SELECT id FROM partition WHERE export_id = ?)", id)
        try database.run("DELETE FROM partition WHERE export_id = ?", id)
        try database.run("DELETE FROM alias WHERE export_id = ?", id)
        try database.run("DELETE FROM export WHERE id = ?", id)
    }

    private static func appendAudit(_ record: String, _ database: SQLiteConnection) throws {
        try database.run("INSERT INTO audit(record) VALUES(?)", [.text(record)])
    }

    /// Labels ever used, also of forgotten exports.
    public func usedLabels() throws -> Set<String> {
        try mutex.withLock { Set(try texts("SELECT label FROM label")) }
    }

    /// Audit records in order, each a JSON line.
    public func auditRecords() throws -> [String] {
        try mutex.withLock { try texts("SELECT record FROM audit ORDER BY number") }
    }

    /// The newest audit record, and how many bytes all of them take in `audit.log`.
    public func auditEnd() throws -> (last: String?, bytes: Int) {
        try mutex.withLock {
            let sizes = try connection.prepare(
                "SELECT coalesce(sum(length(CAST(record AS BLOB)) + 1), 0) FROM audit")
            return (
                last: try texts("SELECT record FROM audit ORDER BY number DESC LIMIT 1").first,
                bytes: try sizes.step() ? Int(try sizes.int64(0)) : 0
            )
        }
    }

    private func texts(_ sql: String) throws -> [String] {
        let rows = try connection.prepare(sql)
        var texts: [String] = []
        while try rows.step() { texts.append(try rows.text(0)) }
        return texts
    }
}
