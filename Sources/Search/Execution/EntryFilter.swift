/// Tells quickly which entries of a dictionary cannot pass a test, by looking for what they must hold in many entries at once.
struct EntryFilter {
    private let needle: RawNeedle?
    private var cursor: RawNeedle.Cursor?
    private var start: UnsafeRawPointer?
    /// The next place that may pass, from `start` on.
    private var hit = 0

    init(_ test: CompiledTest) {
        needle = test.needle
    }

    /// The entries that follow lie in this memory, in order, and it stays in place.
    mutating func begin(_ part: UnsafeRawBufferPointer) {
        guard let needle else { return }
        cursor = RawNeedle.Cursor(needle, in: part)
        start = part.baseAddress
        hit = cursor?.next(from: 0) ?? 0
    }

    /// False: the entry cannot pass.
    mutating func mayPass(_ entry: UnsafeRawBufferPointer) -> Bool {
        guard let start, let first = entry.baseAddress else { return true }
        let offset = first - start
        if hit < offset { hit = cursor?.next(from: offset) ?? offset }
        return hit < offset + entry.count
    }
}
