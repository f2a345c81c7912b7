import Events

/// An export as its partitions and its audit record describe it.
struct ExportDescription {
    var export: ExportRecord
    let partitions: [PartitionDescription]

    /// - Parameters:
    ///   - partitions: of one export, in order of number.
    ///   - audit: the export's newest record; nil: the audit log does not know it.
    ///   - label: for an export without a record.
    /// - Throws: `ArchiveError.damaged` if a partition is missing, or says something impossible.
    init(
        _ partitions: [PartitionDescription], audit: [String: String]?, label: String, now: Int64, tool: String,
        archive: String
    ) throws {
        func damaged(_ message: String) -> ArchiveError {
            ArchiveError(
                .damaged, "\(audit?["label"] ?? label): \(message)", path: archive,
                remedy: "put it back from a copy of the archive; nothing was changed")
        }
        for (number, partition) in partitions.enumerated() where partition.record.number != number {
            throw damaged("partition \(number) is missing")
        }
        guard let facts = partitions.first?.facts, !facts.isEmpty else { throw damaged("partition 0 is missing") }
        func number(_ key: String) throws -> UInt64 {
            guard let number = facts[key].flatMap({ UInt64($0) }), number <= 1 << 48 else {
                throw damaged("its partition 0 does not tell \(key)")
            }
            return number
        }
        let events = try number("events")
        let found = partitions.reduce(0) { $0 + UInt64($1.record.events) }
        guard found == events else {
            throw damaged("its partitions hold \(found) of \(events) events: the last ones are missing")
        }
        guard let source = facts["source_digest"].flatMap(Hex.digest) else {
            throw damaged("its partition 0 does not tell source_digest")
        }
        let content = try number("content_bytes")
        var damage: DamageRecord?
        if let reason = facts["damage"] {
            damage = DamageRecord(
                reason: reason, detail: facts["damage_detail"] ?? "", sourceOffset: try number("damage_source_offset"),
                contentOffset: content, verifiedBytes: try number("verified_bytes"),
                verifiedLines: try number("verified_lines"), isPartial: reason != "trailingGarbage")
        }
        let fields = facts["fields"] ?? "*"
        let digest = partitions[0].exportDigest
        export = ExportRecord(
            label: audit?["label"] ?? label, digest: digest, sourceDigest: source,
            fileName: audit?["file"] ?? label, jobID: audit?["job_id"], note: audit?["note"],
            ingestedAt: audit?["at"].flatMap { TimeText.parse($0) }?.microseconds ?? now,
            toolVersion: audit?["tool"] ?? tool,
            fields: fields == "*"
                ? nil : fields.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init),
            lines: try number("lines"), events: events, rejects: try number("rejects"), blanks: try number("blanks"),
            undated: try number("undated"), contentBytes: content, sourceBytes: try number("source_bytes"),
            minTime: partitions.compactMap(\.record.minTime).min(),
            maxTime: partitions.compactMap(\.record.maxTime).max(),
            endsWithNewline: facts["ends_with_newline"] == "1",
            merkleRoot: audit?["merkle_root"].flatMap(Hex.digest) ?? MerkleTree.root(of: partitions[0].merkleRoots),
            damage: damage, prefixDigest: digest, prefixBytes: content)
        self.partitions = partitions
    }

    /// Whether the export is, with these aliases, what its audit record says; nil: the record is of an older version and
    /// does not tell.
    func isAsRecorded(_ audit: [String: String], aliases: [[UInt8]]) -> Bool? {
        guard let entry = audit["entry"] else { return nil }
        return entry
            == CatalogEntryDigest.hex(
                export, partitions.map(\.record), filter: { record in partitions[record.number].filter },
                aliases: aliases)
    }
}
