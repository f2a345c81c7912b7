import Crypto

/// What the audit log tells of the exports.
struct ExportHistory {
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
