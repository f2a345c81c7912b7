import CSQLiteShim
import CSQLite

extension SQLiteConnection {
    /// Opens the catalog read-only beside a possible writer: SQLite's locks give a consistent snapshot.
    ///
    /// - Parameter waits: for the locks of others, up to 10 seconds.
    static func openShared(_ path: String, waits: Bool = true) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(
            uri: try fileURI(path, query: "mode=ro"), path: path,
            flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI)
        let code = coldtrail_sqlite_harden(connection.handle)
        if code != SQLITE_OK { throw connection.error(code, sql: nil) }
        connection.limitLength(to: defaultLengthLimit)
        sqlite3_busy_timeout(connection.handle, waits ? 10_000 : 0)
        try connection.execute("PRAGMA cell_size_check=ON; PRAGMA query_only=ON; PRAGMA temp_store=MEMORY")
        return connection
    }

    /// Opens a private copy of a catalog for writing, which makes SQLite roll its journal back.
    static func openForRecovery(_ path: String) throws -> SQLiteConnection {
        try SQLiteConnection(
            uri: try fileURI(path, query: "mode=rw"), path: path,
            flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI)
    }
}

extension SQLiteError {
    /// A journal must be rolled back, which a read-only connection cannot do.
    var isHotJournal: Bool {
        // SQLITE_READONLY and its extended codes (rollback, recovery, cannot lock), or no right to open the journal.
        primaryCode == SQLITE_READONLY || primaryCode == SQLITE_CANTOPEN
    }
}
