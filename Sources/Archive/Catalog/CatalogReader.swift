import CPlatform
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// All that the catalog says, read in one transaction.
struct CatalogSnapshot {
    var exports: [ExportRecord] = []
    var partitions: [PartitionRecord] = []
    var aliases: [(digest: [UInt8], exportID: Int64)] = []
    var filters: [Int64: TermFilter] = [:]
    var audit: [String] = []
    var labels: Set<String> = []
    /// What the catalog says of itself.
    var meta: [String: String] = [:]
}

/// Reads the catalog with plain SQLite, read-only: a search must not wait for a framework to start.
enum CatalogReader {
    /// - Parameter waits: false: fails instead of waiting for a writer or rolling back a copy.
    static func read(
        archive: String, withFilters: Bool = true, withAudit: Bool = true, waits: Bool = true
    ) throws -> CatalogSnapshot {
        let path = archive + "/" + CatalogSchema.fileName
        var info = stat()
        guard lstat(path, &info) == 0 else {
            if CatalogLoss.isMissing(archive) { throw CatalogLoss.missing(archive) }
            throw ArchiveError(
                .notFound, "no archive here", path: archive,
                remedy: "name one with --archive DIR (or COLDTRAIL_ARCHIVE), or make one with `coldtrail ingest FILE`")
        }
        for attempt in 0... {
            try CatalogFiles.check(path)
            do {
                return try read(file: path, withFilters: withFilters, withAudit: withAudit, waits: waits)
            } catch let error as SQLiteError where error.isHotJournal && attempt < 5 && waits {
                // A writer died in its commit. A reader may not touch the archive: SQLite rolls a copy back. The next
                // writer may have done so meanwhile; then the catalog itself can be read again.
                let snapshot = try withRecoveredCopy(of: path) {
                    try read(file: $0, withFilters: withFilters, withAudit: withAudit)
                }
                if let snapshot { return snapshot }
                if attempt > 0, lstat(path + "-journal", &info) != 0 { throw error }
            } catch let error as SQLiteError where error.isDamage {
                throw ArchiveError(
                    .damaged, "the catalog is damaged (\(error.message))", path: path, remedy: CatalogLoss.remedy)
            }
        }
        // Not reached: the last attempt returns or throws.
        throw ArchiveError(.damaged, "the catalog cannot be read", path: path)
    }

    /// - Returns: nil if there is no journal, or a writer was at work while the files were copied.
    private static func withRecoveredCopy<R>(of path: String, _ body: (String) throws -> R) throws -> R? {
        let state = { [path, path + "-journal"].map(CatalogFiles.state) }
        let before = state()
        guard before.allSatisfy({ $0 != nil }) else { return nil }
        var template = Array((temporaryFolder() + "/coldtrail-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ArchiveError.system("the catalog needs recovery and no temporary folder can be made", path: path)
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let copy = folder + "/" + CatalogSchema.fileName
        defer {
            unlink(copy)
            unlink(copy + "-journal")
            rmdir(folder)
        }
        do {
            try Data(contentsOf: URL(filePath: path)).write(to: URL(filePath: copy))
            try Data(contentsOf: URL(filePath: path + "-journal")).write(to: URL(filePath: copy + "-journal"))
        } catch  where state() != before {
            return nil
        }
        guard state() == before else { return nil }
        do {
            let writable = try SQLiteConnection.openForRecovery(copy)
            _ = try writable.prepare("SELECT count(*) FROM sqlite_schema").step()
        }
        return try body(copy)
    }

    private static func temporaryFolder() -> String {
        getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    }

    /// Bytes of a catalog for which memory is taken at once.
    private static let largeCatalog = 4 << 20

    private static func read(
        file: String, withFilters: Bool, withAudit: Bool, waits: Bool = true
    ) throws -> CatalogSnapshot {
        let database = try SQLiteConnection.openShared(file, waits: waits)
        try database.execute("BEGIN")
        defer { try? database.execute("COMMIT") }
        try check(database)
        var snapshot = CatalogSnapshot()
        try readExports(database, &snapshot)
        try readPartitions(database, &snapshot)
        let aliases = try database.prepare("SELECT digest, export_id FROM alias")
        while try aliases.step() { snapshot.aliases.append((Array(try aliases.blob(0)), try aliases.int64(1))) }
        if withFilters {
            // Filters are most of a catalog of many partitions, and are kept.
            var info = stat()
            if stat(file, &info) == 0, info.st_size >= Self.largeCatalog { coldtrail_reserve_heap(Int(info.st_size)) }
            let filters = try database.prepare("SELECT partition_id, data FROM filter")
            while try filters.step() {
                snapshot.filters[try filters.int64(0)] = try TermFilter(stored: Array(try filters.blob(1)))
            }
        }
        if withAudit { try readAudit(database, &snapshot) }
        let labels = try database.prepare("SELECT label FROM label")
        while try labels.step() { snapshot.labels.insert(try labels.text(0)) }
        let meta = try database.prepare("SELECT key, value FROM meta")
        while try meta.step() { snapshot.meta[try meta.text(0)] = try meta.text(1) }
        return snapshot
    }

    private static func readAudit(_ database: SQLiteConnection, _ snapshot: inout CatalogSnapshot) throws {
        let audit = try database.prepare("SELECT record, number FROM audit ORDER BY number")
        while try audit.step() {
            snapshot.audit.append(try audit.text(0))
            guard try audit.int64(1) == Int64(snapshot.audit.count) else {
                throw ArchiveError(
                    .damaged, "the catalog's audit records are not numbered from 1", path: database.path)
            }
        }
    }

    private static func check(_ database: SQLiteConnection) throws {
        do {
            try SchemaGuard.check(database, equals: CatalogSchema.expected)
        } catch let mismatch as SchemaMismatch {
            // A newer catalog may have other tables: its version decides which error is told.
            if let version = try? version(of: database), let major = Int(version.prefix { $0 != "." }),
                major > CatalogSchema.major
            {
                throw newer(version, database.path)
            }
            throw ArchiveError(.hostile, mismatch.description)
        }
        let version = try version(of: database)
        guard let major = Int(version.prefix { $0 != "." }), major <= CatalogSchema.major else {
            throw newer(version, database.path)
        }
    }

    private static func newer(_ version: String, _ path: String) -> ArchiveError {
        ArchiveError(
            .newerFormat,
            "the archive has format \(version), newer than this coldtrail reads (\(CatalogSchema.major).x)",
            path: path, remedy: "use a newer coldtrail")
    }

    private static func version(of database: SQLiteConnection) throws -> String {
        let row = try database.prepare("SELECT value FROM meta WHERE key = 'version'")
        guard try row.step() else { throw ArchiveError(.damaged, "the catalog has no version", path: database.path) }
        return try row.text(0)
    }

    private static func readExports(_ database: SQLiteConnection, _ snapshot: inout CatalogSnapshot) throws {
        let rows = try database.prepare(
            """
            SELECT id, label, digest, source_digest, file_name, job_id, note, ingested_at, tool_version, fields, lines, \
            events, rejects, blanks, undated, content_bytes, source_bytes, min_time, max_time, ends_with_newline, \
            merkle_root, damage, prefix_digest, prefix_bytes FROM export ORDER BY id
            """)
        func optional(_ column: Int32) throws -> String? { rows.isNull(column) ? nil : try rows.text(column) }
        func count(_ column: Int32) throws -> UInt64 { try Self.count(rows, column, in: database) }
        while try rows.step() {
            let fields = try optional(9).map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) }
            let damage = try optional(21).map { try JSONDecoder().decode(DamageRecord.self, from: Data($0.utf8)) }
            var record = ExportRecord(
                label: try rows.text(1), digest: Array(try rows.blob(2)), sourceDigest: Array(try rows.blob(3)),
                fileName: try rows.text(4), jobID: try optional(5), note: try optional(6),
                ingestedAt: try rows.int64(7), toolVersion: try rows.text(8), fields: fields, lines: try count(10),
                events: try count(11), rejects: try count(12), blanks: try count(13), undated: try count(14),
                contentBytes: try count(15), sourceBytes: try count(16),
                minTime: rows.isNull(17) ? nil : try rows.int64(17),
                maxTime: rows.isNull(18) ? nil : try rows.int64(18), endsWithNewline: try rows.int64(19) != 0,
                merkleRoot: Array(try rows.blob(20)), damage: damage, prefixDigest: Array(try rows.blob(22)),
                prefixBytes: try count(23))
            record.id = try rows.int64(0)
            snapshot.exports.append(record)
        }
    }

    /// A count of things or bytes. No real one reaches the limit, and 32,000 of them can be added up.
    private static func count(_ rows: SQLiteStatement, _ column: Int32, in database: SQLiteConnection) throws -> UInt64
    {
        let value = try rows.int64(column)
        guard (0...1 << 48).contains(value) else {
            throw ArchiveError(.damaged, "the catalog holds an impossible number", path: database.path)
        }
        return UInt64(value)
    }

    private static func readPartitions(_ database: SQLiteConnection, _ snapshot: inout CatalogSnapshot) throws {
        let rows = try database.prepare(
            """
            SELECT id, export_id, number, file, digest, bytes, events, undated, raw_bytes, first_line, last_line, \
            min_time, max_time, blocks, terms, all_indexed, remainder FROM partition ORDER BY export_id, number
            """)
        func count(_ column: Int32) throws -> UInt64 { try Self.count(rows, column, in: database) }
        while try rows.step() {
            var record = PartitionRecord(
                exportID: try rows.int64(1), number: Int(try count(2)), file: try rows.text(3),
                digest: Array(try rows.blob(4)), bytes: try count(5), events: Int(try count(6)),
                undated: Int(try count(7)), rawBytes: try count(8), firstLine: try count(9), lastLine: try count(10),
                minTime: rows.isNull(11) ? nil : try rows.int64(11),
                maxTime: rows.isNull(12) ? nil : try rows.int64(12), blocks: Int(try count(13)),
                terms: Int(try count(14)), allIndexed: try rows.int64(15) != 0, holdsRemainder: try rows.int64(16) != 0)
            // Checked here and not only where it is opened: a writer also removes what the catalog names.
            guard FileCheck.isPartitionName(record.file) else {
                throw ArchiveError(.hostile, "the catalog names an impossible file", path: database.path)
            }
            record.id = try rows.int64(0)
            snapshot.partitions.append(record)
        }
    }
}
