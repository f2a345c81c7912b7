import Zstd

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lines of one block.
public struct LoadedBlock: Sendable {
    /// The first event of its span.
    private let firstEvent: Int
    /// Its events, ascending; nil: all from the first event on.
    private let numbers: [Int]?
    private let memory: BlockMemory
    /// Where each line begins, and one past the last line feed.
    private let starts: [Int]

    /// - Parameter count: bytes of the memory that hold the lines.
    init(firstEvent: Int, numbers: [Int]?, events: Int, memory: BlockMemory, count: Int) throws {
        self.firstEvent = firstEvent
        self.numbers = numbers
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
        guard starts.count == events + 1, starts[events] == count, numbers?.count ?? events == events else {
            throw ArchiveError(.damaged, "the block does not hold its \(events) lines")
        }
        self.starts = starts
    }

    /// Bytes of the lines, with their line feeds.
    public var byteCount: Int { starts[starts.count - 1] }

    public var events: Int { starts.count - 1 }

    /// The event of a line, by the line's position in the block.
    @inline(__always)
    public func event(at position: Int) -> Int { numbers?[position] ?? firstEvent + position }

    /// The position of an event's line; nil if it is not in this block.
    @inline(__always)
    public func position(of event: Int) -> Int? {
        guard let numbers else {
            return event >= firstEvent && event < firstEvent + events ? event - firstEvent : nil
        }
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < event { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == event ? low : nil
    }

    /// The line at a position, without its line feed.
    @inline(__always)
    public func withLine<R>(at position: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(memory) {
            try body(UnsafeRawBufferPointer(rebasing: memory.room[starts[position]..<starts[position + 1] - 1]))
        }
    }

    /// The line of an event, which must be in this block, without its line feed.
    public func withLine<R>(_ event: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        guard let position = position(of: event) else { preconditionFailure("event \(event) is in another block") }
        return try withLine(at: position, body)
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
