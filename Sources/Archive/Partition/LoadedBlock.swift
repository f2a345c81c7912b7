import Zstd

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lines of one block.
public struct LoadedBlock: Sendable {
    public let firstEvent: Int
    private let memory: BlockMemory
    /// Where each line begins, and one past the last line feed.
    private let starts: [Int]

    /// - Parameter count: bytes of the memory that hold the lines.
    init(firstEvent: Int, events: Int, memory: BlockMemory, count: Int) throws {
        self.firstEvent = firstEvent
        self.memory = memory
        var starts = [0]
        starts.reserveCapacity(events + 1)
        if let base = memory.room.baseAddress {
            var at = 0
            while at < count, let found = memchr(base + at, 0x0A, count - at) {
                at = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
                starts.append(at)
            }
        }
        guard starts.count == events + 1, starts[events] == count else {
            throw ArchiveError(.damaged, "the block does not hold its \(events) lines")
        }
        self.starts = starts
    }

    /// Bytes of the lines, with their line feeds.
    public var byteCount: Int { starts[starts.count - 1] }

    public var events: Int { starts.count - 1 }

    /// The event's line without its line feed.
    public func withLine<R>(_ event: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let i = event - firstEvent
        return try withExtendedLifetime(memory) {
            try body(UnsafeRawBufferPointer(rebasing: memory.room[starts[i]..<starts[i + 1] - 1]))
        }
    }
}

/// Memory that holds the lines of a block as long as the block is used; written before the block is made, never after.
///
/// `@unchecked` is safe: whoever writes again first makes sure that no block refers to it any more.
final class BlockMemory: @unchecked Sendable {
    let room: UnsafeMutableRawBufferPointer
    /// What the room lies behind; nil: it is by itself.
    private let dictionary: ZstdDictionary?

    /// The room behind a dictionary.
    init(behind dictionary: ZstdDictionary) {
        self.dictionary = dictionary
        room = dictionary.room
    }

    /// - Parameter count: bytes.
    init(count: Int) {
        dictionary = nil
        room = .allocate(byteCount: count, alignment: 16)
    }

    deinit {
        if dictionary == nil { room.deallocate() }
    }
}
