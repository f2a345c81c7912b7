import CSQLite

public enum SQLiteVersion {
    /// For example `3.40.1`.
    public static var text: String { String(cString: sqlite3_libversion()) }
}
