import CZstd

/// Content that frames may refer to (a raw-content dictionary: any bytes, no header, no id), digested once for many
/// frames.
///
/// Made for one direction, since each needs tables of its own. May be used by any number of threads at once, but for the
/// room behind it.
public final class ZstdDictionary: @unchecked Sendable {
    // Safe to share: the content and libzstd's tables are written in the initialiser only, and libzstd documents
    // both kinds of digested dictionary as usable by many threads.
    private let storage: UnsafeMutableRawBufferPointer
    /// Memory directly behind the content, undefined at first. What is decompressed to its beginning is decompressed a
    /// third faster: to libzstd the dictionary is then earlier output, which it copies from in one piece (RFC 8878,
    /// section 5: the dictionary precedes the content). For one thread at a time.
    public let room: UnsafeMutableRawBufferPointer
    /// For compression.
    let compression: OpaquePointer?
    private let parameters: ZSTD_compressionParameters?
    /// For decompression.
    let decompression: OpaquePointer?

    /// - Parameters:
    ///   - content: copied; not empty.
    ///   - level: the level of all frames compressed with this dictionary.
    ///   - search: what to change of the level's way of searching.
    public convenience init(
        forCompression content: UnsafeRawBufferPointer, level: Int32, search: ZstdSearch? = nil
    ) throws(ZstdError) {
        try checkLevel(level)
        var parameters = ZSTD_getCParams(level, 0, content.count)
        if let search {
            parameters.hashLog = search.hashLog
            parameters.minMatch = search.minMatch
        }
        try self.init(content, parameters, roomBehind: 0)
    }

    /// The same for compression in one thread's room; nil for a dictionary that is not for compression.
    func copy(roomBehind: Int) throws(ZstdError) -> ZstdDictionary? {
        guard let parameters else { return nil }
        return try ZstdDictionary(
            UnsafeRawBufferPointer(rebasing: storage.dropLast(room.count)), parameters, roomBehind: roomBehind)
    }

    private init(
        _ content: UnsafeRawBufferPointer, _ parameters: ZSTD_compressionParameters, roomBehind: Int
    ) throws(ZstdError) {
        storage = try Self.copy(content, roomBehind: roomBehind)
        room = UnsafeMutableRawBufferPointer(rebasing: storage[content.count...])
        self.parameters = parameters
        compression = ZSTD_createCDict_advanced(
            storage.baseAddress, content.count, ZSTD_dlm_byRef, ZSTD_dct_rawContent, parameters, ZSTD_customMem())
        decompression = nil
        // All properties are set, so that the deinitialiser runs when this throws.
        if compression == nil { throw ZstdError(.outOfMemory, "Not enough memory for a compression dictionary.") }
    }

    /// - Parameters:
    ///   - content: copied; not empty.
    ///   - roomBehind: bytes of `room`.
    public convenience init(forDecompression content: UnsafeRawBufferPointer, roomBehind: Int = 0) throws(ZstdError) {
        try self.init(forDecompression: try Self.copy(content, roomBehind: roomBehind), count: content.count)
    }

    /// The same of content that is first put in place.
    ///
    /// - Parameters:
    ///   - count: bytes of the content, not 0.
    ///   - fill: fills them.
    /// - Throws: what `fill` throws; `ZstdError`.
    public convenience init(
        forDecompression count: Int, roomBehind: Int = 0, fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws {
        let storage = try Self.allocate(count, roomBehind: roomBehind)
        do {
            try fill(UnsafeMutableRawBufferPointer(rebasing: storage[..<count]))
        } catch {
            storage.deallocate()
            throw error
        }
        try self.init(forDecompression: storage, count: count)
    }

    /// - Parameter storage: becomes its own; the content is the first `count` bytes.
    private init(forDecompression storage: UnsafeMutableRawBufferPointer, count: Int) throws(ZstdError) {
        self.storage = storage
        room = UnsafeMutableRawBufferPointer(rebasing: storage[count...])
        parameters = nil
        compression = nil
        decompression = ZSTD_createDDict_advanced(
            storage.baseAddress, count, ZSTD_dlm_byRef, ZSTD_dct_rawContent, ZSTD_customMem())
        if decompression == nil { throw ZstdError(.outOfMemory, "Not enough memory for a dictionary.") }
    }

    deinit {
        ZSTD_freeCDict(compression)
        ZSTD_freeDDict(decompression)
        storage.deallocate()
    }

    /// A copy of the content.
    public var bytes: [UInt8] { Array(storage.dropLast(room.count)) }

    private static func copy(
        _ content: UnsafeRawBufferPointer, roomBehind: Int = 0
    ) throws(ZstdError) -> UnsafeMutableRawBufferPointer {
        let storage = try allocate(content.count, roomBehind: roomBehind)
        storage.copyMemory(from: content)
        return storage
    }

    private static func allocate(_ count: Int, roomBehind: Int) throws(ZstdError) -> UnsafeMutableRawBufferPointer {
        guard count > 0 else { throw ZstdError(.badDictionary, "A dictionary must have content.") }
        return UnsafeMutableRawBufferPointer.allocate(byteCount: count + roomBehind, alignment: 16)
    }
}

/// How the search for matches differs from a level's own (libzstd's `ZSTD_compressionParameters`).
public struct ZstdSearch: Sendable {
    /// Places that are remembered, as a power of two.
    public var hashLog: UInt32
    /// The shortest match that is looked for, 3 to 7 bytes.
    public var minMatch: UInt32

    public init(hashLog: UInt32, minMatch: UInt32) {
        self.hashLog = hashLog
        self.minMatch = minMatch
    }
}

/// Refuses a level libzstd does not have (it would silently take the nearest).
func checkLevel(_ level: Int32) throws(ZstdError) {
    guard level >= ZSTD_minCLevel(), level <= ZSTD_maxCLevel() else {
        let range = "\(ZSTD_minCLevel()) to \(ZSTD_maxCLevel())"
        throw ZstdError(.badLevel, "Compression level \(level) does not exist; this libzstd has \(range).")
    }
}
