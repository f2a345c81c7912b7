import Rendering

/// Writes counts beside what they count: with shares, and on a terminal with bars.
struct GroupTableWriter {
    /// The cells of a group, and its events.
    typealias Group = (cells: [Cell], count: UInt64)

    private let columns: [OutputColumn]
    private let largest: UInt64
    private let events: UInt64?
    private let rows: RowFormatOptions
    private let color: ColorChoice
    private let isPartial: Bool
    private let sink: OutputSink
    private let isTable: Bool
    private let isForEyes: Bool

    /// Columns of the longest bar.
    private static let barColumns = 60

    /// - Parameters:
    ///   - largest: the largest count.
    ///   - events: what shares refer to; nil: no shares.
    init(
        _ columns: [OutputColumn], largest: UInt64, events: UInt64?, rows: RowFormatOptions, output: OutputOptions,
        global: GlobalOptions, partial: Bool
    ) throws {
        self.largest = largest
        self.events = events
        self.rows = rows
        color = global.color
        isPartial = partial
        sink = try output.openSink()
        isTable = rows.format == .table
        isForEyes = isTable && sink.isTerminal
        self.columns =
            columns + [OutputColumn("count", .right)] + (events == nil ? [] : [OutputColumn("share", .right)])
    }

    /// Writes groups as they come; on a terminal when all are there, since bars need the room that is left.
    func write(_ groups: some Collection<Group>) throws {
        OutputTap.shared.results = UInt64(groups.count)
        var numbers = CountCells()
        if isForEyes, let terminal = sink.terminalColumns { return try write(groups, terminal, &numbers) }
        var writer = try rows.rows(columns, sink: sink, color: color, partial: isPartial)
        for group in groups { try writer.write(named(group.cells), tail: numbers.of(group.count, cells(of:))) }
        try writer.finish()
        try sink.finish()
    }

    private func write(_ groups: some Collection<Group>, _ terminal: Int, _ numbers: inout CountCells) throws {
        var all: [[Cell]] = []
        for group in groups { all.append(named(group.cells) + numbers.of(group.count, cells(of:))) }
        var header = columns
        let width = BarColumn.width(beside: columns, all, terminal: terminal, most: Self.barColumns)
        if width > 0 {
            header.append(OutputColumn(""))
            for (place, group) in groups.enumerated() {
                all[place].append(.text(BarText.bar(Double(group.count), of: Double(largest), columns: width)))
            }
        }
        var writer = try rows.rows(header, sink: sink, color: color, partial: isPartial)
        for cells in all { try writer.write(cells) }
        try writer.finish()
        try sink.finish()
    }

    /// The cells of a count, kept for the next group: in a long list most counts are equal to the one before.
    private struct CountCells {
        private var count: UInt64?
        private var cells: [Cell] = []

        mutating func of(_ count: UInt64, _ make: (UInt64) -> [Cell]) -> [Cell] {
            if self.count != count { (self.count, cells) = (count, make(count)) }
            return cells
        }
    }

    private func named(_ cells: [Cell]) -> [Cell] {
        guard isTable, cells.contains(where: \.isNull) else { return cells }
        return cells.map { $0.isNull ? .text("(none)") : $0 }
    }

    private func cells(of count: UInt64) -> [Cell] {
        let number = Int(clamping: count)
        var cells: [Cell] = [isForEyes ? .text(HumanText.grouped(number)) : .integer(number)]
        if let events {
            let share = events > 0 ? Double(count) / Double(events) : 0
            // A number that is spelled once, not again for each row.
            let number = NumberText.shortest((share * 1e6).rounded() / 1e6) ?? "0"
            cells.append(isTable ? .text(HumanText.percent(share)) : .json(Array(number.utf8)))
        }
        return cells
    }
}
