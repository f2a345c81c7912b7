/// The parts of FTS5's on-disk format that the term index uses.
///
/// FTS5 keeps an inverted index in shadow tables; their format is described at the head of SQLite's
/// `ext/fts5/fts5_index.c` and has been stable since 2015. With `detail=none` an entry is just a row id, here an
/// event number. The index is written in bulk (`TermIndexWriter`) and read directly (`TermIndexReader`); FTS5
/// itself is needed only to create the table and to let any sqlite3 shell query it.
public enum TermIndexFormat {
    /// The exact text of the table's CREATE statement.
    public static let createTable = """
        CREATE VIRTUAL TABLE terms USING fts5(x, content='', columnsize=0, detail=none, \
        tokenize='unicode61 remove_diacritics 0')
        """

    /// All that the CREATE statement enters in `sqlite_schema`.
    public static let schema: [SchemaEntry] = [
        .table("terms", sql: createTable),
        .table("terms_data", sql: "CREATE TABLE 'terms_data'(id INTEGER PRIMARY KEY, block BLOB)"),
        .table(
            "terms_idx",
            sql: "CREATE TABLE 'terms_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID"),
        .table("terms_config", sql: "CREATE TABLE 'terms_config'(k PRIMARY KEY, v) WITHOUT ROWID"),
    ]

    /// The longest term that is written or accepted, in bytes (the tokenizer cuts at 128).
    public static let maximumTermLength = 1024

    /// The sizes a leaf page may be written with, in bytes. A page's offsets are 16 bits wide.
    public static let pageSizes = 256...32768

    /// The most segments of an index that is read.
    static let maximumSegments = 64

    /// FTS5 puts this byte before each term of its main index.
    static let termPrefix = UInt8(ascii: "0")

    /// Bytes of a leaf page's header: offset of the first row id without its term, size without the footer.
    static let headerLength = 4

    static let averagesID: Int64 = 1
    static let structureID: Int64 = 10
    static let segmentIDs: ClosedRange<UInt64> = 1...0xFFFF
    static let pageNumbers: ClosedRange<UInt64> = 1...0x7FFF_FFFF

    /// The key of a leaf page in `terms_data`.
    static func leafID(segment: Int, page: Int) -> Int64 {
        Int64(segment) << 37 + Int64(page)
    }
}
