/// The partition file's format, version 4.1 (docs/archive-format.md).
public enum PartitionFormat {
    public static let major = 4
    public static let minor = 1
    public static let fingerprintVersion = 1
    /// SQLite application id of a partition: "ctp1".
    public static let applicationID: Int32 = 0x6374_7031

    /// Events of one chunk of a series or column.
    public static let seriesChunk = 65_536
    /// Bytes of the longest entry that every dictionary has. Longer values are only in the lines, unless few of them repeat.
    public static let longestEntry = 192
    /// Bytes of the longest entry of a dictionary.
    public static let longestRepeated = 1_024
    /// Once a field has so many entries longer than `longestEntry` in a chunk, it takes no such values there any more.
    public static let longEntries = 64
    /// Values that an entry longer than `longestEntry` has at least, on average.
    static let longRepeats = 4
    /// Raw bytes of one dictionary part.
    static let dictionaryPart = 128 << 10
    /// Bytes of compressed blocks stored in one row.
    static let extentBytes = 512 << 10
    /// Fields that may have a column in one partition; the most frequent ones get one.
    static let columnLimit = 2_048
    /// A field whose chunk dictionaries are larger than this in sum is read from the lines instead.
    static let dictionaryLimit: UInt64 = 64 << 20
    /// Raw bytes from which a partition uses large pages.
    static let largeFrom: UInt64 = 8 << 20

    static func isNewer(_ version: String) -> Bool { Int(version.prefix { $0 != "." }).map { $0 > major } ?? false }

    static func newer(_ version: String, _ path: String) -> ArchiveError {
        ArchiveError(
            .newerFormat, "format \(version) is newer than this coldtrail reads (\(major).x)", path: path,
            remedy: "use a newer coldtrail")
    }

    /// The bits of a row id of `cells` that tell rows of one field apart.
    static let cellsOfField: Int64 = (1 << 24) - 1

    /// The row of `cells` with the codes of a chunk; since 3.0 the next row is for the set of events that have one.
    static func cellsRow(field: Int64, chunk: Int, major: Int = PartitionFormat.major) -> Int64 {
        field << 24 | Int64(major < 3 ? chunk : 2 * chunk)
    }

    /// SQLite page size and FTS5 leaf size by raw size: a leaf fills a page.
    static func pageSizes(rawBytes: UInt64) -> (page: Int, leaf: Int) {
        rawBytes < largeFrom ? (4_096, 4_000) : (8_192, 8_100)
    }

    static let dictionaryTable = """
        CREATE TABLE dictionary(id INTEGER PRIMARY KEY, first_code INTEGER NOT NULL, entries INTEGER NOT NULL, \
        raw_bytes INTEGER NOT NULL, low BLOB, high BLOB, data BLOB NOT NULL)
        """
    static let dictionaryTableBefore3 = """
        CREATE TABLE dictionary(id INTEGER PRIMARY KEY, first_code INTEGER NOT NULL, entries INTEGER NOT NULL, \
        raw_bytes INTEGER NOT NULL, data BLOB NOT NULL)
        """
    static let cellsTable = """
        CREATE TABLE cells(id INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL, \
        width INTEGER NOT NULL, presence INTEGER NOT NULL, raw_bytes INTEGER NOT NULL, data BLOB NOT NULL)
        """
    static let cellsTableBefore3 = """
        CREATE TABLE cells(id INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL, \
        width INTEGER NOT NULL, raw_bytes INTEGER NOT NULL, data BLOB NOT NULL)
        """

    static let tables = [
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
        "CREATE TABLE extent(id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
        """
        CREATE TABLE block(id INTEGER PRIMARY KEY, first_event INTEGER NOT NULL, events INTEGER NOT NULL, \
        raw_bytes INTEGER NOT NULL, extent INTEGER NOT NULL, start INTEGER NOT NULL, bytes INTEGER NOT NULL)
        """,
        """
        CREATE TABLE series(id INTEGER PRIMARY KEY, events INTEGER NOT NULL, low INTEGER NOT NULL, \
        high INTEGER NOT NULL, raw_bytes INTEGER NOT NULL, data BLOB NOT NULL)
        """,
        """
        CREATE TABLE field(id INTEGER PRIMARY KEY, name BLOB NOT NULL, selected INTEGER NOT NULL, \
        objects INTEGER NOT NULL, storage INTEGER NOT NULL, events INTEGER NOT NULL, entries INTEGER NOT NULL, \
        value_bytes INTEGER NOT NULL)
        """,
        dictionaryTable,
        cellsTable,
        """
        CREATE TABLE other(id INTEGER PRIMARY KEY, first_line INTEGER NOT NULL, records INTEGER NOT NULL, \
        raw_bytes INTEGER NOT NULL, data BLOB NOT NULL)
        """,
        "CREATE TABLE merkle(id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
        TermIndexFormat.createTable,
    ]
}

/// The kinds of series a partition keeps, one number an event.
public enum SeriesKind: Int64, Sendable {
    case line = 1
    case time = 2
    case nanoseconds = 3
    /// 16 bytes an event, not a number.
    case fingerprint = 4
    /// One byte an event: its block's number among those that share a span of events.
    case place = 5

    func row(_ chunk: Int) -> Int64 { rawValue << 32 | Int64(chunk) }
}

/// Where a field's values are.
public enum ColumnStorage: Int64, Sendable {
    /// No column: read from the lines.
    case lines = 0
    /// Dictionary and cells.
    case dictionary = 1
    /// Cells say only which events have a value; the values are in the lines.
    case presence = 2
}

/// Identifies a partition inside its export.
public struct PartitionIdentity: Sendable {
    /// SHA-256 of the export's content, filled in when the whole export has been read.
    public var exportDigest: [UInt8]
    /// Position among the export's partitions, from 0.
    public var number: Int

    public init(exportDigest: [UInt8], number: Int) {
        self.exportDigest = exportDigest
        self.number = number
    }
}

/// The time of an undated event in the time series.
public let undatedTime = Int64.min
