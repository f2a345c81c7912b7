#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Small text files of an archive.
enum PlainFile {
    /// More than an audit log of a million exports.
    private static let limit = 1 << 30

    /// - Throws: `ArchiveError` if it is no regular file, is impossibly large, or cannot be read.
    static func text(_ path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ArchiveError.system("cannot read", path: path) }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= limit else {
            throw ArchiveError(.hostile, "not a plain file", path: path)
        }
        var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ArchiveError.system("cannot read", path: path) }
            done += count
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
