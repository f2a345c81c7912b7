import CSQLiteShim
import CSQLite

extension SQLiteConnection {
    /// The longest string, blob or row a sealed partition may hold, in bytes: one event of 64 MiB and what surrounds
    /// it.
    public static let defaultLengthLimit: Int32 = 96 << 20

    /// Opens a sealed file for reading, as untrusted input.
    ///
    /// The file is taken to be immutable: SQLite neither locks it nor looks for a journal, and writes nothing beside
    /// it. Defensive mode is on; views, triggers, extensions and trust in the schema are off. Run `SchemaGuard`
    /// before any other statement.
    ///
    /// - Parameters:
    ///   - path: the file. No component of it may be a symbolic link: resolve the archive's own folder first.
    ///   - lengthLimit: the longest value or row that is read, in bytes.
    ///   - cacheKibibytes: size of the page cache in KiB.
    public static func openReadOnly(
        _ path: String, lengthLimit: Int32 = defaultLengthLimit, cacheKibibytes: Int = 2048
    ) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(
            uri: try fileURI(path, query: "immutable=1&mode=ro"), path: path,
            flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
        )
        let code = coldtrail_sqlite_harden(connection.handle)
        if code != SQLITE_OK { throw connection.error(code, sql: nil) }
        connection.limitLength(to: lengthLimit)
        sqlite3_limit(connection.handle, SQLITE_LIMIT_ATTACHED, 0)
        // None of these reads the file: a bad file fails at the first real statement.
        try connection.execute(
            """
            PRAGMA cell_size_check=ON; PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;
            PRAGMA cache_size=-\(max(cacheKibibytes, 64))
            """)
        return connection
    }

    /// Opens an empty file that the caller has just created exclusively, to build a partition in it.
    ///
    /// There is no journal and no syncing: after any error the file is worthless and must be removed; a good one must
    /// be synced by the caller before it is renamed.
    ///
    /// - Parameters:
    ///   - path: the file; no component of it may be a symbolic link.
    ///   - pageSize: SQLite's page size in bytes, a power of two from 512 to 65,536.
    ///   - cacheKibibytes: size of the page cache in KiB. Small, since the tables are filled in key order.
    public static func openForBuilding(
        _ path: String, pageSize: Int = 32768, cacheKibibytes: Int = 4096
    ) throws -> SQLiteConnection {
        let connection = try SQLiteConnection(
            uri: try fileURI(path, query: "mode=rw"), path: path,
            flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
        )
        try connection.execute(
            """
            PRAGMA page_size=\(pageSize); PRAGMA encoding='UTF-8'; PRAGMA auto_vacuum=NONE; PRAGMA journal_mode=OFF;
            PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY
            """
        )
        try connection.setMemoryMapSize(0)
        try connection.setCacheSize(kibibytes: cacheKibibytes)
        return connection
    }

    /// The path as a `file:` URI, in which `?`, `#`, `%` and all that is not plain ASCII are escaped.
    static func fileURI(_ path: String, query: String) throws -> String {
        // SQLite takes an escaped NUL for the end of the name and would open another file.
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw SQLiteError(code: SQLITE_CANTOPEN, message: "not a usable file name", path: path)
        }
        // With an empty authority ("file://") a path may begin with any number of slashes.
        var uri = path.utf8.first == UInt8(ascii: "/") ? "file://" : "file:./"
        let digits = Array("0123456789ABCDEF")
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                uri.append("%")
                uri.append(digits[Int(byte >> 4)])
                uri.append(digits[Int(byte & 0xF)])
            }
        }
        return uri + "?" + query
    }
}
