import Crypto

/// SHA-256 of content that comes in pieces.
public struct ContentDigest {
    private var hasher = SHA256()

    /// Nothing has come yet.
    public init() {}

    /// Takes the next piece.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hasher.update(bufferPointer: bytes)
    }

    /// 32 bytes.
    public func value() -> [UInt8] {
        Array(hasher.finalize())
    }
}
