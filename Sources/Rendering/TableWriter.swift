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
    /// The last cells of the row before, laid out.
    private var tail: (cells: [Cell], bytes: [UInt8]) = ([], [])

    init(columns: [OutputColumn], sink: OutputSink, bold: Bool, isWide: Bool = false) {
        self.sink = sink
        self.isWide = isWide
        self.bold = bold
        header = columns.map { TerminalText.escaped($0.name) }
        alignments = columns.map(\.alignment)
    }

    func write(_ cells: [Cell]) throws { try write(cells, tail: []) }

    /// - Parameter tail: the last cells; those of the row before are not spelled again.
    func write(_ cells: [Cell], tail: [Cell]) throws {
        guard let layout else {
            waiting.append((cells + tail).map(TableWriter.text))
            if waiting.count == TableWriter.sampleRows { try start() }
            return
        }
        line.removeAll(keepingCapacity: true)
        for (index, cell) in cells.enumerated() { append(cell, at: index, layout, to: &line) }
        if self.tail.cells != tail {
            self.tail = (tail, [])
            for (place, cell) in tail.enumerated() {
                append(cell, at: cells.count + place, layout, to: &self.tail.bytes)
            }
        }
        line.append(contentsOf: self.tail.bytes)
        layout.endLine(&line)
        try sink.writeVerbatim(line)
    }

    private func append(_ cell: Cell, at index: Int, _ layout: TableLayout, to out: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        cell.appendText(to: &text)
        if !text.withUnsafeBytes({ layout.appendPlain($0, at: index, to: &out) }) {
            layout.append(TableWriter.text(cell), at: index, to: &out)
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
