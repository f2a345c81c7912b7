import CZstd

/// A frame that cannot be made or must not be trusted.
public struct ZstdError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case outOfMemory
        /// The level is not one of this libzstd.
        case badLevel
        /// A dictionary without bytes, or one made for the other direction.
        case badDictionary
        /// The bytes are not one whole zstd frame and nothing else.
        case notOneFrame
        /// The frame states another content size than expected, or none.
        case sizeMismatch
        /// The frame has no checksum.
        case noChecksum
        /// The room given is smaller than the expected size.
        case noRoom
        /// The frame is damaged: its blocks or its checksum are wrong, or another dictionary is needed.
        case badData
        /// libzstd refused to compress.
        case compressionFailed
    }

    public var code: Code
    /// One sentence for a person.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

/// libzstd's words if a result is an error code.
func zstdFailure(_ result: Int) -> String? {
    guard ZSTD_isError(result) != 0 else { return nil }
    guard let name = ZSTD_getErrorName(result) else { return "unknown error" }
    return String(cString: name)
}
