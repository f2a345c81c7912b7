import Archive

/// Memory that one owner at a time fills and reads; passing it on passes the right to touch it.
///
/// The sizes that come back for every batch and every chunk are kept for the next one: memory fresh from the system
/// costs a page fault for each 4 KiB, which was a tenth of an ingest's CPU time.
final class RawMemory: @unchecked Sendable {
    /// Readable bytes after `capacity`, for code that looks ahead.
    static let slack = 64

    let base: UnsafeMutablePointer<UInt8>
    /// Bytes.
    let capacity: Int
    var count = 0

    private static let recycler = MemoryRecycler()

    convenience init(capacity: Int) {
        self.init(
            Self.recycler.take(capacity) ?? .allocate(capacity: capacity + Self.slack), capacity: capacity)
    }

    private init(_ base: UnsafeMutablePointer<UInt8>, capacity: Int) {
        self.base = base
        self.capacity = capacity
        (base + capacity).update(repeating: 0, count: Self.slack)
    }

    /// Kept memory of just this capacity; nil if there is none.
    static func kept(capacity: Int) -> RawMemory? {
        recycler.take(capacity).map { RawMemory($0, capacity: capacity) }
    }

    deinit {
        if !Self.recycler.keep(base, capacity) { base.deallocate() }
    }
}

/// Keeps some memory of two sizes. Safe to share: all state is guarded by one mutex.
private final class MemoryRecycler: @unchecked Sendable {
    private static let keptBatches = 6
    private static let keptBuckets = 2

    private let mutex = Mutex()
    private var batches: [UnsafeMutablePointer<UInt8>] = []
    private var buckets: [UnsafeMutablePointer<UInt8>] = []

    func take(_ capacity: Int) -> UnsafeMutablePointer<UInt8>? {
        mutex.withLock {
            switch capacity {
            case ExportReader.batchBytes: batches.popLast()
            case DayBucket.fullCapacity: buckets.popLast()
            default: nil
            }
        }
    }

    /// False if the caller is to free it.
    func keep(_ base: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Bool {
        mutex.withLock {
            switch capacity {
            case ExportReader.batchBytes:
                guard batches.count < Self.keptBatches else { return false }
                batches.append(base)
            case DayBucket.fullCapacity:
                guard buckets.count < Self.keptBuckets else { return false }
                buckets.append(base)
            default: return false
            }
            return true
        }
    }
}
