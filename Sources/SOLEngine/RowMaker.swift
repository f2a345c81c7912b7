import Events
import Search

/// Makes rows of what one worker reads, and pushes them into its stages.
final class RowMaker: RowTaker {
    private let needs: EventNeeds
    private let keys: WantedKeys
    private let sink: Sink
    private let record: EventRecord
    /// By field the values of the partition's codes.
    private var values: [[Value]]
    private let isTimed: Bool

    init(_ needs: EventNeeds, _ sink: Sink) {
        let shape = needs.shape(fromLines: false)
        isTimed = shape.time != .none || shape.wantsTimes
        self.needs = needs
        self.sink = sink
        keys = WantedKeys(needs)
        record = EventRecord(fields: needs.paths.count)
        values = Array(repeating: [], count: needs.paths.count)
    }

    func begin(limits: [Int]) {
        for (field, limit) in limits.enumerated() { values[field] = Array(repeating: .null, count: limit) }
    }

    func define(field: Int, code: UInt32, entry: UnsafeRawBufferPointer) throws {
        define(field: field, code: code, JSONTree.values(ofEntry: entry))
    }

    func define(field: Int, code: UInt32, _ value: Value) { values[field][Int(code)] = value }

    func take(_ rows: RowGroup) throws { _ = try sink.push(row(of: rows)) }

    /// A row that is only good until the next one.
    func row(of rows: RowGroup) -> Row {
        for field in 0..<rows.codes.count { record.set(field, values[field][Int(rows.codes[field])]) }
        if isTimed { record.set(time: rows.time, times: rows.times) }
        return Row(columns: [], event: record, weight: Int64(clamping: rows.events))
    }

    func take(line: UnsafeRawBufferPointer, time: Instant?) throws {
        _ = try sink.push(Row(columns: [], event: EventRecord(line, needs: needs, keys: keys, archived: time)))
    }
}
