/// Bars of block characters.
public enum BarText {
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// A bar of `value` of `largest`, in eighths of a column; a value above 0 is always seen.
    ///
    /// - Parameter columns: length of the largest value's bar.
    public static func bar(_ value: Double, of largest: Double, columns: Int) -> String {
        guard value > 0, largest > 0, columns > 0 else { return "" }
        let parts = max(1, Int((min(1, value / largest) * Double(columns) * 8).rounded()))
        return String(repeating: "█", count: parts / 8) + eighths[parts % 8]
    }

    private static let levels = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// One character a value, as high as its share of the largest; a blank for 0.
    public static func sparkline(_ values: [Double]) -> String {
        let largest = values.max() ?? 0
        return values.map { value in
            guard value > 0, largest > 0 else { return " " }
            return levels[min(7, Int(value / largest * 7.999))]
        }.joined()
    }
}
