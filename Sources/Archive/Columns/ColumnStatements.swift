/// The statements that read columns: compiled once a partition, as compiling one takes as long as reading a row.
final class ColumnStatements {
    enum Kind: Int, CaseIterable {
        case dictionary
        case cells

        fileprivate func sql(major: Int) -> String {
            switch self {
            case .dictionary:
                """
                SELECT first_code, entries, raw_bytes, data\(major < 3 ? "" : ", low, high") FROM dictionary \
                WHERE id >= ? AND id < ? ORDER BY id
                """
            case .cells:
                "SELECT width, raw_bytes, data, low, high\(major < 3 ? "" : ", presence") FROM cells WHERE id = ?"
            }
        }
    }

    private let major: Int

    /// Those that nobody uses.
    private var idle: [[SQLiteStatement]] = Array(repeating: [], count: Kind.allCases.count)

    /// - Parameter major: the partition's format.
    init(major: Int) {
        self.major = major
    }

    /// Calls `body` with a statement to bind and step, and resets it. `body` may use the same kind again.
    func with<Result>(
        _ kind: Kind, over database: SQLiteConnection, _ body: (SQLiteStatement) throws -> Result
    ) throws -> Result {
        let statement = try idle[kind.rawValue].popLast() ?? database.prepare(kind.sql(major: major))
        defer {
            statement.reset()
            idle[kind.rawValue].append(statement)
        }
        return try body(statement)
    }
}
