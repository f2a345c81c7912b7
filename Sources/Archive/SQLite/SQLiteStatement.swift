import CSQLite

/// A compiled statement: bind, step, read columns, reset.
///
/// Parameters count from 1 and columns from 0, as in SQLite. Not `Sendable`, like its connection.
public final class SQLiteStatement {
    /// The statement's text.
    public let sql: String

    private let connection: SQLiteConnection
    private let handle: OpaquePointer
    /// A buffer of the caller's is bound and may die after the statement was executed.
    private var hasBorrowedBlob = false

    init(connection: SQLiteConnection, sql: String) throws {
        var compiled: OpaquePointer?
        let code = sqlite3_prepare_v3(
            connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        guard code == SQLITE_OK else { throw connection.error(code, sql: sql) }
        guard let compiled else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "empty statement", sql: sql, path: connection.path)
        }
        handle = compiled
        self.sql = sql
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    // MARK: Parameters

    /// Binds an integer.
    public func bind(_ value: Int64, at index: Int32) throws {
        try check(sqlite3_bind_int64(handle, index, value))
    }

    /// Binds a text.
    public func bind(_ text: String, at index: Int32) throws {
        var text = text
        let code = text.withUTF8 { utf8 in
            // A nil address would bind NULL.
            guard let base = utf8.baseAddress else {
                return sqlite3_bind_text(handle, index, "", 0, Self.copyingDestructor)
            }
            return base.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                sqlite3_bind_text64(
                    handle, index, $0, UInt64(utf8.count), Self.copyingDestructor, UInt8(SQLITE_UTF8))
            }
        }
        try check(code)
    }

    /// Binds a copy of a blob; an empty buffer binds an empty blob, not NULL.
    public func bind(_ blob: UnsafeRawBufferPointer, at index: Int32) throws {
        try bind(blob, at: index, destructor: Self.copyingDestructor)
    }

    /// Binds a blob without copying it. The buffer must stay as it is until `execute()` or `reset()` has returned.
    public func bind(borrowing blob: UnsafeRawBufferPointer, at index: Int32) throws {
        hasBorrowedBlob = true
        try bind(blob, at: index, destructor: nil)
    }

    /// Binds NULL.
    public func bindNull(at index: Int32) throws {
        try check(sqlite3_bind_null(handle, index))
    }

    private func bind(
        _ blob: UnsafeRawBufferPointer, at index: Int32, destructor: sqlite3_destructor_type?
    ) throws {
        guard let base = blob.baseAddress, !blob.isEmpty else {
            return try check(sqlite3_bind_zeroblob(handle, index, 0))
        }
        try check(sqlite3_bind_blob64(handle, index, base, UInt64(blob.count), destructor))
    }

    /// SQLITE_TRANSIENT, a cast in C's header that Swift does not import.
    private static var copyingDestructor: sqlite3_destructor_type? {
        unsafeBitCast(-1, to: sqlite3_destructor_type?.self)
    }

    // MARK: Running

    /// Goes to the next row; false when there is none. Column buffers of the row before become invalid.
    public func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let error = connection.error(code, sql: sql)
            reset()
            throw error
        }
    }

    /// Runs the statement to its end and resets it, for statements whose rows do not matter.
    public func execute() throws {
        while try step() {}
        reset()
    }

    /// Makes the statement ready to run again. Bindings stay, except that borrowed blobs are let go.
    public func reset() {
        // Reset repeats the code of a failed step, which has been thrown already.
        sqlite3_reset(handle)
        if hasBorrowedBlob {
            sqlite3_clear_bindings(handle)
            hasBorrowedBlob = false
        }
    }

    // MARK: Columns

    /// The integer in a column; throws if the value is of another type.
    public func int64(_ column: Int32) throws -> Int64 {
        try require(SQLITE_INTEGER, in: column)
        return sqlite3_column_int64(handle, column)
    }

    /// The blob in a column, in place: valid until the next `step` or `reset`. Throws if the value is of another
    /// type.
    public func blob(_ column: Int32) throws -> UnsafeRawBufferPointer {
        try require(SQLITE_BLOB, in: column)
        let base = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        if base == nil && count > 0 { throw connection.error(SQLITE_NOMEM, sql: sql) }
        return UnsafeRawBufferPointer(start: base, count: count)
    }

    /// The text in a column (bad UTF-8 becomes U+FFFD); throws if the value is of another type.
    public func text(_ column: Int32) throws -> String {
        try require(SQLITE_TEXT, in: column)
        guard let base = sqlite3_column_text(handle, column) else {
            throw connection.error(SQLITE_NOMEM, sql: sql)
        }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }

    /// Whether a column is NULL.
    public func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    private func require(_ type: Int32, in column: Int32) throws {
        guard sqlite3_column_type(handle, column) == type else {
            throw SQLiteError(
                code: SQLITE_MISMATCH, message: "unexpected type of value in column \(column)", sql: sql,
                path: connection.path)
        }
    }

    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { throw connection.error(code, sql: sql) }
    }
}
