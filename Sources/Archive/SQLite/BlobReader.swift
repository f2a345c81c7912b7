import CSQLite

/// Reads parts of a blob without loading the whole of it.
public final class BlobReader {
    /// The blob's size in bytes.
    public private(set) var count: Int

    private let connection: SQLiteConnection
    private let handle: OpaquePointer

    /// Opens the blob in one column of one row. Throws if there is no such row or its value is not a blob or text.
    public init(connection: SQLiteConnection, table: String, column: String, row: Int64) throws {
        var opened: OpaquePointer?
        let code = sqlite3_blob_open(connection.handle, "main", table, column, row, 0, &opened)
        guard code == SQLITE_OK, let opened else { throw connection.error(code, sql: nil) }
        handle = opened
        self.connection = connection
        count = Int(sqlite3_blob_bytes(opened))
    }

    deinit {
        sqlite3_blob_close(handle)
    }

    /// Moves to the same column of another row: cheaper than a new reader. After a failure only `move` may be tried
    /// again.
    public func move(to row: Int64) throws {
        count = 0
        let code = sqlite3_blob_reopen(handle, row)
        guard code == SQLITE_OK else { throw connection.error(code, sql: nil) }
        count = Int(sqlite3_blob_bytes(handle))
    }

    /// Fills `buffer` with the bytes that begin at `offset`. Throws if they are not all inside the blob.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        guard offset >= 0, offset <= count, buffer.count <= count - offset else {
            throw SQLiteError(
                code: SQLITE_RANGE, message: "read of \(buffer.count) bytes at \(offset) in a blob of \(count)",
                path: connection.path)
        }
        guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
        // A blob's size is at most 2^31 - 1, and so are both of these.
        let code = sqlite3_blob_read(handle, base, Int32(buffer.count), Int32(offset))
        guard code == SQLITE_OK else { throw connection.error(code, sql: nil) }
    }

    /// The `length` bytes that begin at `offset`. Throws, before allocating, if they are not all inside the blob.
    public func read(at offset: Int, length: Int) throws -> [UInt8] {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
            throw SQLiteError(
                code: SQLITE_RANGE, message: "read of \(length) bytes at \(offset) in a blob of \(count)",
                path: connection.path)
        }
        return try [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
            try read(
                at: offset,
                into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<length]))
            initialized = length
        }
    }
}
