/// The regular expressions of EQL (R40–R44): the text between the slashes of `/re/`.
public enum RegexSyntax {
    /// The largest count in braces, and the largest product of counts that nest: `(a{40}){40}` is too much.
    /// It bounds the size of the automaton; RE2 has the same limit.
    public static let repetitionLimit = 1000

    /// - Throws: `QueryError` whose `query` is the expression and whose `column` counts in it.
    public static func check(_ text: String) throws(QueryError) {
        _ = try parse(text)
    }

    /// Reads an expression, in time linear in its length.
    /// - Throws: as `check`.
    public static func parse(_ text: String) throws(QueryError) -> RegexNode {
        guard !text.isEmpty else {
            throw QueryError(message: "a regular expression may not be empty", column: 1, query: text)
        }
        var parser = RegexParser(text)
        return try parser.expression()
    }
}
