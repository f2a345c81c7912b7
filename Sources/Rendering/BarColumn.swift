/// Room for bars beside the other columns of a table.
public enum BarColumn {
    /// Below this a bar tells nothing.
    private static let least = 4

    /// Columns that are left for bars on a terminal; 0 if there is no room for them.
    ///
    /// - Parameters:
    ///   - columns: the table's other columns.
    ///   - rows: all of their rows.
    ///   - terminal: width of the terminal.
    ///   - most: bars are not made longer than this.
    public static func width(beside columns: [OutputColumn], _ rows: [[Cell]], terminal: Int, most: Int) -> Int {
        var taken = 2 * columns.count
        for (place, column) in columns.enumerated() {
            let cells = rows.lazy.map { row -> Int in
                var bytes: [UInt8] = []
                row[place].appendText(to: &bytes)
                return DisplayWidth.of(bytes.withUnsafeBytes { TerminalText.escaped($0) })
            }
            taken += max(DisplayWidth.of(TerminalText.escaped(column.name)), cells.max() ?? 0)
        }
        let left = min(most, terminal - taken)
        return left < least ? 0 : left
    }
}
