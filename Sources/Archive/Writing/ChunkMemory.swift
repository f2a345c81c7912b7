/// A finished chunk's bytes; never changed after `init`, so any thread may read them.
public final class ChunkMemory: @unchecked Sendable {
    /// Readable bytes behind the last one, for code that looks ahead.
    static let slack = 32

    let base: UnsafePointer<UInt8>
    /// Bytes.
    public let count: Int

    /// Copies the bytes.
    public init(copying bytes: UnsafeRawBufferPointer) {
        count = bytes.count
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: count + Self.slack)
        UnsafeMutableRawBufferPointer(start: memory, count: count).copyMemory(from: bytes)
        (memory + count).initialize(repeating: 0, count: Self.slack)
        base = UnsafePointer(memory)
    }

    deinit {
        UnsafeMutablePointer(mutating: base).deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}
