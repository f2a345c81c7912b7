import Crypto
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The right to change an archive: one process at a time, others wait.
///
/// Everything is prepared under `tmp/`, synced, renamed into place, and then entered in the catalog in one
/// transaction; a process that dies leaves files that the next writer removes. Safe to share: every change of the
/// catalog happens under one mutex.
public final class ArchiveWriter: @unchecked Sendable {
    public let path: String
    private let lock: WriterLock
    private let catalog: CatalogWriter
    private let mutex = Mutex()
    private let isShared: Bool
    /// What the catalog said when it was last read, until this writer changes it; nobody else can. Under its own mutex.
    private var known: Archive?
    private let knowing = Mutex()
    /// The end of the audit log; under `mutex`.
    private var audit: (last: String?, bytes: Int)

    public var temporaryFolder: String { path + "/tmp" }

    /// Opens or creates the archive and takes its writer lock.
    ///
    /// - Parameters:
    ///   - shared: files 0444 and folders 0555-like (0755 while writable) instead of 0400 and 0700.
    ///   - waiting: called once if another writer holds the lock.
    public init(path: String, shared: Bool = false, waiting: () -> Void = {}) throws {
        isShared = shared
        let mode: mode_t = shared ? 0o755 : 0o700
        var info = stat()
        if lstat(path, &info) == 0 {
            guard info.st_mode & S_IFMT == S_IFDIR else {
                throw ArchiveError(.usage, "not a folder", path: path, remedy: "name another place with --archive")
            }
            var entry = stat()
            if lstat(path + "/" + CatalogSchema.fileName, &entry) != 0, try !Self.isEmptyOrOurs(path) {
                if CatalogLoss.isMissing(path) { throw CatalogLoss.missing(path) }
                throw ArchiveError(
                    .usage, "a folder with other things in it, not an archive", path: path,
                    remedy: "name a new folder with --archive")
            }
        } else {
            guard mkdir(path, mode) == 0 || errno == EEXIST else {
                throw ArchiveError.system("cannot create the archive", path: path)
            }
        }
        let path = FileCheck.resolved(path)
        self.path = path
        lock = try WriterLock(folder: path, waiting: waiting)
        // Another process may have been repairing or making it until now.
        if CatalogLoss.isMissing(path) { throw CatalogLoss.missing(path) }
        for folder in ["/tmp", "/partitions"] {
            guard mkdir(path + folder, mode) == 0 || errno == EEXIST else {
                throw ArchiveError.system("cannot write the archive", path: path)
            }
            guard lstat(path + folder, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
                throw ArchiveError(.hostile, "not a folder; symbolic links are not followed", path: path + folder)
            }
        }
        if lstat(path + "/" + CatalogSchema.fileName, &info) == 0 {
            try FileCheck.regularFile(path + "/" + CatalogSchema.fileName)
            // A foreign catalog is checked as a reader would, before anything is written.
            // An older one does not name all partitions, which would be removed.
            let snapshot = try CatalogReader.read(archive: path, withFilters: false)
            try CatalogLoss.checkIsNewest(path, records: snapshot.audit)
        }
        catalog = try CatalogWriter(archive: path)
        chmod(catalog.path, shared ? 0o644 : 0o600)
        audit = try catalog.auditEnd()
        // First, as it finds out whether the two belong together.
        try AuditLog.catchUp(folder: path, records: try catalog.auditRecords(), shared: shared)
        try removeLeftovers()
    }

    /// The archive as it is now, without the partitions' term filters.
    public func snapshot() throws -> Archive {
        try knowing.withLock {
            if let known { return known }
            let archive = try Archive(path: path, withFilters: false)
            known = archive
            return archive
        }
    }

    /// Changes the catalog: what was known of it is forgotten, whatever comes of the change.
    private func change(_ body: () throws -> Void) throws {
        try knowing.withLock {
            defer { known = nil }
            try body()
        }
    }

    /// Appends the record that has just been entered in the catalog to `audit.log`. Under `mutex`.
    private func extendAudit(_ record: String) throws {
        let before = audit.bytes
        audit = (record, before + record.utf8.count + 1)
        if try AuditLog.append(record, at: before, archive: path) { return }
        try AuditLog.catchUp(folder: path, records: try catalog.auditRecords(), shared: isShared)
    }

    public func usedLabels() throws -> Set<String> { try catalog.usedLabels() }

    /// Removes what writers that died or failed left: everything in `tmp/`, and partitions that no export owns.
    ///
    /// Nothing may be in the making: call it before the first or after the last export.
    public func removeLeftovers() throws {
        for name in try Self.names(in: temporaryFolder) { unlink(temporaryFolder + "/" + name) }
        let snapshot = try CatalogReader.read(archive: path, withFilters: false)
        let known = Set(snapshot.partitions.map(\.file))
        let awaited = CatalogLoss.awaited(snapshot)
        for name in try Self.names(in: path + "/partitions")
        where !known.contains(name) && FileCheck.isPartitionName(name) && !awaited.contains(String(name.prefix(32))) {
            unlink(path + "/partitions/" + name)
        }
        let sources = snapshot.exports.map { Hex.text($0.sourceDigest) }
        try removeSources(keeping: AuditRecords.keptSources(snapshot.audit).union(sources))
    }

    /// What a sealed partition needs to be entered.
    public struct Sealed: Sendable {
        public var built: BuiltPartition
        public var digest: [UInt8]
        public var bytes: UInt64
    }

    /// Gives a built partition its identity, syncs it and computes its digest. May run on any thread.
    public func seal(_ built: BuiltPartition, identity: PartitionIdentity, libraries: String) throws -> Sealed {
        try PartitionWriter.seal(built, identity: identity, libraries: libraries)
        Fault.point(.seal)
        chmod(built.path, isShared ? 0o444 : 0o400)
        try TemporaryFile.sync(built.path)
        let (digest, bytes) = try FileDigest.sha256(of: built.path)
        return Sealed(built: built, digest: digest, bytes: bytes)
    }

    /// Moves an export's partitions into place and enters it in the catalog.
    ///
    /// - Parameter replaces: exports in the archive whose place it takes; their digests become aliases.
    public func enter(_ export: ExportRecord, partitions: [Sealed], replaces: [ExportRecord], audit: [String: String])
        throws
    {
        try mutex.withLock {
            let before = try snapshot()
            let old = replaces.flatMap { before.partitions(of: $0).map(\.file) }
            let prefix = Hex.text(export.digest.prefix(16))
            var records: [PartitionRecord] = []
            var filters: [Int: TermFilter] = [:]
            for (number, sealed) in partitions.enumerated() {
                let built = sealed.built
                let file = Self.freeName(prefix, number, old: Set(old), folder: path + "/partitions/")
                guard rename(built.path, path + "/partitions/" + file) == 0 else {
                    throw ArchiveError.system("cannot move a partition into place", path: path + "/partitions/" + file)
                }
                Fault.point(.rename)
                records.append(
                    PartitionRecord(
                        exportID: 0, number: number, file: file, digest: sealed.digest, bytes: sealed.bytes,
                        events: built.events, undated: built.undated, rawBytes: built.rawBytes,
                        firstLine: built.firstLine, lastLine: built.lastLine,
                        minTime: built.minTime == undatedTime ? nil : built.minTime,
                        maxTime: built.maxTime == undatedTime ? nil : built.maxTime, blocks: built.blocks,
                        terms: built.terms, allIndexed: built.allIndexed, holdsRemainder: number == 0))
                filters[number] = built.filter
            }
            try TemporaryFile.sync(path + "/partitions")
            let ids = replaces.map(\.id)
            let aliases =
                before.aliases.filter { ids.contains($0.exportID) }.map(\.digest)
                + replaces.map(\.digest).filter { $0 != export.digest }
            var audit = audit
            audit["entry"] = CatalogEntryDigest.hex(
                export, records, filter: { filters[$0.number] }, aliases: Array(Set(aliases)))
            let record = try AuditLog.record(audit, after: self.audit.last)
            let entry = CatalogWriter.Entry(
                export: export, partitions: records, filters: filters, replaces: ids, aliases: aliases,
                auditRecord: record)
            try change { try catalog.enter(entry) }
            for file in old {
                unlink(path + "/partitions/" + file)
                Fault.point(.remove)
            }
            try extendAudit(record)
        }
    }

    /// Removes an export with its partitions and its kept download; the audit log keeps that it was here, and why it went.
    ///
    /// The catalog's transaction decides: before it everything is as it was, after it files without an owner are removed
    /// here or by the next writer.
    public func forget(_ export: ExportRecord, audit: [String: String]) throws {
        try mutex.withLock {
            let record = try AuditLog.record(audit, after: self.audit.last)
            try change { try catalog.forget(export.id, auditRecord: record) }
            try removeLeftovers()
            Fault.point(.remove)
            try extendAudit(record)
        }
    }

    /// Copies a download into the archive, under its SHA-256.
    ///
    /// - Throws: `ArchiveError.damaged` if the file is no longer the one that was read.
    public func keepSource(_ source: String, digest: [UInt8]) throws {
        let draft = temporaryFolder + "/source-" + Hex.text(digest)
        try KeptSources.copy(source, to: draft)
        guard try FileDigest.sha256(of: draft).digest == digest else {
            throw ArchiveError(.damaged, "the file changed while it was read", path: source)
        }
        chmod(draft, isShared ? 0o444 : 0o400)
        try TemporaryFile.sync(draft)
        let folder = path + "/" + KeptSources.folder
        var info = stat()
        guard mkdir(folder, isShared ? 0o755 : 0o700) == 0 || errno == EEXIST, lstat(folder, &info) == 0,
            info.st_mode & S_IFMT == S_IFDIR
        else { throw ArchiveError.system("cannot make the folder for downloads", path: folder) }
        guard rename(draft, folder + "/" + Hex.text(digest)) == 0 else {
            throw ArchiveError.system("cannot keep the download", path: folder)
        }
        try TemporaryFile.sync(folder)
    }

    private func removeSources(keeping known: Set<String>) throws {
        let folder = path + "/" + KeptSources.folder
        var info = stat()
        guard lstat(folder, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { return }
        for name in try Self.names(in: folder) where !known.contains(name) && Hex.digest(name) != nil {
            unlink(folder + "/" + name)
        }
    }

    /// Partitions are named by digest; a rebuild of the same content must not overwrite what readers have open.
    private static func freeName(_ prefix: String, _ number: Int, old: Set<String>, folder: String) -> String {
        var name = "\(prefix)-\(number).ctp"
        var round = 1
        while old.contains(name) {
            name = "\(prefix)-\(round)\(String(repeating: "0", count: 6 - min(6, String(number).count)))\(number).ctp"
            round += 1
        }
        return name
    }

    private static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    private static func isEmptyOrOurs(_ path: String) throws -> Bool {
        let names = Set(try names(in: path))
        // Another first ingest may have made the catalog since it was looked for.
        if names.contains(CatalogSchema.fileName) { return true }
        return names.isSubset(of: [
            "tmp", "partitions", KeptSources.folder, "audit.log", CatalogSchema.fileName + "-journal",
        ])
    }
}

/// SHA-256 of whole files.
public enum FileDigest {
    public static func sha256(of path: String, followingLinks: Bool = false) throws -> (digest: [UInt8], bytes: UInt64)
    {
        if !followingLinks { try FileCheck.regularFile(path) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else { throw ArchiveError.system("cannot read", path: path) }
        defer { close(descriptor) }
        var hasher = SHA256()
        var total: UInt64 = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let n = read(descriptor, buffer.baseAddress, buffer.count)
            if n < 0, errno == EINTR { continue }
            guard n >= 0 else { throw ArchiveError.system("cannot read", path: path) }
            if n == 0 { break }
            hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<n]))
            total += UInt64(n)
        }
        return (Array(hasher.finalize()), total)
    }
}
