import Crypto

/// SHA-256 over all that the catalog says of one export, which its audit record names: so the chain also covers the catalog.
///
/// Fed are, each as its length in decimal, a colon and its text: the export's columns in the order of the table without
/// `id`, for each partition in order of number its columns without `id` and `export_id` and its term filter, then the
/// aliases in ascending order. Numbers are decimal, bytes hexadecimal, NULL is `-` without a length.
enum CatalogEntryDigest {
    static func hex(
        _ export: ExportRecord, _ partitions: [PartitionRecord], filter: (PartitionRecord) -> TermFilter?,
        aliases: [[UInt8]]
    ) -> String {
        var feed = Feed()
        feed.add(export)
        for partition in partitions.sorted(by: { $0.number < $1.number }) {
            feed.add(partition)
            feed.add(bytes: filter(partition)?.bytes)
        }
        for alias in aliases.sorted(by: { $0.lexicographicallyPrecedes($1) }) { feed.add(bytes: alias) }
        return Hex.text(feed.hasher.finalize())
    }

    private struct Feed {
        var hasher = SHA256()

        mutating func add(_ text: String?) {
            guard let text else { return hasher.update(data: Array("-".utf8)) }
            hasher.update(data: Array("\(text.utf8.count):\(text)".utf8))
        }

        mutating func add(bytes: [UInt8]?) { add(bytes.map(Hex.text)) }

        mutating func add(number: (some BinaryInteger)?) { add(number.map { "\($0)" }) }

        mutating func add(_ export: ExportRecord) {
            add(export.label)
            add(bytes: export.digest)
            add(bytes: export.sourceDigest)
            add(export.fileName)
            add(export.jobID)
            add(export.note)
            add(number: export.ingestedAt)
            add(export.toolVersion)
            add(export.fields?.joined(separator: "\u{1F}"))
            for number in [
                export.lines, export.events, export.rejects, export.blanks, export.undated, export.contentBytes,
                export.sourceBytes,
            ] {
                add(number: number)
            }
            add(number: export.minTime)
            add(number: export.maxTime)
            add(export.endsWithNewline ? "1" : "0")
            add(bytes: export.merkleRoot)
            add(export.damage?.reason)
            add(export.damage?.detail)
            for number in [
                export.damage?.sourceOffset, export.damage?.contentOffset, export.damage?.verifiedBytes,
                export.damage?.verifiedLines,
            ] {
                add(number: number)
            }
            add(export.damage.map { $0.isPartial ? "1" : "0" })
            add(bytes: export.prefixDigest)
            add(number: export.prefixBytes)
        }

        mutating func add(_ partition: PartitionRecord) {
            add(number: partition.number)
            add(partition.file)
            add(bytes: partition.digest)
            add(number: partition.bytes)
            add(number: partition.events)
            add(number: partition.undated)
            add(number: partition.rawBytes)
            add(number: partition.firstLine)
            add(number: partition.lastLine)
            add(number: partition.minTime)
            add(number: partition.maxTime)
            add(number: partition.blocks)
            add(number: partition.terms)
            add(partition.allIndexed ? "1" : "0")
            add(partition.holdsRemainder ? "1" : "0")
        }
    }
}
