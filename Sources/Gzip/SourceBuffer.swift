#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A window over the bytes of a file descriptor: refilled at its end, consumed at its front.
///
/// Every byte read is shown once, in order, to the observer. The descriptor stays the caller's: it is neither closed
/// nor rewound, and may be a pipe.
final class SourceBuffer {
    private let descriptor: Int32
    private let storage: UnsafeMutableRawBufferPointer
    private let onSource: ((UnsafeRawBufferPointer) -> Void)?
    private var start = 0
    private var end = 0
    /// Bytes read from the descriptor so far.
    private(set) var readBytes: UInt64 = 0
    private(set) var isAtEnd = false

    /// A decoder may leave this many bytes unread when it asks for more; there must be room behind them.
    private static let smallestCapacity = 64

    init(descriptor: Int32, capacity: Int, onSource: ((UnsafeRawBufferPointer) -> Void)?) {
        self.descriptor = descriptor
        self.onSource = onSource
        storage = .allocate(byteCount: max(capacity, Self.smallestCapacity), alignment: 64)
    }

    deinit {
        storage.deallocate()
    }

    /// The bytes read and not yet consumed. Valid until the next `refill` or `drain`.
    var unread: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage[start..<end])
    }

    /// The source offset of the first unread byte.
    var offset: UInt64 {
        readBytes - UInt64(end - start)
    }

    func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - start)
        start += count
    }

    /// Reads more behind the unread bytes, which may move. False at the end of the source.
    func refill() throws(ReadError) -> Bool {
        guard !isAtEnd else { return false }
        let unreadCount = end - start
        if start > 0, unreadCount > 0, let base = storage.baseAddress {
            memmove(base, base + start, unreadCount)
        }
        start = 0
        end = unreadCount
        precondition(end < storage.count, "the decoder must consume before it asks for more")
        let count = try readSome(UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
        end += count
        return count > 0
    }

    /// Consumes one byte; nil at the end of the source.
    func next() throws(ReadError) -> UInt8? {
        if start == end, try !refill() { return nil }
        defer { start += 1 }
        return storage[start]
    }

    /// The first `count` unread bytes (at most 16), fewer only at the end of the source. Nothing is consumed.
    func peek(_ count: Int) throws(ReadError) -> UnsafeRawBufferPointer {
        precondition(count <= 16)
        while end - start < count, try refill() {}
        return UnsafeRawBufferPointer(rebasing: storage[start..<min(end, start + count)])
    }

    /// Reads the source to its end and drops what it reads.
    func drain() throws(ReadError) {
        repeat {
            start = end
        } while try refill()
    }

    private func readSome(_ room: UnsafeMutableRawBufferPointer) throws(ReadError) -> Int {
        while true {
            let count = read(descriptor, room.baseAddress, room.count)
            if count > 0 {
                readBytes += UInt64(count)
                onSource?(UnsafeRawBufferPointer(rebasing: room[..<count]))
                return count
            }
            if count == 0 {
                isAtEnd = true
                return 0
            }
            let failure = errno
            if failure == EINTR { continue }
            if failure == EAGAIN || failure == EWOULDBLOCK {
                // A pipe somebody made non-blocking: wait instead of failing.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                if poll(&waiting, 1, -1) >= 0 || errno == EINTR { continue }
            }
            throw ReadError(code: .readFailed, systemError: failure, sourceOffset: readBytes)
        }
    }
}

/// The system's words for an `errno`.
func systemErrorMessage(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return text.withUnsafeBufferPointer { buffer in
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
