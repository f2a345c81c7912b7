/// What is wrong with a query, and where.
///
/// `description` is what a person sees (R53):
///
///     error: operators are upper case: write OR
///       event.action:login or event.action:logoff
///                          ^ column 20; or quote "or" to search for the word
public struct QueryError: Error, Hashable, Sendable {
    /// What was expected; one line, nothing in it that a terminal would obey.
    public var message: String
    /// Where, counted from 1 in characters (Unicode scalars); one past the last for the query's end.
    public var column: Int
    /// What to do about it, if that is known; one line.
    public var hint: String?
    /// The whole query as it was given.
    public var query: String

    public init(message: String, column: Int, hint: String? = nil, query: String) {
        self.message = message
        self.column = column
        self.hint = hint
        self.query = query
    }
}

extension QueryError: CustomStringConvertible {
    /// Three lines without a last line feed: the message, the query (or the part of it around the column), the caret.
    public var description: String {
        let window = QueryWindow(query: query, column: column)
        var caret = "^ column \(column)"
        if let hint { caret += "; \(hint)" }
        return "error: \(message)\n  \(window.text)\n  \(String(repeating: " ", count: window.caretIndent))\(caret)"
    }
}
