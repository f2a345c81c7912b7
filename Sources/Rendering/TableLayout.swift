/// Widths of a table's columns.
struct TableLayout {
    /// Columns of the terminal taken by each column of the table.
    private(set) var widths: [Int]
    private let alignments: [Alignment]
    /// Cells wider than their column are cut; without a limit (a pipe, a file) nothing ever is.
    private let isLimited: Bool

    private static let gap = "  "
    /// A column is not made narrower than this, however narrow the terminal.
    private static let leastWidth = 6

    /// - Parameters:
    ///   - rows: the header and the first rows; later rows get the same widths.
    ///   - columns: width of the terminal, nil for no limit.
    init(rows: [[String]], alignments: [Alignment], columns: Int?) {
        self.alignments = alignments
        isLimited = columns != nil
        widths = Array(repeating: 0, count: alignments.count)
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], DisplayWidth.of(cell)) }
        }
        if let columns { shrink(to: columns) }
    }

    /// Cuts the widest columns to one common width, so that narrow ones stay whole.
    private mutating func shrink(to columns: Int) {
        let available = columns - TableLayout.gap.utf8.count * max(0, widths.count - 1)
        guard widths.reduce(0, +) > available else { return }
        var cap = widths.max() ?? 0
        while cap > TableLayout.leastWidth, widths.reduce(0, { $0 + min($1, cap) }) > available { cap -= 1 }
        // One column more for the first of the wide ones, as far as there is room.
        var spare = available - widths.reduce(0) { $0 + min($1, cap) }
        for index in widths.indices where widths[index] > cap {
            widths[index] = spare > 0 ? cap + 1 : cap
            spare -= 1
        }
    }

    /// Appends one line with its line feed, and without blanks before that.
    func appendLine(_ cells: [String], to out: inout [UInt8]) {
        for (index, cell) in cells.enumerated() { append(cell, at: index, to: &out) }
        endLine(&out)
    }

    /// Appends one cell, and the gap before it.
    func append(_ cell: String, at index: Int, to out: inout [UInt8]) {
        var text = cell
        var blanks = widths[index] - DisplayWidth.of(cell)
        if blanks < 0 {
            if isLimited { text = DisplayWidth.truncated(cell, to: widths[index]) }
            blanks = max(0, widths[index] - DisplayWidth.of(text))
        }
        text.withUTF8 { append(UnsafeRawBufferPointer($0), blanks: blanks, at: index, to: &out) }
    }

    /// The same for a text of printable ASCII that is not cut; false: it is another one, and nothing was appended.
    func appendPlain(_ text: UnsafeRawBufferPointer, at index: Int, to out: inout [UInt8]) -> Bool {
        let blanks = widths[index] - text.count
        guard blanks >= 0 || !isLimited, text.allSatisfy({ $0 &- 0x20 < 0x5F }) else { return false }
        append(text, blanks: max(0, blanks), at: index, to: &out)
        return true
    }

    private func append(_ text: UnsafeRawBufferPointer, blanks: Int, at index: Int, to out: inout [UInt8]) {
        if index > 0 { out.append(contentsOf: TableLayout.gap.utf8) }
        let blanks = repeatElement(UInt8(ascii: " "), count: blanks)
        switch alignments[index] {
        case .left:
            out.append(contentsOf: text)
            // Before the line feed they would be blanks for nothing.
            if index < widths.count - 1 { out.append(contentsOf: blanks) }
        case .right:
            out.append(contentsOf: blanks)
            out.append(contentsOf: text)
        }
    }

    func endLine(_ out: inout [UInt8]) {
        while out.last == UInt8(ascii: " ") { out.removeLast() }
        out.append(UInt8(ascii: "\n"))
    }
}
