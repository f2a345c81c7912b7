import CPlatform

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Downloads kept in the archive as they came, each a file named by its SHA-256.
public enum KeptSources {
    /// Below the archive's folder; only there if a download is kept.
    public static let folder = "sources"

    /// The file of a kept download.
    public static func path(of digest: [UInt8], in archive: Archive) -> String {
        archive.path + "/" + folder + "/" + Hex.text(digest)
    }

    /// Calls `body` with the bytes of a kept download, in order.
    ///
    /// - Throws: what `body` throws; `ArchiveError` if it cannot be read.
    public static func forEachPiece(
        of digest: [UInt8], in archive: Archive, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let path = path(of: digest, in: archive)
        try FileCheck.regularFile(path)
        let from = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard from >= 0 else { throw ArchiveError.system("cannot read", path: path) }
        defer { close(from) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = read(from, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ArchiveError.system("cannot read", path: path) }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// What is wrong with the downloads that the audit log says are kept.
    static func problems(_ archive: Archive, _ log: AuditRecords, progress: (UInt64) -> Void) -> [(String, String)] {
        var problems: [(String, String)] = []
        for digest in log.keptSources.sorted() {
            guard let bytes = Hex.digest(digest) else { continue }
            do {
                let (found, count) = try FileDigest.sha256(of: path(of: bytes, in: archive))
                progress(count)
                if found != bytes { problems.append((folder + "/" + digest, "its SHA-256 is not its name")) }
            } catch {
                problems.append((folder + "/" + digest, describe(error)))
            }
        }
        return problems
    }

    /// Copies a file to a new one.
    static func copy(_ source: String, to target: String) throws {
        let from = open(source, O_RDONLY | O_CLOEXEC)
        guard from >= 0 else { throw ArchiveError.system("cannot read", path: source) }
        defer { close(from) }
        unlink(target)
        let to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard to >= 0 else { throw ArchiveError.system("cannot write", path: target) }
        defer { close(to) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = read(from, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ArchiveError.system("cannot read", path: source) }
            if count == 0 { return }
            var done = 0
            while done < count {
                let written = write(to, buffer.baseAddress.map { $0 + done }, count - done)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw ArchiveError.system("cannot write", path: target) }
                done += written
            }
        }
    }
}
