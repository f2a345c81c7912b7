import Crypto
import Events

/// The audit log as a reader sees it: the catalog's list, which `audit.log` repeats in plain text.
public struct AuditRecords: Sendable {
    /// One JSON line each, oldest first, as stored and chained.
    public let records: [String]
    private let path: String
    /// What `audit.log` holds; nil if it cannot be read.
    private let file: String?

    /// Keys that every record may have, in the order in which they are read best.
    public static let allKeys = [
        "at", "action", "label", "events", "lines", "rejects", "damage", "note", "reason", "file", "export", "source",
        "job_id", "replaces", "merkle_root", "tool", "build", "operator", "host", "case_id", "acquired_at",
        "acquired_from",
        "path",
        "kept_source", "entry", "previous",
    ]
    /// The keys for people.
    public static let shownKeys = ["at", "action", "label", "events", "rejects", "damage", "note", "file", "export"]

    /// - Throws: `ArchiveError`, as opening the archive does.
    public init(archive: String) throws {
        self.init(records: try CatalogReader.read(archive: archive, withFilters: false).audit, archive: archive)
    }

    init(records: [String], archive: String) {
        self.records = records
        path = archive + "/" + AuditLog.fileName
        file = try? PlainFile.text(path)
    }

    /// The members of a record; empty if it is not JSON.
    public static func facts(of record: String) -> [String: String] {
        let decoder = EventDecoder()
        var text = record
        return text.withUTF8 { bytes in
            guard decoder.decode(UnsafeRawBufferPointer(bytes)) == nil else { return [:] }
            var facts: [String: String] = [:]
            for value in decoder.values {
                facts[decoder.fieldNames[value.field]] = String(decoding: value.text, as: UTF8.self)
            }
            return facts
        }
    }

    /// SHA-256 of the newest record, 64 hexadecimal digits: it stands for everything the log says. Kept elsewhere, it shows
    /// later that nothing of it was changed or removed. Zeros if there is no record.
    public var head: String { heads.last ?? String(repeating: "0", count: 64) }

    /// The head after each record.
    public var heads: [String] { records.map { Hex.text(SHA256.hash(data: Array($0.utf8))) } }

    /// How many records follow the one with this head; nil if no record has it.
    public func recordsAfter(head: String) -> Int? {
        if head == String(repeating: "0", count: 64) { return records.count }
        return heads.lastIndex(of: head).map { records.count - 1 - $0 }
    }

    /// The facts of the newest record of each export that is in the archive, by its digest (hexadecimal).
    public var liveExports: [String: [String: String]] { Self.live(records) }

    static func live(_ records: [String]) -> [String: [String: String]] {
        var live: [String: [String: String]] = [:]
        for record in records {
            let facts = Self.facts(of: record)
            for replaced in (facts["replaces"] ?? "").split(separator: " ") { live[String(replaced)] = nil }
            guard let export = facts["export"] else { continue }
            live[export] = facts["action"] == "forget" ? nil : facts
        }
        return live
    }

    /// The digests (hexadecimal) of the downloads that are kept, according to records.
    static func keptSources(_ records: [String]) -> Set<String> {
        var kept: Set<String> = []
        for record in records {
            let facts = Self.facts(of: record)
            guard let source = facts["source"] else { continue }
            if facts["action"] == "forget" {
                kept.remove(source)
            } else if facts["kept_source"] != nil {
                kept.insert(source)
            }
        }
        return kept
    }

    public var keptSources: Set<String> { Self.keptSources(records) }

    /// What is wrong with the chain: each record names the SHA-256 of the one before, and both copies agree.
    public func problems() -> [String] {
        var problems: [String] = []
        var previous = String(repeating: "0", count: 64)
        for (number, record) in records.enumerated() {
            let facts = Self.facts(of: record)
            if facts.isEmpty {
                problems.append("audit record \(number + 1) is not JSON")
            } else if facts["previous"] != previous {
                problems.append(
                    "audit record \(number + 1) does not follow the one before it: one of them was changed, or one is missing"
                )
            }
            previous = Hex.text(SHA256.hash(data: Array(record.utf8)))
        }
        let expected = records.map { $0 + "\n" }.joined()
        if let file {
            // A writer that died after its commit leaves the file behind; the next writer completes it.
            if !expected.utf8.starts(with: file.utf8) {
                problems.append("\(path) differs from the catalog's audit records")
            } else if file.utf8.count < expected.utf8.count {
                problems.append(
                    "\(path) lacks the last \(expected.utf8.count - file.utf8.count) bytes of the catalog's audit records; "
                        + "they were removed, or a writer was killed (then the next ingest adds them)")
            }
        } else if !records.isEmpty {
            problems.append("\(path) cannot be read")
        }
        return problems
    }
}
