#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Disk space that an ingest leaves untouched: 1 GiB, or 2 % of a file system smaller than 50 GiB.
public enum DiskReserve {
    /// - Throws: `ArchiveError.diskFull` if the reserve is touched.
    public static func check(folder: String) throws(ArchiveError) {
        var info = statvfs()
        guard statvfs(folder, &info) == 0 else { return }
        let unit = UInt64(info.f_frsize)
        let reserve = min(1 << 30, UInt64(info.f_blocks) * unit / 50)
        let free = UInt64(info.f_bavail) * unit
        if free < reserve {
            throw ArchiveError(
                .diskFull, "only \(free >> 20) MiB are free and \(reserve >> 20) MiB are kept in reserve", path: folder,
                remedy:
                    "free disk space and run the same command again, or go on with --force; the archive is as it was")
        }
    }
}
