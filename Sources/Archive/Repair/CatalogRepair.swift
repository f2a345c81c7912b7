import Crypto

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a repair has found and done.
public struct RepairOutcome: Sendable {
    public enum Agreement: Sendable {
        /// To the byte what the audit log recorded.
        case asRecorded
        /// The record is of an older version, which told less; what it tells agrees.
        case untold
        /// Not what the audit log recorded.
        case differs
        /// The audit log does not know the export; it has a new record now.
        case unknown
    }

    public struct Export: Sendable {
        public var record: ExportRecord
        public var partitions: Int
        public var agreement: Agreement
    }

    /// Why the catalog was made anew; nil: it is as it should be, and nothing was done.
    public var reason: String?
    /// In the order of ingest.
    public var exports: [Export] = []
    /// Labels of exports that the audit log says are here, of which no partition is.
    public var missing: [String] = []
    /// Partition files that no export owns: the next ingest removes them.
    public var leftovers: [String] = []
    /// Where the catalog from before is kept; nil: there was none.
    public var oldCatalog: String?
}

/// Makes an archive's catalog anew from its partitions and its audit log.
///
/// Partitions tell all that answers depend on; the audit log tells labels, file names, notes and times, and the digest of each
/// export's entry in the catalog, so that the new one can be shown to be what the lost one was. Nothing is changed unless
/// every export of which a partition is here can be entered whole.
public struct CatalogRepair {
    /// Why, who and when, for the audit log and for what nothing else tells.
    public struct Request {
        /// Make the catalog anew though nothing is wrong with it.
        public var isForced: Bool
        /// Members of the audit record: operator, host.
        public var custody: [String: String]
        /// Microseconds since 1970.
        public var now: Int64
        /// The same as RFC 3339.
        public var at: String
        public var tool: String

        public init(isForced: Bool, custody: [String: String], now: Int64, at: String, tool: String) {
            self.isForced = isForced
            self.custody = custody
            self.now = now
            self.at = at
            self.tool = tool
        }
    }

    private let archive: String
    private let request: Request
    /// Hands out an export's content in order.
    public typealias Content = (Archive, ExportRecord, (UnsafeRawBufferPointer) throws -> Void) throws -> Void

    private let content: Content

    private static let kept = ".before-repair"

    /// - Parameter content: called for exports that do not end with a line feed, and to tell what completes a partial one.
    public init(archive: String, _ request: Request, content: @escaping Content) {
        self.archive = FileCheck.resolved(archive)
        self.request = request
        self.content = content
    }

    /// - Parameters:
    ///   - waiting: called once if another process writes the archive.
    ///   - progress: called with the bytes of each partition that was read, and of all.
    /// - Throws: `ArchiveError`; then nothing was changed.
    public func run(waiting: () -> Void, progress: (_ done: UInt64, _ total: UInt64) -> Void) throws -> RepairOutcome {
        let lock = try WriterLock(folder: archive, waiting: waiting)
        return try withExtendedLifetime(lock) {
            var outcome = RepairOutcome()
            let (reason, known) = try reason()
            outcome.reason = reason ?? (request.isForced ? "it was asked for" : nil)
            guard let reason = outcome.reason else {
                // What a writer that was killed after its commit could not append. A sound archive may be read-only.
                let text = (known ?? []).map { $0 + "\n" }.joined()
                if (try? PlainFile.text(archive + "/" + AuditLog.fileName)) != text {
                    try AuditLog.catchUp(folder: archive, records: known ?? [], shared: isShared)
                }
                return outcome
            }
            var history = try History(records: try records(known))
            let files = try Files(archive: archive, progress: progress)
            var entries: [CatalogWriter.Entry] = []
            for digest in history.order {
                guard let facts = history.live[digest] else { continue }
                guard let found = try files.sets(of: digest) else {
                    outcome.missing.append(facts["label"] ?? digest)
                    continue
                }
                let aliases = history.aliases[digest, default: []].compactMap(Hex.digest)
                let (description, agreement) = try described(found, facts, aliases)
                outcome.add(description, agreement)
                entries.append(Self.entry(description, aliases))
            }
            try files.checkAllAreRead(but: history.mentioned)
            let isKnown = !history.records.isEmpty
            let partial = outcome.exports.map(\.record).filter { $0.isPartial && $0.prefixBytes > 0 }
            for digest in files.digests where !history.mentioned.contains(digest) {
                guard let description = try unknown(digest, files, mayBeLeft: isKnown) else { continue }
                if try completes(description, partial) { continue }
                outcome.add(description, .unknown)
                entries.append(Self.entry(description, []))
                try history.append(newRecord(description))
            }
            let owned = Set(entries.flatMap { $0.partitions.map(\.file) })
            outcome.leftovers = files.names.filter { !owned.contains($0) }
            try history.append(
                request.custody.merging(
                    ["action": "repair", "at": request.at, "tool": request.tool, "reason": reason]) { $1 })
            outcome.oldCatalog = try replaceCatalog(entries, history)
            return outcome
        }
    }

    // MARK: What is wrong

    /// Why a catalog must be made, and the list of changes of the one that is there, as far as it can be read.
    private func reason() throws -> (reason: String?, records: [String]?) {
        if CatalogLoss.isMissing(archive) { return ("the catalog is missing", nil) }
        let snapshot: CatalogSnapshot
        do {
            snapshot = try CatalogReader.read(archive: archive)
        } catch let error as ArchiveError where error.code == .damaged || error.code == .hostile {
            return ("the catalog cannot be read: \(error.message)", nil)
        }
        // What else a newer writer promised cannot be kept here.
        guard snapshot.meta == CatalogSchema.meta else {
            throw ArchiveError(
                .newerFormat, "the catalog is not of version \(CatalogSchema.version)", path: archive,
                remedy: "repair it with the coldtrail that wrote it")
        }
        do {
            try CatalogLoss.checkIsNewest(archive, records: snapshot.audit)
        } catch let error as ArchiveError where error.code == .damaged {
            return (error.message, snapshot.audit)
        }
        let problems = CatalogCheck(
            try Archive(path: archive), AuditRecords(records: snapshot.audit, archive: archive)
        ).problems()
        return (problems.first, snapshot.audit)
    }

    /// The longer one of the catalog's list of changes and `audit.log`.
    private func records(_ known: [String]?) throws -> [String] {
        let path = archive + "/" + AuditLog.fileName
        var info = stat()
        guard lstat(path, &info) == 0 else { return known ?? [] }
        var lines = try PlainFile.text(path).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // What stands behind the last line feed was not written to its end.
        lines.removeLast()
        guard let known else { return lines }
        let (short, long) = known.count < lines.count ? (known, lines) : (lines, known)
        guard long.starts(with: short) else {
            throw ArchiveError(
                .damaged, "the audit log and the catalog's list of changes contradict each other", path: path,
                remedy: "one of them was changed: move the one that is not to be trusted away, and repair again")
        }
        return long
    }

    // MARK: Exports

    /// Of several sets of an export's partitions (a build that replaced another, and was killed before that was removed) the
    /// one that was recorded.
    private func described(
        _ sets: [[PartitionDescription]], _ facts: [String: String], _ aliases: [[UInt8]]
    ) throws -> (ExportDescription, RepairOutcome.Agreement) {
        var first: (ExportDescription, RepairOutcome.Agreement)?
        var failure: (any Error)?
        for set in sets {
            do {
                let description = try whole(set, facts: facts, label: facts["label"] ?? "")
                switch description.isAsRecorded(facts, aliases: aliases) {
                case true?: return (description, .asRecorded)
                case false?: first = first ?? (description, .differs)
                case nil: first = first ?? (description, .untold)
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let first { return first }
        throw failure ?? ArchiveError(.damaged, "an export has no partitions", path: archive)
    }

    private func whole(
        _ partitions: [PartitionDescription], facts: [String: String]?, label: String
    ) throws -> ExportDescription {
        var description = try ExportDescription(
            partitions, audit: facts, label: label, now: request.now, tool: request.tool, archive: archive)
        try findPrefix(&description)
        return description
    }

    /// The SHA-256 and the length of the content up to its last line feed.
    private func findPrefix(_ description: inout ExportDescription) throws {
        guard !description.export.endsWithNewline, description.export.contentBytes > 0 else { return }
        var digest = ContentDigest()
        var bytes: UInt64 = 0
        // What came since the last line feed.
        var rest: [UInt8] = []
        let single = Archive(path: archive, of: description)
        for export in single.exports {
            try content(single, export) { piece in
                guard let feed = piece.lastIndex(of: 0x0A) else { return rest.append(contentsOf: piece) }
                rest.withUnsafeBytes { digest.update($0) }
                digest.update(UnsafeRawBufferPointer(rebasing: piece[...feed]))
                bytes += UInt64(rest.count + feed + 1)
                rest = Array(piece[(feed + 1)...])
            }
        }
        (description.export.prefixDigest, description.export.prefixBytes) = (digest.value(), bytes)
    }

    /// An export that the audit log does not know.
    ///
    /// - Parameter mayBeLeft: the audit log names what was complete, so that an incomplete set is what an ingest left that did
    ///   not end.
    /// - Returns: nil: such a set.
    private func unknown(_ digest: String, _ files: Files, mayBeLeft: Bool) throws -> ExportDescription? {
        var failure: (any Error)?
        for set in try files.sets(of: digest) ?? [] {
            var description: ExportDescription
            do {
                description = try ExportDescription(
                    set, audit: nil, label: "recovered-" + digest.prefix(8), now: request.now, tool: request.tool,
                    archive: archive)
            } catch {
                failure = failure ?? error
                continue
            }
            try findPrefix(&description)
            return description
        }
        if let failure, !mayBeLeft { throw failure }
        return nil
    }

    /// Whether an unknown export begins with one of these partial exports: then it was about to take its place, and did not.
    private func completes(_ description: ExportDescription, _ partial: [ExportRecord]) throws -> Bool {
        for known in partial where known.prefixBytes <= description.export.contentBytes {
            var digest = ContentDigest()
            var left = known.prefixBytes
            let single = Archive(path: archive, of: description)
            for export in single.exports {
                try content(single, export) { piece in
                    let count = Int(min(left, UInt64(piece.count)))
                    digest.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
                    left -= UInt64(count)
                }
            }
            if digest.value() == known.prefixDigest { return true }
        }
        return false
    }

    private static func entry(_ description: ExportDescription, _ aliases: [[UInt8]]) -> CatalogWriter.Entry {
        var filters: [Int: TermFilter] = [:]
        for partition in description.partitions { filters[partition.record.number] = partition.filter }
        return CatalogWriter.Entry(
            export: description.export, partitions: description.partitions.map(\.record), filters: filters,
            replaces: [], aliases: aliases, auditRecord: "")
    }

    /// The audit record of an export that had none.
    private func newRecord(_ description: ExportDescription) -> [String: String] {
        let export = description.export
        var facts = [
            "action": "repair", "at": request.at, "label": export.label, "export": Hex.text(export.digest),
            "source": Hex.text(export.sourceDigest), "file": export.fileName, "events": "\(export.events)",
            "lines": "\(export.lines)", "rejects": "\(export.rejects)", "merkle_root": Hex.text(export.merkleRoot),
            "tool": export.toolVersion,
            "entry": CatalogEntryDigest.hex(
                export, description.partitions.map(\.record),
                filter: { description.partitions[$0.number].filter }, aliases: []),
        ]
        // A writer removes downloads that no record names.
        let source = KeptSources.folder + "/" + Hex.text(export.sourceDigest)
        var info = stat()
        if lstat(archive + "/" + source, &info) == 0 { facts["kept_source"] = source }
        return request.custody.merging(facts) { $1 }.merging(export.damage.map { ["damage": $0.reason] } ?? [:]) { $1 }
    }

    // MARK: The catalog

    /// - Returns: where the catalog from before is kept.
    private func replaceCatalog(_ entries: [CatalogWriter.Entry], _ history: History) throws -> String? {
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
    private var isShared: Bool {
        var info = stat()
        return lstat(archive, &info) == 0 && info.st_mode & 0o004 != 0
    }
}

extension RepairOutcome {
    fileprivate mutating func add(_ description: ExportDescription, _ agreement: Agreement) {
        exports.append(
            Export(record: description.export, partitions: description.partitions.count, agreement: agreement))
    }
}

/// What the audit log tells of the exports.
private struct History {
    private(set) var records: [String] = []
    /// Digests (hexadecimal) of all exports that were ever here.
    private(set) var mentioned: Set<String> = []
    /// The newest record of each export that is here.
    private(set) var live: [String: [String: String]] = [:]
    /// The digests of these, by their newest records.
    private(set) var order: [String] = []
    /// Digests that an export took the place of.
    private(set) var aliases: [String: Set<String>] = [:]
    private(set) var labels: Set<String> = []

    /// - Throws: `ArchiveError.damaged` if a record does not follow the one before it.
    init(records: [String]) throws {
        var previous = String(repeating: "0", count: 64)
        for (number, record) in records.enumerated() {
            let facts = AuditRecords.facts(of: record)
            guard facts["previous"] == previous else {
                throw ArchiveError(
                    .damaged,
                    "audit record \(number + 1) does not follow the one before it: one was changed or removed",
                    remedy:
                        "take audit.log from a copy; or move it away: then exports are entered without their history")
            }
            previous = Hex.text(SHA256.hash(data: Array(record.utf8)))
            take(record, facts)
        }
    }

    /// Adds a record of its own.
    mutating func append(_ facts: [String: String]) throws {
        take(try AuditLog.record(facts, after: records.last), facts)
    }

    private mutating func take(_ record: String, _ facts: [String: String]) {
        records.append(record)
        if let label = facts["label"] { labels.insert(label) }
        guard let export = facts["export"] else { return }
        mentioned.insert(export)
        var names: Set<String> = []
        for replaced in (facts["replaces"] ?? "").split(separator: " ").map(String.init) {
            names.formUnion(aliases.removeValue(forKey: replaced) ?? [])
            if replaced != export { names.insert(replaced) }
            remove(replaced)
        }
        remove(export)
        if facts["action"] == "forget" { return }
        live[export] = facts
        order.append(export)
        if !names.isEmpty { aliases[export] = names }
    }

    private mutating func remove(_ export: String) {
        live[export] = nil
        aliases[export] = nil
        order.removeAll { $0 == export }
    }
}

/// The partition files that are here, read once.
private struct Files {
    let names: [String]
    private var byExport: [String: [[PartitionDescription]]] = [:]
    /// By name, what is wrong with files that cannot be read.
    private var failures: [(name: String, error: any Error)] = []
    private let archive: String

    var digests: [String] { byExport.keys.sorted() }

    init(archive: String, progress: (UInt64, UInt64) -> Void) throws {
        self.archive = archive
        names = try CatalogLoss.partitionNames(archive)
        let sizes = names.map { name -> UInt64 in
            var info = stat()
            return lstat(archive + "/partitions/" + name, &info) == 0 ? UInt64(clamping: info.st_size) : 0
        }
        let total = sizes.reduce(0, +)
        var done: UInt64 = 0
        var found: [String: [String: [PartitionDescription]]] = [:]
        for (name, size) in zip(names, sizes) {
            do {
                let description = try PartitionDescription(archive: archive, file: name)
                found[Hex.text(description.exportDigest), default: [:]][Self.build(of: name), default: []]
                    .append(description)
            } catch {
                failures.append((name, error))
            }
            done += size
            progress(done, total)
        }
        for (export, builds) in found {
            // The newest build first.
            byExport[export] = builds.sorted { ($0.key.utf8.count, $0.key) > ($1.key.utf8.count, $1.key) }.map {
                $0.value.sorted { $0.record.number < $1.record.number }
            }
        }
    }

    /// - Parameter known: digests of exports whose files are looked at one by one.
    /// - Throws: the first error of another file that cannot be read.
    func checkAllAreRead(but known: Set<String>) throws {
        let names = Set(known.map { $0.prefix(32) })
        if let failure = failures.first(where: { !names.contains($0.name.prefix(32)) }) { throw unreadable(failure) }
    }

    private func unreadable(_ failure: (name: String, error: any Error)) -> ArchiveError {
        ArchiveError(
            .damaged, describe(failure.error), path: archive + "/partitions/" + failure.name,
            remedy: "put it back from a copy of the archive, or move the files of its export away and ingest it again; "
                + "nothing was changed")
    }

    /// What stands before the last six digits of a partition's number: a later build of the same export has another.
    private static func build(of name: String) -> String {
        String(name.dropFirst(33).dropLast(4).dropLast(6))
    }

    /// The partitions of an export by number, newest build first; nil: there is no file of it.
    ///
    /// - Throws: the first error of a file that has the export's name and cannot be read.
    func sets(of digest: String) throws -> [[PartitionDescription]]? {
        if let failure = failures.first(where: { $0.name.hasPrefix(digest.prefix(32)) }) {
            throw unreadable(failure)
        }
        return byExport[digest]
    }
}
