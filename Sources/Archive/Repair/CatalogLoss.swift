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
        // What cannot be looked at may be there.
        return (try? partitionNames(archive).isEmpty) != true
    }

    /// - Throws: `ArchiveError.damaged` if `audit.log` tells of changes that the catalog does not know.
    static func checkIsNewest(_ archive: String, records: [String]) throws {
        let path = archive + "/" + AuditLog.fileName
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        let known = records.map { $0 + "\n" }.joined()
        let log = try PlainFile.text(path)
        // A log that is shorter is completed by the writer, if it is a beginning.
        guard log.utf8.count > known.utf8.count else { return }
        guard log.utf8.starts(with: known.utf8) else {
            throw ArchiveError(
                .damaged, "the audit log does not agree with the catalog", path: path,
                remedy: "keep a copy of both and compare them before going on")
        }
        let more = log.utf8.dropFirst(known.utf8.count).reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        guard more > 0 else { return }
        throw ArchiveError(
            .damaged,
            "the catalog is older than the audit log: it lacks the last \(more == 1 ? "change" : "\(more) changes")",
            path: archive, remedy: remedy)
    }

    /// The names of partition files that are here, in order.
    ///
    /// - Throws: `ArchiveError` if the folder is there and cannot be read.
    static func partitionNames(_ archive: String) throws -> [String] {
        let folder = archive + "/partitions"
        var info = stat()
        if lstat(folder, &info) != 0, errno == ENOENT { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter(FileCheck.isPartitionName)
                .sorted()
        } catch {
            throw ArchiveError(.system, "cannot read the folder: \(error)", path: folder)
        }
    }

    /// The beginnings of the names of files that belong to exports of which the audit log says that they are here, and which
    /// the catalog does not name: a repair found none of their partitions, and they may come back.
    static func awaited(_ snapshot: CatalogSnapshot) -> Set<String> {
        let present = Set(snapshot.exports.map { Hex.text($0.digest) })
        return Set(
            AuditRecords.live(snapshot.audit).keys.filter { !present.contains($0) }.map { String($0.prefix(32)) })
    }
}
