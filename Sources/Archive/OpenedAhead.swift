/// Partitions that one thread opens before others ask for them.
///
/// `@unchecked` is safe: everything is only touched under the mutex, and a reader belongs to whoever has taken it.
final class OpenedAhead: @unchecked Sendable {
    private let mutex = Mutex()
    private var ready: [Int64: PartitionReader] = [:]
    /// Nobody needs more of them.
    private var isOver = false

    /// The reader of the partition; nil if it is not open: then no more are opened, as they are asked for as quickly.
    func take(_ partition: Int64) -> PartitionReader? {
        mutex.withLock {
            if let reader = ready.removeValue(forKey: partition) { return reader }
            isOver = true
            return nil
        }
    }

    func stop() { mutex.withLock { isOver = true } }

    /// Opens one after the other until that is of no use.
    ///
    /// - Parameter open: what it throws, whoever asks for the partition will meet again.
    func open(_ partitions: some Sequence<PartitionRecord>, _ open: (PartitionRecord) throws -> PartitionReader) {
        for partition in partitions {
            if mutex.withLock({ isOver }) { return }
            guard let reader = try? open(partition) else { return }
            mutex.withLock { if !isOver { ready[partition.id] = reader } }
        }
    }
}
