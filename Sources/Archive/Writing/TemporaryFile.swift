#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files under the archive's `tmp/`.
public enum TemporaryFile {
    /// Creates an empty file, exclusively, for its owner only; a symbolic link in its place is an error.
    public static func create(_ path: String) throws(ArchiveError) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot create a temporary file", path: path) }
        close(descriptor)
    }

    /// Waits until a file's bytes (or a folder's names) are on disk.
    public static func sync(_ path: String) throws(ArchiveError) {
        Fault.point(.sync)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open", path: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("cannot sync", path: path) }
        Fault.point(.sync)
    }
}
