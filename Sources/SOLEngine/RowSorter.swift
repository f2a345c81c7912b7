/// Sorts rows; ties keep the order in which they came.
final class RowSorter {
    private let ascending: [Bool]
    private let limit: Int?
    private var rows: [(keys: [Value], number: Int, row: Row)] = []
    private var number = 0
    private var memory = 0

    init(_ ascending: [Bool], limit: Int?) {
        self.ascending = ascending
        self.limit = limit
    }

    func add(_ row: Row, keys: [Value]) throws {
        rows.append((keys, number, row))
        number += 1
        if let limit, limit < 1 << 20 {
            // With a limit twice as many rows as are wanted are kept, and cut when they are full.
            if rows.count >= max(1_024, 2 * limit) {
                sort()
                rows.removeLast(max(0, rows.count - limit))
            }
            return
        }
        memory += row.columns.reduce(96) { $0 + $1.memory } + (row.event?.memory ?? 0)
        guard memory <= ProgramRun.memory else { throw SOLError.tooMuchMemory("sorting all rows") }
    }

    func sorted() -> [Row] {
        sort()
        return rows.map(\.row)
    }

    private func sort() {
        rows.sort { a, b in
            for (index, isAscending) in ascending.enumerated() {
                let (x, y) = (a.keys[index], b.keys[index])
                // Nulls come last in both directions.
                if x.isNull != y.isNull { return y.isNull }
                let order = Value.order(x, y)
                if order != 0 { return isAscending ? order < 0 : order > 0 }
            }
            return a.number < b.number
        }
    }
}
