#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lines of one block.
public struct LoadedBlock: Sendable {
    public let firstEvent: Int
    public let bytes: [UInt8]
    /// Where each line begins, and one past the last line feed.
    public let starts: [Int]

    init(firstEvent: Int, events: Int, bytes: [UInt8]) throws {
        self.firstEvent = firstEvent
        self.bytes = bytes
        var starts = [0]
        starts.reserveCapacity(events + 1)
        bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress else { return }
            var at = 0
            while at < all.count, let found = memchr(base + at, 0x0A, all.count - at) {
                at = UnsafeRawPointer(found) - base + 1
                starts.append(at)
            }
        }
        guard starts.count == events + 1, starts[events] == bytes.count else {
            throw ArchiveError(.damaged, "the block does not hold its \(events) lines")
        }
        self.starts = starts
    }

    public var events: Int { starts.count - 1 }

    /// The event's line without its line feed.
    public func withLine<R>(_ event: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let i = event - firstEvent
        return try bytes.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[starts[i]..<starts[i + 1] - 1]))
        }
    }
}
