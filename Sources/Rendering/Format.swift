/// `--format`: how an answer is written.
public enum Format: String, Hashable, Sendable, CaseIterable {
    /// Aligned columns for eyes.
    case table
    /// One JSON object a line; for events, their own bytes.
    case jsonl
    /// One JSON array.
    case json
    /// RFC 4180 with a header.
    case csv
    /// Tab-separated with a header, one line a row.
    case tsv
    /// The event's own bytes, one a line (same as `jsonl` for events).
    case raw
    /// `EXPORT:LINE`.
    case ids

    /// The formats of rows: aggregates, lists, summaries.
    public static let ofRows: [Format] = [.table, .jsonl, .json, .csv, .tsv]
    /// The formats of events.
    public static let ofEvents: [Format] = [.table, .jsonl, .csv, .tsv, .raw, .ids]

    /// The error of a format that a command does not have.
    ///
    /// - Parameter command: what does not have it (`count`).
    public func refused(by command: String, allowed: [Format]) -> RenderingError {
        RenderingError(
            .formatNotHere,
            "\(command) has no format \(rawValue); it has \(allowed.map(\.rawValue).joined(separator: ", "))")
    }
}
