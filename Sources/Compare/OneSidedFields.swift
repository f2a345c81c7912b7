import Archive

/// Fields that one of two exports never has.
enum OneSidedFields {
    static func find(_ a: Side, _ b: Side) throws -> [OneSidedField] {
        let left = try fields(of: a)
        let right = try fields(of: b)
        let onlyLeft = left.filter { right[$0.key] == nil }
        let onlyRight = right.filter { left[$0.key] == nil }
        return
            (onlyLeft.map { OneSidedField(name: $0.key, isOfA: true, events: $0.value) }
            + onlyRight.map { OneSidedField(name: $0.key, isOfA: false, events: $0.value) })
            .sorted { ($0.isOfA ? 0 : 1, $0.name) < ($1.isOfA ? 0 : 1, $1.name) }
    }

    /// Names of leaves with the events that have a value; a name under which only null stands counts as had.
    private static func fields(of side: Side) throws -> [String: UInt64] {
        var fields: [String: UInt64] = [:]
        for partition in side.partitions {
            for field in try side.archive.open(partition).fields() {
                // A name that only ever holds objects is no leaf.
                if field.events == 0, field.objects { continue }
                fields[field.name, default: 0] += UInt64(field.events)
            }
        }
        return fields
    }
}
