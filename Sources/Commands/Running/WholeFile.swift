import Archive

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whole files that fit into memory.
enum WholeFile {
    /// - Parameters:
    ///   - path: `-` for standard input.
    ///   - limit: bytes; a longer file is refused.
    /// - Throws: `ArchiveError`.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveError.system("cannot read", path: path) }
        defer { if descriptor != 0 { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ArchiveError.system("cannot read", path: path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw ArchiveError(.usage, "the file is larger than \(limit >> 20) MiB", path: path)
            }
        }
    }
}
