import CZstd

/// Decompresses single zstd frames that may come from somebody else. One thread at a time.
public final class ZstdDecompressor {
    private let context: OpaquePointer

    public init() throws(ZstdError) {
        guard let context = ZSTD_createDCtx() else {
            throw ZstdError(.outOfMemory, "Not enough memory for decompression.")
        }
        self.context = context
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    /// Decompresses a frame as ``ZstdCompressor`` makes them.
    ///
    /// Before anything is decompressed the frame must be of the current format (not a skippable or legacy one), state
    /// exactly `expectedSize`, carry a checksum, and be all there is. Memory does not depend on the frame.
    ///
    /// - Parameters:
    ///   - expectedSize: bytes of content, known from elsewhere and already checked against a limit.
    ///   - output: at least `expectedSize` bytes; what lies behind them is left alone. Undefined content after an error.
    public func decompress(
        _ frame: UnsafeRawBufferPointer, dictionary: ZstdDictionary?, expectedSize: Int,
        into output: UnsafeMutableRawBufferPointer
    ) throws(ZstdError) {
        if let dictionary, dictionary.decompression == nil {
            throw ZstdError(.badDictionary, "This dictionary was made for compression.")
        }
        guard expectedSize >= 0, expectedSize <= output.count else {
            throw ZstdError(.noRoom, "\(expectedSize) bytes of content do not fit \(output.count) bytes of room.")
        }
        try Self.checkHeader(frame, expectedSize: expectedSize)
        let frameLength = ZSTD_findFrameCompressedSize(frame.baseAddress, frame.count)
        if let failure = zstdFailure(frameLength) {
            throw ZstdError(.notOneFrame, "The zstd frame is not whole: \(failure).")
        }
        guard frameLength == frame.count else {
            throw ZstdError(.notOneFrame, "Behind a zstd frame of \(frameLength) bytes there are more.")
        }
        let length = ZSTD_decompress_usingDDict(
            context, output.baseAddress, expectedSize, frame.baseAddress, frame.count, dictionary?.decompression)
        if let failure = zstdFailure(length) {
            throw ZstdError(.badData, "The zstd frame is damaged: \(failure).")
        }
        guard length == expectedSize else {
            throw ZstdError(.sizeMismatch, "The zstd frame holds \(length) bytes instead of \(expectedSize).")
        }
    }

    /// The content size a frame's header states, in bytes; nil if it states none, one no `Int` can hold, or the bytes
    /// do not begin as a zstd frame. Not to be trusted before it is checked against a limit.
    public static func contentSize(of frame: UnsafeRawBufferPointer) -> Int? {
        guard frame.starts(with: FrameFormat.magic) else { return nil }
        // The two highest values mean "unknown" and "error"; neither is an Int.
        return Int(exactly: ZSTD_getFrameContentSize(frame.baseAddress, frame.count))
    }

    /// The layout of a frame's first bytes: RFC 8878, 3.1.1.
    private enum FrameFormat {
        static let magic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]
        static let descriptor = 4
        static let checksumFlag: UInt8 = 1 << 2
    }

    private static func checkHeader(_ frame: UnsafeRawBufferPointer, expectedSize: Int) throws(ZstdError) {
        guard frame.count > FrameFormat.descriptor, frame.starts(with: FrameFormat.magic) else {
            throw ZstdError(.notOneFrame, "The bytes are not a zstd frame.")
        }
        guard contentSize(of: frame) == expectedSize else {
            throw ZstdError(.sizeMismatch, "The zstd frame does not state a content of \(expectedSize) bytes.")
        }
        guard frame[FrameFormat.descriptor] & FrameFormat.checksumFlag != 0 else {
            throw ZstdError(.noChecksum, "The zstd frame has no checksum.")
        }
    }
}
