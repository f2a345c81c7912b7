import Events
import Search

/// Groups what one worker reads, where nothing stands between reading and grouping and keys are fields or the time: the bytes
/// of a key are made once for each code of a partition, and no row is made for an event.
final class GroupScan: RowTaker {
    private enum Key {
        case field(Int)
        case time
    }

    /// The bytes of a field's keys by code.
    private struct Parts {
        var bytes: [UInt8] = []
        var places: [Range<Int>] = []
    }

    private let groups: GroupRows
    /// Takes what is no plain key: lists, maps, and lines.
    private let maker: RowMaker
    private let keys: [Key]
    /// Whether an aggregate looks at the event.
    private let needsRows: Bool
    /// By field; empty for one that is no key.
    private var parts: [Parts]
    private let isKey: [Bool]

    // Rows that wait to be grouped together.
    private var waiting: [UInt8] = []
    private var ends: [Int] = []
    private var weights: [Int64] = []

    private static let batch = 512
    /// The part of no value.
    private static let nothing: [UInt8] = {
        var part: [UInt8] = []
        Value.null.appendGroupPart(to: &part)
        return part
    }()

    /// Nil: a key must be computed.
    init?(_ groups: GroupRows, _ stage: GroupingStage, _ needs: EventNeeds) {
        var keys: [Key] = []
        for key in stage.keys {
            if key.isEventTime {
                keys.append(.time)
            } else if let field = key.field {
                keys.append(.field(field))
            } else {
                return nil
            }
        }
        if keys.isEmpty { return nil }
        self.keys = keys
        self.groups = groups
        needsRows = stage.aggregates.contains { $0.argument != nil }
        maker = RowMaker(needs, Sink { try groups.add($0) })
        parts = needs.paths.map { _ in Parts() }
        isKey = needs.paths.indices.map { field in
            keys.contains { if case .field(field) = $0 { true } else { false } }
        }
    }

    func begin(limits: [Int]) {
        maker.begin(limits: limits)
        for field in parts.indices where isKey[field] {
            parts[field].bytes = Self.nothing
            parts[field].places = Array(repeating: 0..<0, count: limits[field])
            parts[field].places[0] = 0..<Self.nothing.count
        }
    }

    func define(field: Int, code: UInt32, entry: UnsafeRawBufferPointer) throws {
        let value = JSONTree.values(ofEntry: entry)
        maker.define(field: field, code: code, value)
        guard isKey[field] else { return }
        switch value {
        case .list, .map: return
        case .null, .boolean, .integer, .number, .string, .time, .timespan: break
        }
        let start = parts[field].bytes.count
        value.appendGroupPart(to: &parts[field].bytes)
        parts[field].places[Int(code)] = start..<parts[field].bytes.count
    }

    func take(_ rows: RowGroup) throws {
        let start = waiting.count
        for key in keys {
            switch key {
            case .time: (rows.time.map { Value.time($0) } ?? .null).appendGroupPart(to: &waiting)
            case .field(let field):
                let place = parts[field].places[Int(rows.codes[field])]
                if place.isEmpty {
                    waiting.removeLast(waiting.count - start)
                    return try maker.take(rows)
                }
                parts[field].bytes.withUnsafeBytes { waiting.append(contentsOf: $0[place]) }
            }
        }
        let weight = Int64(clamping: rows.events)
        if needsRows {
            let row = maker.row(of: rows)
            try waiting.withUnsafeBytes { try groups.add(row, key: $0) }
            waiting.removeAll(keepingCapacity: true)
            return
        }
        ends.append(waiting.count)
        weights.append(weight)
        if ends.count == Self.batch { try finish() }
    }

    func take(line: UnsafeRawBufferPointer, time: Instant?) throws { try maker.take(line: line, time: time) }

    /// Groups what waits.
    func finish() throws {
        try waiting.withUnsafeBytes { bytes in
            var start = 0
            let texts = ends.map { end in
                defer { start = end }
                return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            }
            try groups.add(keys: texts, weights: weights)
        }
        waiting.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        weights.removeAll(keepingCapacity: true)
    }
}
