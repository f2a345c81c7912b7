#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The catalog's file and the journal beside it, looked at before SQLite is.
///
/// SQLite trusts what lies beside a database: it would wait for a pipe, create files for a catalog in WAL mode, and,
/// once it has rolled back a journal that names a "super-journal", remove the file of that name, wherever it is.
enum CatalogFiles {
    /// A journal holds what one entry overwrites; this is more than any catalog.
    private static let journalLimit: Int64 = 1 << 30

    /// What a rollback journal begins with, and ends with if it names a super-journal.
    private static let journalMagic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]

    /// - Throws: `ArchiveError.hostile` if SQLite must not open the catalog at `path`.
    static func check(_ path: String) throws(ArchiveError) {
        try FileCheck.regularFile(path)
        var info = stat()
        // Only these two bytes of the header are needed: how the file was written and may be read (1: journal).
        if let version = try bytes(of: path, count: 2, at: { $0 >= 20 ? 18 : nil }), version.contains(where: { $0 > 1 })
        {
            throw ArchiveError(.hostile, "a catalog is never in WAL mode", path: path)
        }
        for suffix in ["-wal", "-shm"] where lstat(path + suffix, &info) == 0 {
            throw ArchiveError(.hostile, "a catalog is never in WAL mode", path: path + suffix)
        }
        let journal = path + "-journal"
        guard lstat(journal, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFREG, info.st_size <= journalLimit else {
            throw ArchiveError(.hostile, "not a journal of a catalog; symbolic links are not followed", path: journal)
        }
        if try bytes(of: journal, count: 8, at: { $0 >= 8 ? $0 - 8 : nil }) == journalMagic {
            throw ArchiveError(.hostile, "the journal names another file to remove", path: journal)
        }
    }

    /// What changes when somebody writes a file; nil if it is gone.
    static func state(_ path: String) -> [Int]? {
        var info = stat()
        guard lstat(path, &info) == 0 else { return nil }
        #if canImport(Glibc)
            let time = info.st_mtim
        #else
            let time = info.st_mtimespec
        #endif
        return [Int(info.st_ino), Int(info.st_size), time.tv_sec, time.tv_nsec]
    }

    /// Some bytes of a file; nil if it has become shorter, is gone (a writer removes its journal at any time), or
    /// may not be read (SQLite then says why).
    private static func bytes(
        of path: String, count: Int, at place: (off_t) -> off_t?
    ) throws(ArchiveError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, let offset = place(info.st_size) else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &bytes, count, offset) == count ? bytes : nil
    }
}
