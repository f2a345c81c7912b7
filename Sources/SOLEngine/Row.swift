import Events

/// A row on its way through a pipeline: the columns, and the event where the columns are still open.
struct Row {
    var columns: [Value]
    var event: EventRecord?
    /// So many equal rows come as this one.
    var weight: Int64 = 1
}

/// An archived event, or equal ones, with the fields that a program needs.
///
/// The record of columns is used again for the next row: only rows of lines may be kept.
final class EventRecord {
    private let paths: [[String]]
    /// Of a line: the members in which the fields are found.
    private let members: [Value.Member]?
    /// Of columns: by the number of the field.
    private(set) var values: [Value]
    /// The line without its line feed; empty unless whole events are wanted.
    let bytes: [UInt8]
    /// `@timestamp` as a time (S8), rounded as the program allows.
    private(set) lazy var time: Value = ownTime()
    /// What the archive says; for a line.
    private let archived: Instant?
    /// The earliest and latest of equal events' times, if asked for.
    private(set) lazy var first: Value = time
    private(set) lazy var last: Value = time

    /// - Parameter archived: the event's time in the archive, which may come from another field (R50).
    init(_ line: UnsafeRawBufferPointer, needs: EventNeeds, keys: WantedKeys, archived: Instant?) {
        self.archived = archived
        bytes = needs.wholeEvents ? Array(line) : []
        let members = JSONTree.members(line) { keys.holds($0) }
        self.members = members
        paths = needs.paths
        values = []
    }

    /// A record of columns.
    init(fields: Int) {
        (paths, members, bytes) = ([], nil, [])
        values = Array(repeating: .null, count: fields)
        archived = nil
        (time, first, last) = (.null, .null, .null)
    }

    func set(_ field: Int, _ value: Value) { values[field] = value }

    func set(time: Instant?, times: ClosedRange<Instant>?) {
        self.time = time.map { .time($0) } ?? .null
        first = times.map { .time($0.lowerBound) } ?? .null
        last = times.map { .time($0.upperBound) } ?? .null
    }

    /// The value of a field by its number in `EventNeeds`.
    func value(_ field: Int) -> Value {
        guard let members else { return values[field] }
        return Value.at(paths[field], in: members)
    }

    /// If `@timestamp` holds a time, it is the archived one, to the nanosecond.
    private func ownTime() -> Value {
        guard let archived, let members else { return .null }
        let isOwn = Value.at([FieldNames.eventTime], in: members).items.contains { item in
            switch item {
            case .string(let text): return TimeText.parse(text) != nil
            case .integer, .number:
                var text = item.text
                return text.withUTF8 { TimeText.parseNumber(UnsafeRawBufferPointer($0)) } != nil
            case .null, .boolean, .time, .timespan, .list, .map: return false
            }
        }
        return isOwn ? .time(archived) : .null
    }

    /// Rough memory, for limits.
    var memory: Int { bytes.count + 64 + (members?.count ?? 0) * 96 }
}

enum FieldNames {
    static let eventTime = "@timestamp"
    static let time = "timestamp"
}
