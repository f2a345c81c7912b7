/// What a partition file says of itself and of its export: enough to enter it in a catalog again.
struct PartitionDescription {
    let record: PartitionRecord
    let exportDigest: [UInt8]
    let filter: TermFilter?
    /// What its writer noted of the export; empty but for the partition that holds the remainder.
    let facts: [String: String]
    /// Merkle roots of 1,024 lines each, in the same partition.
    let merkleRoots: [UInt8]

    /// - Throws: `ArchiveError` if the file is no whole partition.
    init(archive: String, file: String) throws {
        let path = archive + "/partitions/" + file
        let reader = try PartitionReader(path: path)
        var meta: [String: String] = [:]
        let rows = try reader.database.prepare(
            "SELECT key, value FROM meta WHERE key IN ('undated', 'raw_bytes') OR key LIKE 'export.%'")
        while try rows.step() { meta[try rows.text(0)] = String(decoding: try rows.blob(1), as: UTF8.self) }
        func number(_ key: String) throws -> UInt64 {
            guard let number = meta[key].flatMap({ UInt64($0) }), number <= 1 << 48 else {
                throw ArchiveError(.damaged, "meta \(key) is not a number", path: path)
            }
            return number
        }
        var hashes: [UInt64] = []
        var terms = 0
        try reader.terms().forEachTerm(prefix: UnsafeRawBufferPointer(start: nil, count: 0)) { entry in
            terms += 1
            if terms <= TermFilter.termLimit { hashes.append(TermFilter.hash(entry.term)) }
            return true
        }
        var filter: TermFilter?
        if terms <= TermFilter.termLimit {
            var made = TermFilter(terms: terms)
            for hash in hashes { made.insert(hash: hash) }
            filter = made
        }
        self.filter = filter
        let prefix = "export."
        facts = Dictionary(
            uniqueKeysWithValues: meta.filter { $0.key.hasPrefix(prefix) }.map {
                (String($0.key.dropFirst(prefix.count)), $0.value)
            })
        merkleRoots = facts.isEmpty ? [] : try reader.merkleRoots()
        exportDigest = reader.exportDigest
        let (digest, bytes) = try FileDigest.sha256(of: path)
        record = PartitionRecord(
            exportID: 0, number: reader.number, file: file, digest: digest, bytes: bytes, events: reader.events,
            undated: Int(try number("undated")), rawBytes: try number("raw_bytes"), firstLine: reader.firstLine,
            lastLine: reader.lastLine, minTime: reader.minTime == undatedTime ? nil : reader.minTime,
            maxTime: reader.maxTime == undatedTime ? nil : reader.maxTime, blocks: try reader.blocks().count,
            terms: terms, allIndexed: reader.allIndexed, holdsRemainder: reader.number == 0)
    }
}
