/// The exact schema that a partition must have, nothing more: no views, triggers or foreign tables.
enum PartitionSchema {
    /// The major versions of the format that have the schema of the file.
    ///
    /// - Throws: `ArchiveError.hostile` if none has it; `.newerFormat`.
    static func check(_ database: SQLiteConnection) throws -> ClosedRange<Int> {
        do {
            try SchemaGuard.check(database, equals: expected)
            return 3...PartitionFormat.major
        } catch let mismatch as SchemaMismatch {
            if (try? SchemaGuard.check(database, equals: expectedBefore3)) != nil { return 1...2 }
            // A newer partition may have other tables: its version decides which error is told.
            if let version = try? version(of: database), PartitionFormat.isNewer(version) {
                throw PartitionFormat.newer(version, database.path)
            }
            throw ArchiveError(
                .hostile, mismatch.description,
                remedy: "the file was not written by coldtrail or was altered; it is not used")
        }
    }

    /// Nil: nothing of a foreign schema but a table `meta` that is ours is read.
    private static func version(of database: SQLiteConnection) throws -> String? {
        let entries = try SchemaGuard.entries(of: database, atMost: 2 * expected.count)
        guard entries.contains(where: { $0.name == "meta" && expected.contains($0) }) else { return nil }
        let row = try database.prepare("SELECT value FROM meta WHERE key = 'version'")
        return try row.step() ? String(decoding: try row.blob(0), as: UTF8.self) : nil
    }

    private static let expected = entries(PartitionFormat.tables)
    private static let expectedBefore3 = entries(
        PartitionFormat.tables.map { table in
            switch table {
            case PartitionFormat.dictionaryTable: PartitionFormat.dictionaryTableBefore3
            case PartitionFormat.cellsTable: PartitionFormat.cellsTableBefore3
            default: table
            }
        })

    private static func entries(_ tables: [String]) -> [SchemaEntry] {
        var entries = tables.map { sql in
            let name = sql.split(separator: " ")[sql.hasPrefix("CREATE VIRTUAL") ? 3 : 2]
            return SchemaEntry.table(String(name.prefix { $0 != "(" }), sql: sql)
        }
        entries += [
            .table("terms_data", sql: "CREATE TABLE 'terms_data'(id INTEGER PRIMARY KEY, block BLOB)"),
            .table(
                "terms_idx",
                sql: "CREATE TABLE 'terms_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID"),
            .table("terms_config", sql: "CREATE TABLE 'terms_config'(k PRIMARY KEY, v) WITHOUT ROWID"),
        ]
        return entries
    }
}
