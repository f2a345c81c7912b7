/// An archive opened for reading. Nothing in it is written, ever, through this type.
///
/// The catalog is read once, at opening: whatever is ingested later is not seen (an export is seen whole or not at all).
public final class Archive: Sendable {
    /// The archive's folder.
    public let path: String
    /// In the order of ingest.
    public let exports: [ExportRecord]
    /// By export, then number.
    public let partitions: [PartitionRecord]
    /// Old digests of exports that were completed later, with the export's id.
    public let aliases: [(digest: [UInt8], exportID: Int64)]

    private let filters: [Int64: TermFilter]
    /// Every label ever used, also of exports that are gone.
    let usedLabels: Set<String>
    /// The rows of the catalog's table `meta`.
    let meta: [String: String]
    private let ahead = OpenedAhead()

    /// - Throws: `ArchiveError`: `.notFound`, `.newerFormat`, `.hostile`, `.damaged`.
    public convenience init(path: String) throws {
        try self.init(path: path, withFilters: true)
    }

    /// The same, but whatever would make it wait or write fails at once: a writer's lock, a journal to be rolled back.
    public convenience init(quickly path: String) throws {
        try self.init(path: path, withFilters: true, waits: false)
    }

    /// - Parameter withFilters: false: no partition has a term filter here, so none is left out by one.
    init(path: String, withFilters: Bool, waits: Bool = true) throws {
        let path = FileCheck.resolved(path)
        self.path = path
        let snapshot = try CatalogReader.read(archive: path, withFilters: withFilters, withAudit: false, waits: waits)
        exports = snapshot.exports
        partitions = snapshot.partitions
        aliases = snapshot.aliases
        filters = snapshot.filters
        usedLabels = snapshot.labels
        meta = snapshot.meta
    }

    /// One export that no catalog names yet, to read its content.
    init(path: String, of description: ExportDescription) {
        self.path = path
        var export = description.export
        export.id = 1
        exports = [export]
        partitions = description.partitions.map { partition in
            var record = partition.record
            (record.id, record.exportID) = (Int64(record.number + 1), 1)
            return record
        }
        (aliases, filters, usedLabels, meta) = ([], [:], [], [:])
    }

    public func export(id: Int64) -> ExportRecord? { exports.first { $0.id == id } }

    public func partitions(of export: ExportRecord) -> [PartitionRecord] {
        partitions.filter { $0.exportID == export.id }
    }

    /// The file of a partition.
    ///
    /// - Throws: `ArchiveError.hostile` if the catalog names anything but a plain partition file.
    public func file(of partition: PartitionRecord) throws(ArchiveError) -> String {
        guard FileCheck.isPartitionName(partition.file) else {
            throw ArchiveError(.hostile, "the catalog names an impossible file", path: path)
        }
        return path + "/partitions/" + partition.file
    }

    /// Opens a partition, unless that was done ahead.
    public func open(_ partition: PartitionRecord) throws -> PartitionReader {
        try ahead.take(partition.id) ?? openNow(partition)
    }

    /// Opens the first partitions before they are asked for, on a thread that has nothing else to do. Ends when they are asked
    /// for as quickly as they are opened.
    ///
    /// - Parameter most: partitions; each takes up to 3 MB of memory until it is asked for.
    public func openAhead(_ most: Int) {
        ahead.open(partitions.lazy.filter { $0.events > 0 }.prefix(most), openNow)
    }

    /// Ends `openAhead`.
    public func stopOpeningAhead() { ahead.stop() }

    private func openNow(_ partition: PartitionRecord) throws -> PartitionReader {
        let reader = try PartitionReader(path: try file(of: partition))
        guard reader.events == partition.events, let export = export(id: partition.exportID),
            reader.exportDigest == export.digest || aliases.contains(where: { $0.digest == reader.exportDigest })
        else {
            throw ArchiveError(
                .damaged, "the file is not the one the catalog describes", path: reader.path,
                remedy: "run `coldtrail verify`")
        }
        return reader
    }

    func filter(of partition: PartitionRecord) -> TermFilter? { filters[partition.id] }

    /// False: the partition certainly holds no event with this term (folded bytes).
    public func mayContain(_ partition: PartitionRecord, termHash: UInt64) -> Bool {
        filters[partition.id]?.mayContain(hash: termHash) ?? true
    }

    /// The exports a name means: exact label, else file name, else job id, else at least 8 hex digits of the SHA-256
    /// (of content or of a completed export's old content).
    public func exports(named name: String) -> [ExportRecord] {
        let byLabel = exports.filter { $0.label == name }
        if !byLabel.isEmpty { return byLabel }
        let byFile = exports.filter { $0.fileName == name }
        if !byFile.isEmpty { return byFile }
        let byJob = exports.filter { $0.jobID == name }
        if !byJob.isEmpty { return byJob }
        let hex = name.lowercased()
        guard hex.utf8.count >= 8, hex.allSatisfy(\.isHexDigit) else { return [] }
        let byDigest = exports.filter { Hex.text($0.digest).hasPrefix(hex) || Hex.text($0.sourceDigest).hasPrefix(hex) }
        if !byDigest.isEmpty { return byDigest }
        let ids = Set(aliases.filter { Hex.text($0.digest).hasPrefix(hex) }.map(\.exportID))
        return exports.filter { ids.contains($0.id) }
    }
}

/// Lower-case hexadecimal.
public enum Hex {
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }
}
