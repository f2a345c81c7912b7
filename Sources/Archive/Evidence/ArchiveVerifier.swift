/// What verification found out about one file, or about an export as a whole.
public struct VerifyResult: Sendable {
    /// The export's label.
    public var label: String
    /// The partition's file; nil for the export as a whole.
    public var file: String?
    /// Empty: all is as it should be.
    public var problems: [String]
}

/// Checks stored data against the hashes taken when it was written.
public enum ArchiveVerifier {
    /// Checks one export.
    ///
    /// - Parameters:
    ///   - quick: only the SHA-256 of the files; else every block, series, column, term and line too, and the Merkle tree.
    ///   - progress: called with bytes just read from files or, unless quick, decompressed.
    ///   - report: called once for each partition, and once for the export as a whole.
    public static func verify(
        _ export: ExportRecord, in archive: Archive, quick: Bool, progress: (UInt64) -> Void,
        report: (VerifyResult) throws -> Void
    ) throws {
        let partitions = archive.partitions(of: export)
        var problems: [Int64: [String]] = [:]
        var readable: [PartitionRecord] = []
        for partition in partitions {
            var found: [String] = []
            do {
                let (digest, bytes) = try FileDigest.sha256(of: try archive.file(of: partition))
                if bytes != partition.bytes {
                    found.append("the file has \(bytes) bytes, not \(partition.bytes)")
                } else if digest != partition.digest {
                    found.append("the file's SHA-256 is not the catalog's")
                }
                progress(bytes)
                if !quick {
                    found += PartitionCheck(record: partition, reader: try archive.open(partition)).problems()
                    readable.append(partition)
                }
            } catch {
                found.append(describe(error))
            }
            problems[partition.id] = found
        }
        var whole = countProblems(export, partitions)
        if !quick {
            var lines = LineCheck(archive: archive, export: export)
            do {
                try lines.run(readable, progress: progress)
            } catch {
                whole.append(describe(error))
            }
            for (id, found) in lines.problems { problems[id, default: []] += found }
            whole += lines.exportProblems
        }
        for partition in partitions {
            try report(VerifyResult(label: export.label, file: partition.file, problems: problems[partition.id] ?? []))
        }
        try report(VerifyResult(label: export.label, file: nil, problems: whole))
    }

    /// Checks what belongs to the archive as a whole: the audit log's chain, the catalog against it, kept downloads.
    ///
    /// - Returns: the file concerned, and what is wrong with it.
    public static func wholeArchiveProblems(
        _ archive: Archive, _ log: AuditRecords, progress: (UInt64) -> Void
    ) -> [(file: String, problem: String)] {
        log.problems().map { (AuditLog.fileName, $0) }
            + CatalogCheck(archive, log).problems().map { (CatalogSchema.fileName, $0) }
            + KeptSources.problems(archive, log, progress: progress).map { ($0.0, $0.1) }
    }

    /// Bytes that `progress` will tell of in all.
    public static func work(_ exports: [ExportRecord], in archive: Archive, quick: Bool) -> UInt64 {
        exports.flatMap { archive.partitions(of: $0) }.reduce(0) { $0 + $1.bytes + (quick ? 0 : $1.rawBytes) }
    }

    private static func countProblems(_ export: ExportRecord, _ partitions: [PartitionRecord]) -> [String] {
        var problems: [String] = []
        let events = partitions.reduce(0) { $0 + UInt64($1.events) }
        if events != export.events { problems.append("its partitions hold \(events) events, not \(export.events)") }
        if export.events + export.rejects + export.blanks != export.lines {
            problems.append("its events, rejects and blank lines do not add up to \(export.lines) lines")
        }
        if partitions.isEmpty { problems.append("it has no partition") }
        return problems
    }
}
