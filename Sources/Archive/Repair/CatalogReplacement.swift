#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Puts a new catalog and its audit log in the place of the old ones, which are kept. Killed at any moment, the archive has a
/// catalog (unless it had none) and a log with all that was known.
struct CatalogReplacement {
    let archive: String

    private static let kept = ".before-repair"

    /// - Returns: where the catalog from before is kept.
    func replace(with entries: [CatalogWriter.Entry], _ history: ExportHistory) throws -> String? {
        guard mkdir(archive + "/tmp", isShared ? 0o755 : 0o700) == 0 || errno == EEXIST else {
            throw ArchiveError.system("cannot write the archive", path: archive)
        }
        let draft = try CatalogWriter.draft(
            archive: archive, entries, labels: history.labels, audit: history.records)
        chmod(draft, isShared ? 0o644 : 0o600)
        try writeLog(history.records)
        let path = archive + "/" + CatalogSchema.fileName
        let kept = Self.freeName(path + Self.kept)
        var info = stat()
        let isThere = lstat(path, &info) == 0
        if isThere {
            if lstat(path + "-journal", &info) == 0 { Self.rollBack(path) }
            // The old one keeps its name until the new one takes it.
            guard link(path, kept) == 0 else { throw ArchiveError.system("cannot keep the old catalog", path: kept) }
        }
        // They belong to the old catalog: beside the new one a journal would be rolled back into it.
        for suffix in ["-journal", "-wal", "-shm"] where lstat(path + suffix, &info) == 0 {
            guard rename(path + suffix, kept + suffix) == 0 else {
                throw ArchiveError.system("cannot keep the old catalog", path: path + suffix)
            }
        }
        Fault.point(.rename)
        guard rename(draft, path) == 0 else { throw ArchiveError.system("cannot name the catalog", path: path) }
        try TemporaryFile.sync(archive)
        Fault.point(.rename)
        return isThere ? String(kept.dropFirst(archive.utf8.count + 1)) : nil
    }

    /// Writes the whole log aside and gives it its name: at every moment there is one with all that was known. One that is no
    /// beginning of it is kept.
    private func writeLog(_ records: [String]) throws {
        let path = archive + "/" + AuditLog.fileName
        let draft = archive + "/tmp/" + AuditLog.fileName
        unlink(draft)
        try AuditLog.catchUp(folder: archive + "/tmp", records: records, shared: isShared)
        var info = stat()
        if lstat(path, &info) == 0 {
            let wanted = records.map { $0 + "\n" }.joined()
            if !wanted.utf8.starts(with: try PlainFile.text(path).utf8) {
                let kept = Self.freeName(path + Self.kept)
                guard link(path, kept) == 0 else {
                    throw ArchiveError.system("cannot keep the old audit log", path: kept)
                }
            }
        }
        guard rename(draft, path) == 0 else { throw ArchiveError.system("cannot write the audit log", path: path) }
        try TemporaryFile.sync(archive)
        Fault.point(.rename)
    }

    /// Finishes what a writer began that was killed in its commit; nothing is done if SQLite cannot read the catalog.
    private static func rollBack(_ path: String) {
        guard let database = try? SQLiteConnection.openForChanges(path, wait: 1_000) else { return }
        _ = try? database.prepare("SELECT count(*) FROM sqlite_schema").step()
    }

    /// The name, or the first with a number behind that is not taken.
    private static func freeName(_ name: String) -> String {
        var info = stat()
        var free = name
        var number = 2
        while lstat(free, &info) == 0 {
            free = "\(name)-\(number)"
            number += 1
        }
        return free
    }

    /// Whether others may read the archive.
    var isShared: Bool {
        var info = stat()
        return lstat(archive, &info) == 0 && info.st_mode & 0o004 != 0
    }
}
