import Ingest

/// One field whose values differ between two states of an event. A value that is missing is nil; several values of one
/// field are a JSON list.
public struct FieldChange: Sendable, Equatable {
    public var field: String
    public var old: [UInt8]?
    public var new: [UInt8]?

    /// The changes from one event's leaves to another's, by the byte order of field names.
    static func between(_ a: [EventLeaf], _ b: [EventLeaf]) -> [FieldChange] {
        var changes: [FieldChange] = []
        var i = 0
        var j = 0
        while i < a.count || j < b.count {
            let name: [UInt8]
            if i == a.count {
                name = b[j].name
            } else if j == b.count {
                name = a[i].name
            } else {
                name = b[j].name.lexicographicallyPrecedes(a[i].name) ? b[j].name : a[i].name
            }
            let old = take(name, a, &i)
            let new = take(name, b, &j)
            if old.map(\.canonical) != new.map(\.canonical) {
                changes.append(
                    FieldChange(field: String(decoding: name, as: UTF8.self), old: json(old), new: json(new)))
            }
        }
        return changes
    }

    private static func take(_ name: [UInt8], _ leaves: [EventLeaf], _ at: inout Int) -> ArraySlice<EventLeaf> {
        let start = at
        while at < leaves.count, leaves[at].name == name { at += 1 }
        return leaves[start..<at]
    }

    private static func json(_ leaves: ArraySlice<EventLeaf>) -> [UInt8]? {
        guard let first = leaves.first else { return nil }
        if leaves.count == 1 { return first.json }
        return [0x5B] + leaves.map(\.json).joined(separator: [0x2C]) + [0x5D]
    }
}
