import CPlatform

/// The memory of the threads of a short command.
public enum ThreadMemory {
    /// Bytes that a thread's heap grows by before it works.
    private static let heap = 6 << 20
    private static let isKept: Void = coldtrail_keep_heap()

    /// Makes the calling thread ready to work: its heap grows once, and keeps what is freed.
    public static func prepare() {
        _ = isKept
        coldtrail_reserve_heap(heap)
    }
}
