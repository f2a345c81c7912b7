/// Consecutive chunks whose lines stand in the same blocks.
public struct PartitionSpan: Sendable {
    public let chunks: [PartitionChunk]

    /// - Parameter chunks: at least one, with one storage.
    public init(chunks: [PartitionChunk]) {
        precondition(!chunks.isEmpty, "a span without chunks")
        self.chunks = chunks
    }

    /// Bytes held in memory.
    public var memoryBytes: Int {
        switch chunks[0].storage {
        case .memory(let memory): memory.count
        case .spilled: 0
        }
    }

    /// Gives spilled disk space back; the chunks must not be used any more.
    public func discard() {
        if case .spilled(let file, let at, let count) = chunks[0].storage { file.release(at..<at + UInt64(count)) }
    }
}
