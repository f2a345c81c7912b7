import Events
import Zstd

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A field of a partition.
public struct PartitionField: Sendable {
    public var id: Int64
    public var name: String
    public var selected: Bool
    /// Objects stand at this path in some event.
    public var objects: Bool
    public var storage: ColumnStorage
    /// Events in which it has a value.
    public var events: Int
    public var entries: Int
    public var valueBytes: Int
}

/// An open partition. Everything read is checked against limits; nothing is trusted. One thread at a time.
public final class PartitionReader {
    public let path: String
    public let events: Int
    public let minTime: Int64
    public let maxTime: Int64
    /// False: some fields' text is only in the lines.
    public let allIndexed: Bool
    public let firstLine: UInt64
    public let lastLine: UInt64
    public let exportDigest: [UInt8]
    public let number: Int
    /// Blocks decompressed by this reader so far.
    public internal(set) var blocksRead = 0

    let database: SQLiteConnection
    let statements: ColumnStatements
    /// Of the partition's format.
    let major: Int
    private var termsCache: TermIndexReader?
    private var cutWordsCache: CutWords?
    private var pairsCache: PagePairs?
    private var fieldsCache: [PartitionField]?
    private var fieldsByName: [[UInt8]: Int] = [:]
    var blocksCache: [BlockInfo]?
    var dictionaryCache: ZstdDictionary?
    var hasDictionary: Bool?
    let dictionaryBytes: Int
    let decompressor: ZstdDecompressor
    /// Bytes of the model by which blocks are written; 0: by none.
    let modelBytes: Int
    var modelCache: LineModel?
    var rebuilder = LineRebuilder()
    /// The lines of the last block that was rebuilt.
    var rebuiltMemory: BlockMemory?
    /// The room behind the dictionary, used for one block after the other.
    var blockMemory: BlockMemory?
    /// Bytes behind the dictionary: blocks are cut at the first line's end beyond 256 KiB.
    static let blockRoom = 384 << 10
    var blobReader: BlobReader?
    var placesCache: (row: Int, places: [UInt8])?
    var spanCache: SpanIndex?
    private var seriesCache: [Int64: [Int64]] = [:]
    /// Chunks of series kept, half a megabyte each.
    private static let seriesKept = 16

    /// Opens and checks a partition file.
    ///
    /// - Throws: `ArchiveError`: `.hostile` if the schema is not exactly ours, `.newerFormat`, `.damaged`.
    public init(path: String) throws {
        self.path = path
        try FileCheck.regularFile(path)
        database = try SQLiteConnection.openReadOnly(path)
        decompressor = try ZstdDecompressor()
        let schema = try PartitionSchema.check(database)
        var meta: [String: [UInt8]] = [:]
        let rows = try database.prepare(
            "SELECT key, value FROM meta WHERE key NOT IN ('dictionary', 'cut_words', 'line_model', 'term_pairs', 'joints')"
        )
        while try rows.step() { meta[try rows.text(0)] = Array(try rows.blob(1)) }
        func text(_ key: String) throws -> String {
            guard let value = meta[key] else { throw ArchiveError(.damaged, "meta lacks \(key)", path: path) }
            return String(decoding: value, as: UTF8.self)
        }
        func number(_ key: String) throws -> Int64 {
            guard let value = Int64(try text(key)) else {
                throw ArchiveError(.damaged, "meta \(key) is not a number", path: path)
            }
            return value
        }
        guard try text("format") == "coldtrail-partition" else {
            throw ArchiveError(.hostile, "not a coldtrail partition", path: path)
        }
        let version = try text("version")
        if PartitionFormat.isNewer(version) { throw PartitionFormat.newer(version, path) }
        guard let major = Int(version.prefix { $0 != "." }), schema.contains(major) else {
            throw ArchiveError(.hostile, "format \(version) has another schema than this", path: path)
        }
        self.major = major
        statements = ColumnStatements(major: major)
        events = Int(try number("events"))
        guard events >= 0, events <= 1 << 32 else { throw ArchiveError(.damaged, "impossible count", path: path) }
        minTime = try number("min_time")
        maxTime = try number("max_time")
        allIndexed = try text("all_indexed") == "1"
        firstLine = UInt64(bitPattern: try number("first_line"))
        lastLine = UInt64(bitPattern: try number("last_line"))
        exportDigest = meta["export"] ?? []
        self.number = Int(try number("number"))
        dictionaryBytes = Int(try number("dictionary_bytes"))
        modelBytes = meta["line_model_bytes"] == nil ? 0 : Int(try number("line_model_bytes"))
        guard exportDigest.count == 32 else { throw ArchiveError(.damaged, "no export digest", path: path) }
    }

    /// The term index (row = event number).
    public func terms() throws -> TermIndexReader {
        if let termsCache { return termsCache }
        let reader = try TermIndexReader(connection: database, eventCount: UInt64(events))
        termsCache = reader
        return reader
    }

    /// The words that the term index holds cut; nil: not known here.
    ///
    /// - Throws: `ArchiveError.damaged`.
    public func cutWords() throws -> CutWords? {
        if let cutWordsCache { return cutWordsCache }
        guard let list = try metaContent("cut_words", limit: CutWords.limit) else { return nil }
        let words = try list.withUnsafeBytes { try CutWords($0) }
        cutWordsCache = words
        return words
    }

    /// The pairs of letters of the terms, by page of the term index; nil: not known here.
    ///
    /// - Throws: `ArchiveError.damaged`, `TermIndexError`.
    public func termPairs() throws -> PagePairs? {
        if let pairsCache { return pairsCache }
        let pages = try terms().pageCount
        guard let stored = try metaContent("term_pairs", limit: PagePairs.mostBytes, size: 32 * pages) else {
            return nil
        }
        let pairs = try stored.withUnsafeBytes { try PagePairs(stored: $0) }
        pairsCache = pairs
        return pairs
    }

    /// Which joints of words stand in which blocks; nil: not known here. Not kept: 1 KiB a block.
    ///
    /// - Throws: `ArchiveError.damaged`.
    public func joints() throws -> JointTable? {
        let count = try blocks().count
        guard let bits = try metaContent("joints", limit: JointTable.mostBytes, size: JointTable.size(count)) else {
            return nil
        }
        return JointTable(bits, blocks: count)
    }

    /// The content of a frame among the meta keys; nil: there is none.
    ///
    /// - Parameter expected: bytes that it must have; nil: up to `limit`.
    private func metaContent(_ key: String, limit: Int, size expected: Int? = nil) throws -> [UInt8]? {
        let rows = try database.prepare("SELECT f.value, b.value FROM meta f, meta b WHERE f.key = ? AND b.key = ?")
        try rows.bind(key, at: 1)
        try rows.bind(key + "_bytes", at: 2)
        guard try rows.step() else { return nil }
        guard let size = Int(String(decoding: try rows.blob(1), as: UTF8.self)) else {
            throw ArchiveError(.damaged, "meta \(key)_bytes is not a number", path: path)
        }
        if let expected, size != expected {
            throw ArchiveError(.damaged, "meta \(key) has \(size) bytes, not \(expected)", path: path)
        }
        return size == 0 ? [] : try inflate(try rows.blob(0), size: size, limit: limit)
    }

    // MARK: fields

    public func fields() throws -> [PartitionField] {
        if let fieldsCache { return fieldsCache }
        let rows = try database.prepare(
            "SELECT id, name, selected, objects, storage, events, entries, value_bytes FROM field ORDER BY id")
        var fields: [PartitionField] = []
        while try rows.step() {
            let name = Array(try rows.blob(1))
            guard let storage = ColumnStorage(rawValue: try rows.int64(4)) else {
                throw ArchiveError(.damaged, "unknown column storage", path: path)
            }
            // Rows of dictionaries and cells are numbered by the field's id times 2^24.
            guard (1...Int64(UInt32.max)).contains(try rows.int64(0)) else {
                throw ArchiveError(.damaged, "an impossible number of a field", path: path)
            }
            guard (0...Int64(UInt32.max)).contains(try rows.int64(6)), (0...Int64(events)).contains(try rows.int64(5)),
                try rows.int64(7) >= 0
            else { throw ArchiveError(.damaged, "impossible counts of a field", path: path) }
            fieldsByName[name] = fields.count
            fields.append(
                PartitionField(
                    id: try rows.int64(0), name: String(decoding: name, as: UTF8.self),
                    selected: try rows.int64(2) != 0, objects: try rows.int64(3) != 0, storage: storage,
                    events: Int(try rows.int64(5)), entries: Int(try rows.int64(6)),
                    valueBytes: Int(try rows.int64(7))))
        }
        fieldsCache = fields
        return fields
    }

    /// The field of exactly this name; nil: no event here has it.
    public func field(named name: String) throws -> PartitionField? {
        let fields = try fields()
        return fieldsByName[Array(name.utf8)].map { fields[$0] }
    }

    // MARK: series

    /// Line numbers, times (microseconds, `undatedTime` = none) or nanoseconds of one chunk of 65,536 events;
    /// empty if the series was not stored (all zero).
    public func series(_ kind: SeriesKind, chunk: Int) throws -> [Int64] {
        let id = kind.row(chunk)
        if let known = seriesCache[id] { return known }
        let rows = try database.prepare("SELECT events, raw_bytes, data FROM series WHERE id = ?")
        try rows.bind(id, at: 1)
        guard try rows.step() else { return [] }
        let count = Int(try rows.int64(0))
        guard count >= 0, count <= PartitionFormat.seriesChunk else {
            throw ArchiveError(.damaged, "impossible series", path: path)
        }
        let raw = try inflate(try rows.blob(2), size: Int(try rows.int64(1)), limit: count * 16)
        let values = try raw.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            return try reader.differences(count)
        }
        if seriesCache.count >= Self.seriesKept { seriesCache = [:] }
        seriesCache[id] = values
        return values
    }

    /// The least and the greatest number of one chunk of a series, without undated events; nil: there is none.
    public func range(of kind: SeriesKind, chunk: Int) throws -> ClosedRange<Int64>? {
        let rows = try database.prepare("SELECT low, high FROM series WHERE id = ?")
        try rows.bind(kind.row(chunk), at: 1)
        guard try rows.step() else { return nil }
        let (low, high) = (try rows.int64(0), try rows.int64(1))
        if low == undatedTime, high == undatedTime { return nil }
        guard low <= high else { throw ArchiveError(.damaged, "an impossible range of a series", path: path) }
        return low...high
    }

    /// One number of a series; `event` from 1.
    public func value(_ kind: SeriesKind, event: Int) throws -> Int64 {
        let values = try series(kind, chunk: (event - 1) / PartitionFormat.seriesChunk)
        let at = (event - 1) % PartitionFormat.seriesChunk
        if values.isEmpty, kind == .nanoseconds { return 0 }
        guard at < values.count else { throw ArchiveError(.damaged, "event \(event) has no \(kind)", path: path) }
        return values[at]
    }

    public func line(of event: Int) throws -> UInt64 { UInt64(bitPattern: try value(.line, event: event)) }

    /// The event's time; nil if undated.
    public func time(of event: Int) throws -> Instant? {
        let micros = try value(.time, event: event)
        if micros == undatedTime { return nil }
        return Instant(microseconds: micros, nanoseconds: Int16(clamping: try value(.nanoseconds, event: event)))
    }

    /// The event of a line, by binary search; nil if the line is not here.
    public func event(line: UInt64) throws -> Int? {
        var low = 1
        var high = events
        while low <= high {
            let middle = (low + high) / 2
            let found = try self.line(of: middle)
            if found == line { return middle }
            if found < line { low = middle + 1 } else { high = middle - 1 }
        }
        return nil
    }

    /// 16 bytes an event.
    public func fingerprints(chunk: Int) throws -> [UInt8] {
        let rows = try database.prepare("SELECT events, raw_bytes, data FROM series WHERE id = ?")
        try rows.bind(SeriesKind.fingerprint.row(chunk), at: 1)
        guard try rows.step() else { return [] }
        return try inflate(
            try rows.blob(2), size: Int(try rows.int64(1)), limit: PartitionFormat.seriesChunk * 16)
    }

    public var seriesChunks: Int { (events + PartitionFormat.seriesChunk - 1) / PartitionFormat.seriesChunk }

    // MARK: frames

    func inflate(
        _ frame: UnsafeRawBufferPointer, size: Int, limit: Int, dictionary: ZstdDictionary? = nil
    ) throws -> [UInt8] {
        guard size >= 0, size <= limit else { throw ArchiveError(.damaged, "impossible size", path: path) }
        return try [UInt8](unsafeUninitializedCapacity: size) { out, initialized in
            let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(out)[..<size])
            try inflate(frame, dictionary: dictionary, into: room)
            initialized = size
        }
    }

    /// - Parameter room: exactly as large as the content.
    func inflate(
        _ frame: UnsafeRawBufferPointer, dictionary: ZstdDictionary? = nil, into room: UnsafeMutableRawBufferPointer
    ) throws {
        try decompressor.decompress(frame, dictionary: dictionary, expectedSize: room.count, into: room)
    }
}
