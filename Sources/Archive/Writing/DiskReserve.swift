#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Disk space that an ingest leaves untouched: 1 GiB, or 2 % of a file system smaller than 50 GiB.
public enum DiskReserve {
    /// A file system's space, in bytes.
    public struct Space: Sendable {
        public var free: UInt64
        public var reserve: UInt64

        /// What may be written without touching the reserve.
        public var usable: UInt64 { free > reserve ? free - reserve : 0 }
    }

    /// - Throws: `ArchiveError.diskFull` if the reserve is touched.
    public static func check(folder: String) throws(ArchiveError) {
        guard let space = space(at: folder) else { return }
        if space.free < space.reserve {
            throw ArchiveError(
                .diskFull,
                "only \(space.free >> 20) MiB are free and \(space.reserve >> 20) MiB are kept in reserve",
                path: folder,
                remedy:
                    "free disk space and run the same command again, or go on with --force; the archive is as it was")
        }
    }

    /// The space of the file system that a path lies on, or will lie on when it is made; nil if it cannot be told.
    public static func space(at path: String) -> Space? {
        var place = path
        var info = statvfs()
        while statvfs(place, &info) != 0 {
            guard errno == ENOENT, place != "/", place != "." else { return nil }
            let parent = place.split(separator: "/", omittingEmptySubsequences: true).dropLast()
            place = (place.hasPrefix("/") ? "/" : "") + parent.joined(separator: "/")
            if place.isEmpty { place = "." }
        }
        let unit = UInt64(info.f_frsize)
        return Space(
            free: UInt64(info.f_bavail) * unit, reserve: min(1 << 30, UInt64(info.f_blocks) * unit / 50))
    }
}
