/// The catalog's tables, version 1.0 (docs/archive-format.md).
enum CatalogSchema {
    static let fileName = "catalog.sqlite"
    static let major = 1
    static let minor = 0
    static let format = "coldtrail-catalog"
    static var version: String { "\(major).\(minor)" }
    /// The rows of the table `meta`.
    static let meta = ["format": format, "version": version]

    static let statements: [(name: String, sql: String)] = [
        ("meta", "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"),
        (
            "export",
            """
            CREATE TABLE export(id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE, digest BLOB NOT NULL UNIQUE, \
            source_digest BLOB NOT NULL, file_name TEXT NOT NULL, job_id TEXT, note TEXT, ingested_at INTEGER NOT NULL, \
            tool_version TEXT NOT NULL, fields TEXT, lines INTEGER NOT NULL, events INTEGER NOT NULL, \
            rejects INTEGER NOT NULL, blanks INTEGER NOT NULL, undated INTEGER NOT NULL, content_bytes INTEGER NOT NULL, \
            source_bytes INTEGER NOT NULL, min_time INTEGER, max_time INTEGER, ends_with_newline INTEGER NOT NULL, \
            merkle_root BLOB NOT NULL, damage TEXT, prefix_digest BLOB NOT NULL, prefix_bytes INTEGER NOT NULL)
            """
        ),
        (
            "partition",
            """
            CREATE TABLE partition(id INTEGER PRIMARY KEY, export_id INTEGER NOT NULL, number INTEGER NOT NULL, \
            file TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, bytes INTEGER NOT NULL, events INTEGER NOT NULL, \
            undated INTEGER NOT NULL, raw_bytes INTEGER NOT NULL, first_line INTEGER NOT NULL, \
            last_line INTEGER NOT NULL, min_time INTEGER, max_time INTEGER, blocks INTEGER NOT NULL, \
            terms INTEGER NOT NULL, all_indexed INTEGER NOT NULL, remainder INTEGER NOT NULL)
            """
        ),
        ("filter", "CREATE TABLE filter(partition_id INTEGER PRIMARY KEY, data BLOB NOT NULL)"),
        ("alias", "CREATE TABLE alias(digest BLOB PRIMARY KEY, export_id INTEGER NOT NULL) WITHOUT ROWID"),
        ("label", "CREATE TABLE label(label TEXT PRIMARY KEY) WITHOUT ROWID"),
        (
            "audit", "CREATE TABLE audit(number INTEGER PRIMARY KEY, record TEXT NOT NULL)"
        ),
    ]

    static let expected: [SchemaEntry] = {
        var entries = statements.map { SchemaEntry.table($0.name, sql: $0.sql) }
        for (index, table) in [
            ("sqlite_autoindex_export_1", "export"), ("sqlite_autoindex_export_2", "export"),
            ("sqlite_autoindex_partition_1", "partition"),
        ] {
            entries.append(SchemaEntry(type: "index", name: index, table: table, sql: nil))
        }
        return entries
    }()
}
