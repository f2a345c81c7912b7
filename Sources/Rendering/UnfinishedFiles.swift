#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The temporary output files that have not got their name yet, and temporary folders.
public enum UnfinishedFiles {
    private static let paths = Lock<Set<String>>([])
    private static let folders = Lock<Set<String>>([])

    static func add(_ path: String) {
        paths.withLock { _ = $0.insert(path) }
    }

    static func remove(_ path: String) {
        paths.withLock { _ = $0.remove(path) }
    }

    /// Makes a private folder that is deleted with all that is in it by ``deleteFolder(_:)`` or ``deleteAll()``.
    ///
    /// - Parameter name: what its name begins with.
    /// - Returns: its path below `TMPDIR` or `/tmp`; nil if it cannot be made.
    public static func makeFolder(_ name: String) -> String? {
        let root = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(root.isEmpty ? "/tmp" : root)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        folders.withLock { _ = $0.insert(path) }
        return path
    }

    /// Deletes a folder that ``makeFolder(_:)`` made.
    public static func deleteFolder(_ path: String) {
        folders.withLock { folders in
            guard folders.remove(path) != nil else { return }
            deleteTree(path)
        }
    }

    /// Deletes them all. To be called before the process exits on Ctrl-C, from an ordinary thread
    /// (a dispatch source, `sigwait`), not from inside a signal handler.
    public static func deleteAll() {
        paths.withLock { paths in
            for path in paths { unlink(path) }
            paths = []
        }
        folders.withLock { folders in
            for folder in folders { deleteTree(folder) }
            folders = []
        }
    }

    /// Symbolic links are deleted, not followed.
    private static func deleteTree(_ folder: String) {
        chmod(folder, 0o700)
        guard let stream = opendir(folder) else { return }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(stream)
        for name in names {
            let path = folder + "/" + name
            var info = stat()
            if lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { deleteTree(path) } else { unlink(path) }
        }
        rmdir(folder)
    }
}
