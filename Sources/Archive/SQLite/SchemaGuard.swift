/// One row of `sqlite_schema`.
public struct SchemaEntry: Hashable, Sendable {
    /// `table`, `index`, `view` or `trigger`.
    public var type: String
    /// The entry's own name.
    public var name: String
    /// The table the entry belongs to (`tbl_name`).
    public var table: String
    /// The exact text of its CREATE statement; nil for automatic indexes.
    public var sql: String?

    /// An entry as `sqlite_schema` has it.
    public init(type: String, name: String, table: String, sql: String?) {
        self.type = type
        self.name = name
        self.table = table
        self.sql = sql
    }

    /// A table's entry.
    public static func table(_ name: String, sql: String) -> SchemaEntry {
        SchemaEntry(type: "table", name: name, table: name, sql: sql)
    }
}

/// The schema of a file is not the one its format has.
public struct SchemaMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// Names of entries that are not expected, or whose text differs.
    public var unexpected: [String]
    /// Names of entries that are missing, or whose text differs.
    public var missing: [String]

    /// File and names.
    public var description: String {
        let parts = [
            unexpected.isEmpty ? nil : "unexpected \(unexpected.joined(separator: ", "))",
            missing.isEmpty ? nil : "missing \(missing.joined(separator: ", "))",
        ]
        let details = parts.compactMap { $0 }.joined(separator: "; ")
        return "\(path): not the schema of a coldtrail file (\(details))"
    }
}

/// Compares a file's whole schema with the expected one.
///
/// A schema is program text: views, triggers, generated columns, expression indexes and virtual tables of a foreign
/// file would run inside our statements. So its text must be ours, to the byte, before any other statement is run.
public enum SchemaGuard {
    /// Throws `SchemaMismatch` unless `sqlite_schema` holds exactly the expected entries, in any order, each once.
    public static func check(_ connection: SQLiteConnection, equals expected: [SchemaEntry]) throws {
        // One more than expected is enough to refuse: a hostile schema may have millions of rows.
        let found = try entries(of: connection, atMost: expected.count + 1)
        var missing = expected
        var unexpected: [SchemaEntry] = []
        for entry in found {
            if let index = missing.firstIndex(of: entry) {
                missing.remove(at: index)
            } else {
                unexpected.append(entry)
            }
        }
        guard missing.isEmpty, unexpected.isEmpty else {
            throw SchemaMismatch(
                path: connection.path, unexpected: unexpected.map(\.name), missing: missing.map(\.name))
        }
    }

    /// The entries of `sqlite_schema`, in the order in which they are stored.
    public static func entries(of connection: SQLiteConnection, atMost limit: Int) throws -> [SchemaEntry] {
        let statement = try connection.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema")
        var entries: [SchemaEntry] = []
        while entries.count < limit, try statement.step() {
            entries.append(
                SchemaEntry(
                    type: try statement.text(0), name: try statement.text(1), table: try statement.text(2),
                    sql: statement.isNull(3) ? nil : try statement.text(3)))
        }
        return entries
    }
}
