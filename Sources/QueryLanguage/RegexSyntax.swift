/// The regular expressions of EQL (R40–R44): the text between the slashes of `/re/`.
public enum RegexSyntax {
    /// The largest count in braces, and the largest product of counts that nest: `(a{40}){40}` is too much.
    /// It bounds the size of the automaton; RE2 has the same limit.
    public static let repetitionLimit = 1000

    /// The largest `RegexNode.size` of all different expressions of one query together. An engine that keeps time linear
    /// still takes time for each state at each byte when its memory is short, so states must be bounded.
    public static let sizeLimit = 25_000

    /// - Returns: the expression's size.
    /// - Throws: `QueryError` whose `query` is the expression and whose `column` counts in it.
    @discardableResult
    public static func check(_ text: String) throws(QueryError) -> Int {
        let size = try parse(text).size
        guard size <= sizeLimit else {
            throw QueryError(
                message: "this regular expression is too large (size \(size), at most \(sizeLimit))", column: 1,
                hint: "shorten it, or lower its counts {n,m}", query: text)
        }
        return size
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
