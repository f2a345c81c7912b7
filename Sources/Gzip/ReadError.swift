/// The source of a ``ContentReader`` could not be read, or memory ran out. Damage of the content is not an error:
/// see ``ContentDamage``.
public struct ReadError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// `read(2)` failed; ``systemError`` says why.
        case readFailed
        /// zlib or the reader could not get the memory it needs.
        case outOfMemory
    }

    public var code: Code
    /// The `errno` of the failed call; 0 when there was none.
    public var systemError: Int32
    /// Bytes of the source that had been read before.
    public var sourceOffset: UInt64

    public init(code: Code, systemError: Int32, sourceOffset: UInt64) {
        self.code = code
        self.systemError = systemError
        self.sourceOffset = sourceOffset
    }

    public var description: String {
        switch code {
        case .readFailed:
            "Reading failed at byte \(sourceOffset) of the file: \(systemErrorMessage(systemError))."
        case .outOfMemory:
            "Not enough memory to decompress the file."
        }
    }
}
