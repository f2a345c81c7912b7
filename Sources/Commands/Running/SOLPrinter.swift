import Rendering
import SOLEngine
import SOLLanguage

/// Writes a program's rows; on a terminal at most so many, with bars where the program asks for a chart.
final class SOLPrinter {
    private let rows: RowFormatOptions
    private let sink: OutputSink
    private let color: ColorChoice
    private let partial: Bool
    /// 0: all.
    private let limit: Int
    private var writer: RowWriter?
    private var columns: [OutputColumn] = []
    private var chart: Render?
    /// Rows of a chart, which are all needed for its scale; or the first rows, which tell what columns hold.
    private var waiting: [[Value]] = []
    private var isForEyes = false
    private let isTable: Bool
    /// By column: whether it holds numbers of things.
    private var isQuantity: [Bool] = []
    private(set) var shown = 0

    private static let barColumns = 40
    /// Rows after which columns are laid out.
    private static let sample = 200

    init(rows: RowFormatOptions, sink: OutputSink, color: ColorChoice, partial: Bool, limit: Int) {
        self.rows = rows
        self.sink = sink
        self.color = color
        self.partial = partial
        self.limit = limit
        isTable = rows.format == .table
    }

    func start(_ names: [String], chart: Render?, quantities: Set<String>) throws {
        columns = names.map { OutputColumn($0) }
        isQuantity = names.map { quantities.contains($0) }
        isForEyes = sink.isTerminal && isTable
        self.chart = isForEyes && chart?.chart != "sankey" ? chart : nil
        if !isForEyes { writer = try rows.rows(columns, sink: sink, color: color, partial: partial) }
    }

    /// Lays the columns out: numbers stand at the right.
    private func layOut() throws {
        for place in columns.indices {
            let isNumeric = waiting.allSatisfy { $0[place].number != nil || $0[place].cell.isNull }
            let hasNumbers = waiting.contains { $0[place].number != nil }
            if isNumeric, hasNumbers { columns[place] = OutputColumn(columns[place].name, .right) }
        }
    }

    private func release() throws {
        try layOut()
        writer = try rows.rows(columns, sink: sink, color: color, partial: partial)
        for row in waiting { try writer?.write(cells(row)) }
        waiting = []
    }

    /// Rows beyond the limit are counted, not shown.
    func add(_ values: [Value]) throws -> Bool {
        if limit > 0, shown >= limit { return true }
        shown += 1
        if writer != nil {
            try writer?.write(cells(values))
        } else {
            waiting.append(values)
            if chart == nil, waiting.count == Self.sample { try release() }
        }
        return true
    }

    func isCut(_ count: Int) -> Bool { count > shown }

    func finish() throws {
        if let chart { try draw(chart) } else if writer == nil { try release() }
        try writer?.finish()
    }

    /// Null is seen in a table; for people numbers of things are grouped.
    private func cells(_ row: [Value]) -> [Cell] {
        row.enumerated().map { place, value in
            let cell = value.cell
            guard isTable else { return cell }
            if cell.isNull { return .text("null") }
            if isForEyes, case .integer(let number) = value, isQuantity[place] {
                return .text(HumanText.grouped(Int(number)))
            }
            return cell
        }
    }

    /// The last column that holds numbers is drawn.
    private func draw(_ chart: Render) throws {
        let numbers = columns.indices.reversed().first { place in
            !waiting.isEmpty && waiting.allSatisfy { $0[place].cell.isNull || $0[place].number != nil }
        }
        guard let place = numbers else {
            return try release()
        }
        let values = waiting.map { max(0, $0[place].number ?? 0) }
        let (largest, sum) = (values.max() ?? 0, values.reduce(0, +))
        if chart.chart == "number", waiting.count == 1 {
            return try sink.write("\(columns[place].name)  \(waiting[0][place].text)\n")
        }
        let isPie = chart.chart == "piechart"
        try layOut()
        var header = columns + (isPie ? [OutputColumn("share", .right)] : [])
        var table = zip(waiting, values).map { row, value in
            cells(row) + (isPie ? [.text(HumanText.percent(sum > 0 ? value / sum : 0))] : [])
        }
        let width = BarColumn.width(
            beside: header, table, terminal: sink.terminalColumns ?? 80, most: Self.barColumns)
        if width > 0 {
            header.append(OutputColumn(""))
            for (place, value) in values.enumerated() {
                table[place].append(.text(BarText.bar(value, of: isPie ? sum : largest, columns: width)))
            }
        }
        writer = try rows.rows(header, sink: sink, color: color, partial: partial)
        for row in table { try writer?.write(row) }
    }
}

extension Value {
    /// A number as a double.
    fileprivate var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .null, .boolean, .string, .time, .timespan, .list, .map: nil
        }
    }
}
