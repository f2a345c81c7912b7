import FoundationEssentials
import GRDB

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Changes the catalog, one transaction per export. The caller holds the archive's writer lock.
public final class CatalogWriter {
    private let queue: DatabaseQueue
    public let path: String

    /// Opens or creates the catalog. Opening rolls back what a dead writer left.
    public init(archive: String, shared: Bool) throws {
        path = archive + "/" + CatalogSchema.fileName
        var configuration = Configuration()
        configuration.journalMode = .default
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode=DELETE")
            try database.execute(sql: "PRAGMA synchronous=EXTRA")
            try database.execute(sql: "PRAGMA trusted_schema=OFF")
            try database.execute(sql: "PRAGMA page_size=8192")
        }
        if access(path, F_OK) != 0 { try Self.create(archive: archive, path: path, configuration) }
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Makes an empty catalog aside and gives it its name when it is complete: a crash leaves none, or a whole one.
    private static func create(archive: String, path: String, _ configuration: Configuration) throws {
        let draft = archive + "/tmp/" + CatalogSchema.fileName
        for name in [draft, draft + "-journal"] { unlink(name) }
        let queue = try DatabaseQueue(path: draft, configuration: configuration)
        try queue.write { database in
            for statement in CatalogSchema.statements { try database.execute(sql: statement.sql) }
            try database.execute(
                sql: "INSERT INTO meta VALUES('format',?),('version',?)",
                arguments: [CatalogSchema.format, CatalogSchema.version])
        }
        try queue.close()
        try TemporaryFile.sync(draft)
        guard rename(draft, path) == 0 else { throw ArchiveError.system("cannot create the catalog", path: path) }
        try TemporaryFile.sync(archive)
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
        try queue.write { database in
            for old in entry.replaces { try Self.remove(old, database) }
            let export = entry.export
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let fields = try export.fields.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            let damage = try export.damage.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
            try database.execute(
                sql: """
                    INSERT INTO export(label, digest, source_digest, file_name, job_id, note, ingested_at, tool_version, \
                    fields, lines, events, rejects, blanks, undated, content_bytes, source_bytes, min_time, max_time, \
                    ends_with_newline, merkle_root, damage, prefix_digest, prefix_bytes) \
                    VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                    """,
                arguments: [
                    export.label, Data(export.digest), Data(export.sourceDigest), export.fileName, export.jobID,
                    export.note, export.ingestedAt, export.toolVersion, fields, Int64(export.lines),
                    Int64(export.events), Int64(export.rejects), Int64(export.blanks), Int64(export.undated),
                    Int64(export.contentBytes), Int64(export.sourceBytes), export.minTime, export.maxTime,
                    export.endsWithNewline, Data(export.merkleRoot), damage, Data(export.prefixDigest),
                    Int64(export.prefixBytes),
                ])
            let exportID = database.lastInsertedRowID
            for partition in entry.partitions { try Self.insert(partition, of: exportID, entry, database) }
            for alias in entry.aliases {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO alias VALUES(?,?)", arguments: [Data(alias), exportID])
            }
            try database.execute(sql: "INSERT OR IGNORE INTO label VALUES(?)", arguments: [export.label])
            try Self.appendAudit(entry.auditRecord, database)
            Fault.point(.commit)
        }
        Fault.point(.commit)
    }

    /// Removes an export in one transaction; its label stays used.
    public func forget(_ exportID: Int64, auditRecord: String) throws {
        try queue.write { database in
            try Self.remove(exportID, database)
            try Self.appendAudit(auditRecord, database)
            Fault.point(.commit)
        }
        Fault.point(.commit)
    }

    private static func insert(
        _ partition: PartitionRecord, of exportID: Int64, _ entry: Entry, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO partition(export_id, number, file, digest, bytes, events, undated, raw_bytes, first_line, \
                last_line, min_time, max_time, blocks, terms, all_indexed, remainder) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                """,
            arguments: [
                exportID, partition.number, partition.file, Data(partition.digest), Int64(partition.bytes),
                partition.events, partition.undated, Int64(partition.rawBytes), Int64(partition.firstLine),
                Int64(partition.lastLine), partition.minTime, partition.maxTime, partition.blocks, partition.terms,
                partition.allIndexed, partition.holdsRemainder,
            ])
        if let filter = entry.filters[partition.number] {
            try database.execute(
                sql: "INSERT INTO filter VALUES(?,?)", arguments: [database.lastInsertedRowID, Data(filter.bytes)])
        }
    }

    /// Removes an export's rows; aliases are kept and point nowhere until the caller re-enters them.
    private static func remove(_ exportID: Int64, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM filter WHERE partition_id IN (SELECT id FROM partition WHERE export_id = ?)",
            arguments: [exportID])
        try database.execute(sql: "DELETE FROM partition WHERE export_id = ?", arguments: [exportID])
        try database.execute(sql: "DELETE FROM alias WHERE export_id = ?", arguments: [exportID])
        try database.execute(sql: "DELETE FROM export WHERE id = ?", arguments: [exportID])
    }

    private static func appendAudit(_ record: String, _ database: Database) throws {
        try database.execute(sql: "INSERT INTO audit(record) VALUES(?)", arguments: [record])
    }

    /// Labels ever used, also of forgotten exports.
    public func usedLabels() throws -> Set<String> {
        try queue.read { Set(try String.fetchAll($0, sql: "SELECT label FROM label")) }
    }

    /// Audit records in order, each a JSON line.
    public func auditRecords() throws -> [String] {
        try queue.read { try String.fetchAll($0, sql: "SELECT record FROM audit ORDER BY number") }
    }

    /// The newest audit record, and how many bytes all of them take in `audit.log`.
    public func auditEnd() throws -> (last: String?, bytes: Int) {
        try queue.read { database in
            (
                last: try String.fetchOne(database, sql: "SELECT record FROM audit ORDER BY number DESC LIMIT 1"),
                bytes: try Int.fetchOne(
                    database, sql: "SELECT coalesce(sum(length(CAST(record AS BLOB)) + 1), 0) FROM audit") ?? 0
            )
        }
    }

    public func close() throws {
        try queue.close()
    }
}
