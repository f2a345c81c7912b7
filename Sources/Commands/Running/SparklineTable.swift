import Events
import Rendering
import Search

/// A timeline by a field for eyes: a row for each value, most frequent first, with one character an interval.
struct SparklineTable {
    private let by: String
    private let intervals: Int
    private let first: String
    private let last: String
    /// The most frequent values, most first.
    private var values: [(value: [UInt8]?, count: UInt64, byInterval: [Double])] = []
    /// All others.
    private var others = 0
    private var rest: (count: UInt64, byInterval: [Double])

    /// Values shown; the others are counted together.
    private static let shown = 20

    init(counts: GroupCounts, by: String, times: TimeFormat) {
        self.by = by
        let none = Array(repeating: 0.0, count: counts.intervals.count)
        intervals = none.count
        func text(_ micros: Int64?) -> String { micros.map { times.text(Instant(microseconds: $0)) } ?? "" }
        first = text(counts.intervals.first)
        last = text(counts.intervals.last)
        var totals: [[UInt8]?: UInt64] = [:]
        counts.forEach { if $0.interval != nil { totals[$0.values[0], default: 0] += $0.count } }
        let order = totals.sorted { a, b in
            if a.value != b.value { return a.value > b.value }
            guard let x = a.key, let y = b.key else { return a.key != nil }
            return x.lexicographicallyPrecedes(y)
        }
        values = order.prefix(Self.shown).map { ($0.key, $0.value, none) }
        others = order.count - values.count
        rest = (order.dropFirst(Self.shown).reduce(0) { $0 + $1.value }, none)
        var places: [[UInt8]?: Int] = [:]
        for (place, value) in values.enumerated() { places[value.value] = place }
        counts.forEach { group in
            guard let interval = group.interval else { return }
            if let place = places[group.values[0]] {
                values[place].byInterval[interval] += Double(group.count)
            } else {
                rest.byInterval[interval] += Double(group.count)
            }
        }
    }

    func write(rows: RowFormatOptions, output: OutputOptions, global: GlobalOptions, partial: Bool) throws {
        let sink = try output.openSink()
        var columns = [OutputColumn(by), OutputColumn("count", .right)]
        var cells = values.map { value, count, _ -> [Cell] in
            [value.map { .bytes($0) } ?? .text("(none)"), .text(HumanText.grouped(Int(clamping: count)))]
        }
        if others > 0 {
            cells.append([
                .text("(\(HumanText.counted(others, "other")))"), .text(HumanText.grouped(Int(clamping: rest.count))),
            ])
        }
        let width =
            rows.wide
            ? intervals
            : BarColumn.width(beside: columns, cells, terminal: sink.terminalColumns ?? 80, most: intervals)
        if width > 0 {
            columns.append(OutputColumn(heading(width)))
            for place in cells.indices {
                let counts = place < values.count ? values[place].byInterval : rest.byInterval
                cells[place].append(.text(BarText.sparkline(Self.fitted(counts, width))))
            }
        }
        var writer = try rows.rows(columns, sink: sink, color: global.color, partial: partial)
        for row in cells { try writer.write(row) }
        try writer.finish()
        try sink.finish()
        OutputTap.shared.results = UInt64(values.count + others)
    }

    /// The first and the last interval above the ends of the lines.
    private func heading(_ width: Int) -> String {
        let blanks = width - first.count - last.count
        return blanks > 0 ? first + String(repeating: " ", count: blanks) + last : first
    }

    /// Neighbouring intervals together, so that the line has at most `width` characters.
    private static func fitted(_ counts: [Double], _ width: Int) -> [Double] {
        guard counts.count > width else { return counts }
        return (0..<width).map { place in
            counts[
                place * counts.count / width..<max(place * counts.count / width + 1, (place + 1) * counts.count / width)
            ]
            .reduce(0, +)
        }
    }
}
