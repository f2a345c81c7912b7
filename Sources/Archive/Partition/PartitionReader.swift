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

/// A run of consecutive events whose lines are compressed together.
public struct BlockInfo: Sendable {
    /// Number of its first event, from 1.
    public var firstEvent: Int
    public var events: Int
    public var rawBytes: Int
    var extent: Int64
    var start: Int
    var bytes: Int
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
    private var termsCache: TermIndexReader?
    private var cutWordsCache: CutWords?
    private var fieldsCache: [PartitionField]?
    private var fieldsByName: [[UInt8]: Int] = [:]
    private var blocksCache: [BlockInfo]?
    private var dictionaryCache: ZstdDictionary?
    private var hasDictionary: Bool?
    private let dictionaryBytes: Int
    private let decompressor: ZstdDecompressor
    /// Bytes of the model by which blocks are written; 0: by none.
    private let modelBytes: Int
    private var modelCache: LineModel?
    private var rebuilder = LineRebuilder()
    /// The lines of the last block that was rebuilt.
    private var rebuiltMemory: BlockMemory?
    /// The room behind the dictionary, used for one block after the other.
    private var blockMemory: BlockMemory?
    /// Bytes behind the dictionary: blocks are cut at the first line's end beyond 256 KiB.
    private static let blockRoom = 384 << 10
    private var blobReader: BlobReader?
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
        try PartitionSchema.check(database)
        var meta: [String: [UInt8]] = [:]
        let rows = try database.prepare(
            "SELECT key, value FROM meta WHERE key NOT IN ('dictionary', 'cut_words', 'line_model')")
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
        guard let major = Int(version.prefix { $0 != "." }), major <= PartitionFormat.major else {
            throw ArchiveError(
                .newerFormat, "format \(version) is newer than this coldtrail reads (\(PartitionFormat.major).x)",
                path: path, remedy: "use a newer coldtrail")
        }
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
        let rows = try database.prepare(
            "SELECT f.value, b.value FROM meta f, meta b WHERE f.key = 'cut_words' AND b.key = 'cut_words_bytes'")
        guard try rows.step() else { return nil }
        guard let size = Int(String(decoding: try rows.blob(1), as: UTF8.self)) else {
            throw ArchiveError(.damaged, "meta cut_words_bytes is not a number", path: path)
        }
        let list = size == 0 ? [] : try inflate(try rows.blob(0), size: size, limit: CutWords.limit)
        let words = try list.withUnsafeBytes { try CutWords($0) }
        cutWordsCache = words
        return words
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

    // MARK: lines

    public func blocks() throws -> [BlockInfo] {
        if let blocksCache { return blocksCache }
        let rows = try database.prepare(
            "SELECT first_event, events, raw_bytes, extent, start, bytes FROM block ORDER BY id")
        var blocks: [BlockInfo] = []
        var next = 1
        while try rows.step() {
            let block = BlockInfo(
                firstEvent: Int(try rows.int64(0)), events: Int(try rows.int64(1)), rawBytes: Int(try rows.int64(2)),
                extent: try rows.int64(3), start: Int(try rows.int64(4)), bytes: Int(try rows.int64(5)))
            guard block.firstEvent == next, block.events > 0, block.events <= 1 << 24, block.rawBytes > 0,
                block.rawBytes <= 80 << 20, block.bytes > 0, block.bytes <= 96 << 20
            else { throw ArchiveError(.damaged, "the block table is damaged", path: path) }
            next += block.events
            blocks.append(block)
        }
        guard next == events + 1 else { throw ArchiveError(.damaged, "the block table is incomplete", path: path) }
        blocksCache = blocks
        return blocks
    }

    /// The number of the block that holds an event.
    public func block(of event: Int) throws -> Int {
        let blocks = try blocks()
        var low = 0
        var high = blocks.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if blocks[middle].firstEvent <= event { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// Decompresses a block into its lines.
    ///
    /// - Throws: `ArchiveError.damaged`, naming the block, if its checksum or size is wrong.
    public func load(block number: Int) throws -> LoadedBlock {
        let block = try blocks()[number]
        do {
            let frame = try readExtent(block)
            let memory = try frame.withUnsafeBytes { frame in
                // A block by the model is shorter than its lines; any other holds them.
                if modelBytes > 0, let size = ZstdDecompressor.contentSize(of: frame), size < block.rawBytes {
                    return try rebuilt(frame, size: size, count: block.rawBytes)
                }
                return try decompressed(frame, size: block.rawBytes, roomBehind: 0)
            }
            blocksRead += 1
            return try LoadedBlock(
                firstEvent: block.firstEvent, events: block.events, memory: memory, count: block.rawBytes)
        } catch {
            throw ArchiveError(.damaged, "block \(number + 1) cannot be read: \(error)", path: path)
        }
    }

    /// - Parameter roomBehind: bytes that the memory has behind the content.
    private func decompressed(_ frame: UnsafeRawBufferPointer, size: Int, roomBehind: Int) throws -> BlockMemory {
        let dictionary = try dictionary()
        let memory = memory(for: size + roomBehind, behind: dictionary)
        try decompressor.decompress(frame, dictionary: dictionary, expectedSize: size, into: memory.room)
        return memory
    }

    /// - Parameters:
    ///   - size: of the frame's content.
    ///   - count: of the lines, in bytes.
    private func rebuilt(_ frame: UnsafeRawBufferPointer, size: Int, count: Int) throws -> BlockMemory {
        let model = try model()
        let content = try decompressed(frame, size: size, roomBehind: LineRebuilder.step)
        let room = count + LineRebuilder.step
        let isFree = isKnownUniquelyReferenced(&rebuiltMemory) && rebuiltMemory?.room.count ?? 0 >= room
        if !isFree { rebuiltMemory = BlockMemory(count: max(room, Self.blockRoom)) }
        guard let rebuiltMemory else { return content }
        try rebuilder.rebuild(
            UnsafeRawBufferPointer(rebasing: content.room[..<size]), by: model, count: count, into: rebuiltMemory.room)
        return rebuiltMemory
    }

    private func model() throws -> LineModel {
        if let modelCache { return modelCache }
        let rows = try database.prepare("SELECT value FROM meta WHERE key = 'line_model'")
        guard try rows.step() else { throw ArchiveError(.damaged, "meta lacks line_model", path: path) }
        let model = try LineModel(try inflate(try rows.blob(0), size: modelBytes, limit: LineModel.mostBytes))
        modelCache = model
        return model
    }

    /// The room behind the dictionary, unless the block before is still used or the content does not fit: then other memory.
    private func memory(for size: Int, behind dictionary: ZstdDictionary?) -> BlockMemory {
        guard let dictionary, size <= dictionary.room.count else { return BlockMemory(count: size) }
        if blockMemory == nil { blockMemory = BlockMemory(behind: dictionary) }
        if isKnownUniquelyReferenced(&blockMemory), let blockMemory { return blockMemory }
        return BlockMemory(count: size)
    }

    private func readExtent(_ block: BlockInfo) throws -> [UInt8] {
        if let blobReader {
            try blobReader.move(to: block.extent)
        } else {
            blobReader = try BlobReader(connection: database, table: "extent", column: "data", row: block.extent)
        }
        guard let blobReader else { return [] }
        return try blobReader.read(at: block.start, length: block.bytes)
    }

    private func dictionary() throws -> ZstdDictionary? {
        if hasDictionary != nil { return dictionaryCache }
        let rows = try database.prepare("SELECT value FROM meta WHERE key = 'dictionary'")
        if try rows.step(), dictionaryBytes > 0 {
            let raw = try inflate(try rows.blob(0), size: dictionaryBytes, limit: 1 << 20)
            dictionaryCache = try raw.withUnsafeBytes {
                try ZstdDictionary(forDecompression: $0, roomBehind: Self.blockRoom)
            }
        }
        hasDictionary = true
        return dictionaryCache
    }

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
