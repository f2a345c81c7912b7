import CSQLite
import CSQLiteShim

/// One connection to one partition file.
///
/// A thin layer over SQLite's C API: partitions hold large blobs that are written once and read in place, so rows are
/// handed out as raw buffers. Not `Sendable`: it is opened without a mutex and belongs to one task at a time.
public final class SQLiteConnection {
    /// The file, as it was given when the connection was opened.
    public let path: String

    /// SQLite's connection handle, closed in `deinit`. Statements and blob readers keep the connection alive.
    let handle: OpaquePointer

    /// Done once, before the first connection. If another user of the library was first, its choice stands.
    private static let isPrepared: Bool = coldtrail_sqlite_count_no_memory() == SQLITE_OK

    /// Opens `uri`; the `path` is for messages.
    init(uri: String, path: String, flags: Int32) throws {
        _ = Self.isPrepared
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(uri, &opened, flags, nil)
        guard let opened else {
            throw SQLiteError(code: code, message: "out of memory", path: path)
        }
        guard code == SQLITE_OK else {
            let error = SQLiteConnection.error(handle: opened, code: code, sql: nil, path: path)
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        self.path = path
        sqlite3_extended_result_codes(opened, 1)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Executes one or more statements and drops their rows.
    public func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        if code != SQLITE_OK { throw error(code, sql: sql) }
    }

    /// Compiles one statement.
    public func prepare(_ sql: String) throws -> SQLiteStatement {
        try SQLiteStatement(connection: self, sql: sql)
    }

    /// The rowid of the last row inserted over this connection.
    public var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Sets SQLite's limit on the length of any string, blob or row. Longer ones fail with `SQLITE_TOOBIG`.
    ///
    /// - Parameter bytes: 1 to 1,000,000,000; outside of it SQLite takes the nearest it allows.
    public func limitLength(to bytes: Int32) {
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, max(bytes, 1))
    }

    /// Maps up to this many bytes of the file into memory (0: none, the default).
    ///
    /// A mapped file that is truncated or whose medium fails ends the process with SIGBUS instead of an error, so
    /// map only files on a medium that can be relied on.
    public func setMemoryMapSize(_ bytes: Int64) throws {
        try execute("PRAGMA mmap_size=\(max(bytes, 0))")
    }

    /// Sets the size of the page cache, in KiB (at least 64).
    public func setCacheSize(kibibytes: Int) throws {
        try execute("PRAGMA cache_size=-\(max(kibibytes, 64))")
    }

    func error(_ code: Int32, sql: String?) -> SQLiteError {
        SQLiteConnection.error(handle: handle, code: code, sql: sql, path: path)
    }

    private static func error(handle: OpaquePointer, code: Int32, sql: String?, path: String) -> SQLiteError {
        let message = sqlite3_errmsg(handle).map { String(cString: $0) } ?? "unknown error"
        return SQLiteError(code: code, message: message, sql: sql, path: path)
    }
}
