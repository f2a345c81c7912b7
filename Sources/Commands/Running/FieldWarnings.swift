import Archive
import QueryLanguage

/// Warns of fields that no archived event has: most likely a typing mistake.
enum FieldWarnings {
    /// `timestamp` also means `@timestamp` (R18).
    private static let alias = "timestamp"

    /// - Parameter met: names, as bytes, that are known to be there.
    static func check(_ query: Query, _ archive: Archive, met: Set<[UInt8]>) {
        // What is damaged is told by the search itself.
        for warning in (try? warnings(query, archive, met)) ?? [] { Notes.warn(warning) }
    }

    private static func warnings(_ query: Query, _ archive: Archive, _ met: Set<[UInt8]>) throws -> [String] {
        var missing = query.fieldNames.filter { !met.contains(Array($0.utf8)) }
        if missing.isEmpty || archive.partitions.isEmpty { return [] }
        var known: Set<String> = []
        for partition in archive.partitions where partition.events > 0 {
            let reader = try archive.open(partition)
            var unknown: [String] = []
            for name in missing {
                let isKnown =
                    try reader.field(named: name) != nil || (name == alias && reader.field(named: "@timestamp") != nil)
                if !isKnown { unknown.append(name) }
            }
            missing = unknown
            if missing.isEmpty { return [] }
            known.formUnion(try reader.fields().map(\.name))
        }
        return missing.map { name in
            let near = NearestNames.of(name, among: Array(known))
            let hint = near.isEmpty ? "see `coldtrail fields`" : "did you mean \(near.joined(separator: " or "))?"
            return "no archived event has the field \(name); \(hint)"
        }
    }
}
