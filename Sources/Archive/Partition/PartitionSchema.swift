/// The exact schema that a partition must have, nothing more: no views, triggers or foreign tables.
enum PartitionSchema {
    static func check(_ database: SQLiteConnection) throws {
        do {
            try SchemaGuard.check(database, equals: expected)
        } catch let mismatch as SchemaMismatch {
            throw ArchiveError(
                .hostile, mismatch.description,
                remedy: "the file was not written by coldtrail or was altered; it is not used")
        }
    }

    private static let expected: [SchemaEntry] = {
        var entries = PartitionFormat.tables.map { sql in
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
    }()
}
