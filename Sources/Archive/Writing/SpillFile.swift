import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A temporary file that takes what does not fit the memory budget; it has no name and vanishes with its last user.
///
/// Safe to share: the only mutable state, the end of the file, is guarded by a mutex; reads name their place.
public final class SpillFile: @unchecked Sendable {
    private let descriptor: Int32
    private var end: UInt64 = 0
    private let mutex = Mutex()
    private let path: String

    /// - Throws: `ArchiveError` if the folder cannot be written.
    public init(folder: String) throws(ArchiveError) {
        var template = Array((folder + "/spill-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw .system("cannot create a temporary file", path: folder) }
        unlink(path)
    }

    deinit {
        close(descriptor)
    }

    /// Appends bytes and returns where they begin.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) -> UInt64 {
        let start = mutex.withLock { () -> UInt64 in
            defer { end += UInt64(bytes.count) }
            return end
        }
        var done = 0
        while done < bytes.count {
            let n = pwrite(
                descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(start) + off_t(done))
            if n < 0 {
                if errno == EINTR { continue }
                throw .system("cannot write a temporary file", path: path)
            }
            done += n
        }
        return start
    }

    /// Reads exactly `into.count` bytes.
    public func read(at offset: UInt64, into: UnsafeMutableRawBufferPointer) throws(ArchiveError) {
        var done = 0
        while done < into.count {
            let n = pread(descriptor, into.baseAddress! + done, into.count - done, off_t(offset) + off_t(done))
            if n < 0, errno == EINTR { continue }
            guard n > 0 else { throw .system("cannot read a temporary file", path: path) }
            done += n
        }
    }

    /// Gives the disk space of a range back where the file system can.
    public func release(_ range: Range<UInt64>) {
        _ = coldtrail_punch_hole(descriptor, Int64(range.lowerBound), Int64(range.upperBound - range.lowerBound))
    }
}

/// A plain mutex.
public final class Mutex: @unchecked Sendable {
    private let handle = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    public init() {
        pthread_mutex_init(handle, nil)
    }

    deinit {
        pthread_mutex_destroy(handle)
        handle.deallocate()
    }

    public func withLock<R>(_ body: () throws -> R) rethrows -> R {
        pthread_mutex_lock(handle)
        defer { pthread_mutex_unlock(handle) }
        return try body()
    }
}
