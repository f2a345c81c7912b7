#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Held by the one process that may change an archive; others wait. The system frees it when the process ends.
final class WriterLock {
    private let descriptor: Int32

    /// - Parameters:
    ///   - folder: the archive's folder.
    ///   - waiting: called once if another process holds the lock.
    init(folder: String, waiting: () -> Void) throws {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveError.system("cannot open the archive", path: folder) }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            waiting()
            while flock(descriptor, LOCK_EX) != 0 {
                guard errno == EINTR else { throw ArchiveError.system("cannot lock the archive", path: folder) }
            }
        }
    }

    deinit {
        close(descriptor)
    }
}
