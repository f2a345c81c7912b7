import CZstd

/// Makes zstd frames that state their content size and end with a checksum. One thread at a time.
///
/// The same bytes, level and dictionary give the same frame (with the same libzstd), whatever was compressed before.
public final class ZstdCompressor {
    private let context: OpaquePointer
    /// Where a frame is built; grows to the bound of the largest source.
    private var scratch: [UInt8] = []
    /// Content up to this size is compressed directly behind its dictionary.
    private let mostBehind: Int
    /// Dictionaries with room behind them, and what they are copies of; the one used last stands last.
    private var copies: [(original: ZstdDictionary, copy: ZstdDictionary)] = []
    private static let mostCopies = 4

    /// - Parameters:
    ///   - level: for frames without a dictionary; a dictionary brings its own.
    ///   - behind: content of up to so many bytes is compressed in memory directly behind a copy of its dictionary: to
    ///     libzstd the dictionary is then earlier input, for which one table is searched and not two. The last four
    ///     dictionaries are kept that way. The frames are others than with 0, as good, and as deterministic.
    public init(level: Int32, behind: Int = 0) throws(ZstdError) {
        mostBehind = behind
        try checkLevel(level)
        guard let context = ZSTD_createCCtx() else {
            throw ZstdError(.outOfMemory, "Not enough memory for compression.")
        }
        self.context = context
        try set(ZSTD_c_compressionLevel, level)
        try set(ZSTD_c_contentSizeFlag, 1)
        try set(ZSTD_c_checksumFlag, 1)
        try set(ZSTD_c_dictIDFlag, 0)
    }

    deinit {
        ZSTD_freeCCtx(context)
    }

    /// Appends one frame that holds `source` (which may be empty) and returns the frame's length in bytes.
    public func compress(
        _ source: UnsafeRawBufferPointer, dictionary: ZstdDictionary?, appendTo output: inout [UInt8]
    ) throws(ZstdError) -> Int {
        let bound = ZSTD_compressBound(source.count)
        try check(bound)
        if scratch.count < bound { scratch = [UInt8](repeating: 0, count: bound) }
        let result = scratch.withUnsafeMutableBytes { room -> Result<Int, ZstdError> in
            do throws(ZstdError) {
                return .success(try compress(source, dictionary: dictionary, into: room))
            } catch { return .failure(error) }
        }
        let length = try result.get()
        scratch.withUnsafeBytes { output.append(contentsOf: $0[..<length]) }
        return length
    }

    /// Bytes that a frame of `count` bytes of content may need.
    public static func bound(_ count: Int) -> Int {
        ZSTD_compressBound(count)
    }

    /// Writes one frame to `room`, of at least `bound(source.count)` bytes, and returns the frame's length in bytes.
    public func compress(
        _ source: UnsafeRawBufferPointer, dictionary: ZstdDictionary?, into room: UnsafeMutableRawBufferPointer
    ) throws(ZstdError) -> Int {
        if let dictionary, dictionary.compression == nil {
            throw ZstdError(.badDictionary, "This dictionary was made for decompression.")
        }
        var (dictionary, source) = (dictionary, source)
        var isBehind = false
        if let original = dictionary, source.count <= mostBehind, !source.isEmpty {
            let copy = try copy(of: original)
            copy.room.copyMemory(from: source)
            (dictionary, source) = (copy, UnsafeRawBufferPointer(rebasing: copy.room[..<source.count]))
            isBehind = true
        }
        // Elsewhere a dictionary's tables are searched where they are. libzstd would copy them for each frame of more than
        // some 16 KB: for 1 MB of dictionary and frames of 64 KB that costs a quarter of the speed, and saves nothing.
        let handling = isBehind ? ZSTD_dictForceCopy : ZSTD_dictForceAttach
        try set(ZSTD_c_experimentalParam4 /* ZSTD_c_forceAttachDict */, Int32(handling.rawValue))
        try check(ZSTD_CCtx_refCDict(context, dictionary?.compression))
        let length = ZSTD_compress2(context, room.baseAddress, room.count, source.baseAddress, source.count)
        // The context must not keep a pointer to a dictionary that may be gone before the next call.
        try check(ZSTD_CCtx_refCDict(context, nil))
        try check(length)
        return length
    }

    private func copy(of original: ZstdDictionary) throws(ZstdError) -> ZstdDictionary {
        if let place = copies.lastIndex(where: { $0.original === original }) {
            let known = copies.remove(at: place)
            copies.append(known)
            return known.copy
        }
        guard let copy = try original.copy(roomBehind: mostBehind) else {
            throw ZstdError(.badDictionary, "This dictionary was made for decompression.")
        }
        if copies.count == Self.mostCopies { copies.removeFirst() }
        copies.append((original, copy))
        return copy
    }

    private func set(_ parameter: ZSTD_cParameter, _ value: Int32) throws(ZstdError) {
        try check(ZSTD_CCtx_setParameter(context, parameter, value))
    }

    private func check(_ result: Int) throws(ZstdError) {
        if let failure = zstdFailure(result) {
            throw ZstdError(.compressionFailed, "Compressing failed: \(failure).")
        }
    }
}
