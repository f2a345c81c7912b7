/// A failure reported by SQLite on one file.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// SQLite's extended result code (its low byte is the primary code, e.g. 11 for a damaged file).
    public var code: Int32
    /// SQLite's own words.
    public var message: String
    /// The statement that failed, if there was one.
    public var sql: String?
    /// The database file, as it was given when it was opened.
    public var path: String

    /// An error with its place.
    public init(code: Int32, message: String, sql: String? = nil, path: String) {
        self.code = code
        self.message = message
        self.sql = sql
        self.path = path
    }

    /// Whether the file is not what SQLite writes (SQLITE_CORRUPT, SQLITE_NOTADB).
    public var isDamage: Bool { primaryCode == 11 || primaryCode == 26 }

    /// SQLite's primary result code: `code` without its extension.
    public var primaryCode: Int32 { code & 0xFF }

    /// File, code, SQLite's words, statement.
    public var description: String {
        let statement = sql.map { " (while executing `\($0)`)" } ?? ""
        return "\(path): SQLite error \(code): \(message)\(statement)"
    }
}
