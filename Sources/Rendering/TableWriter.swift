/// Writes rows as aligned columns while they come: the first rows are kept back to learn the widths.
///
/// A table is a picture: control characters and their like are made visible in pipes and files too, since a line
/// feed in a cell would tear the row.
final class TableWriter {
    /// Rows kept back.
    static let sampleRows = 200

    private let sink: OutputSink
    private let header: [String]
    private let alignments: [Alignment]
    private let bold: Bool
    private let isWide: Bool
    private var waiting: [[String]] = []
    private var layout: TableLayout?
    private var line: [UInt8] = []
    /// Of one cell.
    private var text: [UInt8] = []

    init(columns: [OutputColumn], sink: OutputSink, bold: Bool, isWide: Bool = false) {
        self.sink = sink
        self.isWide = isWide
        self.bold = bold
        header = columns.map { TerminalText.escaped($0.name) }
        alignments = columns.map(\.alignment)
    }

    func write(_ cells: [Cell]) throws {
        if let layout {
            line.removeAll(keepingCapacity: true)
            for (index, cell) in cells.enumerated() {
                text.removeAll(keepingCapacity: true)
                cell.appendText(to: &text)
                if !text.withUnsafeBytes({ layout.appendPlain($0, at: index, to: &line) }) {
                    layout.append(TableWriter.text(cell), at: index, to: &line)
                }
            }
            layout.endLine(&line)
            try sink.writeVerbatim(line)
        } else {
            waiting.append(cells.map(TableWriter.text))
            if waiting.count == TableWriter.sampleRows { try start() }
        }
    }

    func finish() throws {
        if layout == nil { try start() }
    }

    private func start() throws {
        let layout = TableLayout(
            rows: [header] + waiting, alignments: alignments, columns: isWide ? nil : sink.terminalColumns)
        self.layout = layout
        if bold { try sink.writeVerbatim(Array("\u{1B}[1m".utf8)) }
        try put(header, layout)
        if bold { try sink.writeVerbatim(Array("\u{1B}[0m".utf8)) }
        for row in waiting { try put(row, layout) }
        waiting = []
    }

    private func put(_ row: [String], _ layout: TableLayout) throws {
        line.removeAll(keepingCapacity: true)
        layout.appendLine(row, to: &line)
        try sink.writeVerbatim(line)
    }

    private static func text(_ cell: Cell) -> String {
        var bytes: [UInt8] = []
        cell.appendText(to: &bytes)
        return bytes.withUnsafeBytes { TerminalText.escaped($0) }
    }
}
