import CSQLite

/// A value for a parameter of a statement.
enum SQLiteValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    static func integer(_ value: Int64?) -> SQLiteValue { value.map { .integer($0) } ?? .null }
    static func text(_ value: String?) -> SQLiteValue { value.map { .text($0) } ?? .null }
}

extension SQLiteConnection {
    /// Opens or creates a database that is changed in transactions.
    ///
    /// - Parameter wait: how long a statement waits for the locks of others, in milliseconds.
    static func openForChanges(_ path: String, wait: Int32) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(
            uri: try fileURI(path, query: "mode=rwc"), path: path,
            flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI)
        sqlite3_busy_timeout(connection.handle, wait)
        return connection
    }

    /// Runs one statement to its end.
    ///
    /// - Parameter values: one for each parameter, in order.
    func run(_ sql: String, _ values: [SQLiteValue] = []) throws {
        let statement = try prepare(sql)
        for (place, value) in values.enumerated() {
            let index = Int32(place + 1)
            switch value {
            case .null: try statement.bindNull(at: index)
            case .integer(let value): try statement.bind(value, at: index)
            case .text(let value): try statement.bind(value, at: index)
            case .blob(let value): try value.withUnsafeBytes { try statement.bind($0, at: index) }
            }
        }
        try statement.execute()
    }

    /// Does all of `body`, or, if it or the commit throws, nothing.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try execute("BEGIN IMMEDIATE")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // SQLite may have rolled back by itself (a full disk): then there is nothing to undo.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }
}
