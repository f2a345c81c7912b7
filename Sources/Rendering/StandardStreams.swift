#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Standard input, output and error of the process.
public enum StandardStreams {
    /// Call once, first thing in `main`.
    ///
    /// - A write to a closed pipe gives an error instead of killing the process.
    /// - A stream that the caller closed (`>&-`) is filled, so that no archive file opened later gets its number
    ///   and is written over with messages. It is filled the wrong way round (output opened for reading), so that
    ///   using it stays an error.
    public static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
        }
    }
}

/// Writes all bytes, through interruptions, short writes and non-blocking descriptors.
///
/// - Returns: 0, or the `errno` that ended it.
func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
        let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written >= 0 {
            rest = rest.dropFirst(written)
            continue
        }
        let code = errno
        switch code {
        case EINTR:
            continue
        case EAGAIN, EWOULDBLOCK:
            // A pipe shared with a program that made it non-blocking: wait until there is room.
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&ready, 1, -1)
        default:
            return code
        }
    }
    return 0
}

/// The `errno` of a write that nobody reads any more.
let brokenPipe = EPIPE
