import Events

/// A row on its way through a pipeline: the columns, and the event where the columns are still open.
struct Row {
    var columns: [Value]
    var event: EventRecord?
}

/// An archived event with the members that a program needs.
final class EventRecord {
    /// The line without its line feed; empty unless whole events are wanted.
    let bytes: [UInt8]
    let members: [Value.Member]
    /// `@timestamp` as a time (S8).
    let time: Value

    init(_ line: UnsafeRawBufferPointer, needs: EventNeeds) {
        bytes = needs.wholeEvents ? Array(line) : []
        members = JSONTree.members(line) { needs.isWanted($0) }
        time = Self.time(in: members)
    }

    private static func time(in members: [Value.Member]) -> Value {
        for item in Value.at([FieldNames.eventTime], in: members).items {
            switch item {
            case .string(let text): if let time = TimeText.parse(text) { return .time(time) }
            case .integer, .number:
                var text = item.text
                if let time = text.withUTF8({ TimeText.parseNumber(UnsafeRawBufferPointer($0)) }) { return .time(time) }
            case .null, .boolean, .time, .timespan, .list, .map: continue
            }
        }
        return .null
    }

    /// Rough memory, for limits.
    var memory: Int { bytes.count + 64 + members.count * 96 }
}

enum FieldNames {
    static let eventTime = "@timestamp"
    static let time = "timestamp"
}

/// What of events a program looks at: found out while it is compiled, before any event is read.
final class EventNeeds {
    private var paths: Set<String> = [FieldNames.eventTime]
    private var known: [String: Bool] = [:]
    var wholeEvents = false

    /// Dotted names of all fields that are read.
    var fields: Set<String> { paths }

    func add(_ path: [String]) {
        paths.insert(path.joined(separator: "."))
        known = [:]
    }

    /// Whether a member of this key may hold one of the fields.
    func isWanted(_ key: String) -> Bool {
        if let answer = known[key] { return answer }
        let answer = paths.contains { $0 == key || $0.hasPrefix(key + ".") }
        if known.count < 100_000 { known[key] = answer }
        return answer
    }
}
