#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The temporary output files that have not got their name yet.
public enum UnfinishedFiles {
    private static let paths = Lock<Set<String>>([])

    static func add(_ path: String) {
        paths.withLock { _ = $0.insert(path) }
    }

    static func remove(_ path: String) {
        paths.withLock { _ = $0.remove(path) }
    }

    /// Deletes them all. To be called before the process exits on Ctrl-C, from an ordinary thread
    /// (a dispatch source, `sigwait`), not from inside a signal handler.
    public static func deleteAll() {
        paths.withLock { paths in
            for path in paths { unlink(path) }
            paths = []
        }
    }
}
