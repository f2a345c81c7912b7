#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
                    try AuditLog.catchUp(
                        folder: archive, records: known ?? [], shared: CatalogReplacement(archive: archive).isShared)
                }
                return outcome
            }
            var history = try ExportHistory(records: try records(known))
            let files = try PartitionFiles(archive: archive, progress: progress)
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
            outcome.oldCatalog = try CatalogReplacement(archive: archive).replace(with: entries, history)
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
    private func unknown(_ digest: String, _ files: PartitionFiles, mayBeLeft: Bool) throws -> ExportDescription? {
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
}
