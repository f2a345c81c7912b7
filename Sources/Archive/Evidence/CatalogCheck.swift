/// Holds the catalog against the audit log: every row that answers depend on stands in the digest of an audit record.
struct CatalogCheck {
    private let archive: Archive
    private let log: AuditRecords

    init(_ archive: Archive, _ log: AuditRecords) {
        self.archive = archive
        self.log = log
    }

    /// What is wrong, a sentence each.
    func problems() -> [String] {
        var problems: [String] = []
        let live = log.liveExports
        for export in archive.exports {
            let digest = Hex.text(export.digest)
            guard let facts = live[digest] else {
                problems.append("catalog: the audit log does not know of the export \(export.label)")
                continue
            }
            problems += differences(export, facts).map { "catalog, \(export.label): \($0)" }
        }
        let present = Set(archive.exports.map { Hex.text($0.digest) })
        for (digest, facts) in live.sorted(by: { $0.key < $1.key }) where !present.contains(digest) {
            problems.append(
                "catalog: the export \(facts["label"] ?? digest) is missing, which the audit log says is here")
        }
        let ids = Set(archive.exports.map(\.id))
        for partition in archive.partitions where !ids.contains(partition.exportID) {
            problems.append("catalog: the partition \(partition.file) belongs to no export")
        }
        for alias in archive.aliases where !ids.contains(alias.exportID) {
            problems.append("catalog: the alias \(Hex.text(alias.digest)) belongs to no export")
        }
        let labels = Set(log.records.compactMap { AuditRecords.facts(of: $0)["label"] })
        if archive.usedLabels != labels { problems.append("catalog: the list of used labels is not the audit log's") }
        // A newer minor version can be read, but what else its writer promised cannot be checked here.
        if archive.meta != CatalogSchema.meta {
            problems.append(
                "catalog: it does not call itself a \(CatalogSchema.format) of version \(CatalogSchema.version); "
                    + "if a newer coldtrail wrote it, verify with that one")
        }
        return problems
    }

    private func differences(_ export: ExportRecord, _ facts: [String: String]) -> [String] {
        var expected: [(String, String?)] = [
            ("label", export.label), ("source", Hex.text(export.sourceDigest)), ("file", export.fileName),
            ("events", "\(export.events)"), ("lines", "\(export.lines)"), ("rejects", "\(export.rejects)"),
            ("merkle_root", Hex.text(export.merkleRoot)), ("tool", export.toolVersion), ("job_id", export.jobID),
            ("note", export.note), ("damage", export.damage?.reason),
        ]
        // Records of archives that older versions wrote have no digest of the entry.
        if facts["entry"] != nil {
            expected.append(
                (
                    "entry",
                    CatalogEntryDigest.hex(
                        export, archive.partitions(of: export), filter: { archive.filter(of: $0) },
                        aliases: archive.aliases.filter { $0.exportID == export.id }.map(\.digest))
                ))
        }
        return expected.compactMap { key, value in
            guard facts[key] != value else { return nil }
            return key == "entry"
                ? "its entry is not what the audit log recorded"
                : "its \(key) is \(value ?? "missing"), in the audit log \(facts[key] ?? "missing")"
        }
    }
}
