import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells a catalog that was lost, or replaced by an older one, from one that never was: a writer removes partitions that the
/// catalog does not name, and so must not trust it blindly.
enum CatalogLoss {
    static let remedy =
        "`coldtrail repair` makes it anew from the partitions and the audit log; until then nothing is changed"

    static func missing(_ archive: String) -> ArchiveError {
        ArchiveError(.damaged, "the catalog is missing, but partitions are here", path: archive, remedy: remedy)
    }

    /// Whether there is no catalog where there was one.
    static func isMissing(_ archive: String) -> Bool {
        var info = stat()
        guard lstat(archive + "/" + CatalogSchema.fileName, &info) != 0 else { return false }
        if lstat(archive + "/" + AuditLog.fileName, &info) == 0, info.st_size > 0 { return true }
        return !partitionNames(archive).isEmpty
    }

    /// - Throws: `ArchiveError.damaged` if `audit.log` tells of changes that the catalog does not know.
    static func checkIsNewest(_ archive: String, records: [String]) throws {
        let path = archive + "/" + AuditLog.fileName
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        let known = records.map { $0 + "\n" }.joined()
        let log = try PlainFile.text(path)
        guard log.utf8.count > known.utf8.count, log.utf8.starts(with: known.utf8) else { return }
        let more = log.utf8.dropFirst(known.utf8.count).reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        guard more > 0 else { return }
        throw ArchiveError(
            .damaged,
            "the catalog is older than the audit log: it lacks the last \(more == 1 ? "change" : "\(more) changes")",
            path: archive, remedy: remedy)
    }

    /// The names of partition files that are here, in order.
    static func partitionNames(_ archive: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: archive + "/partitions")) ?? []
        return names.filter(FileCheck.isPartitionName).sorted()
    }
}
