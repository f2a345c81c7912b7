/// The functions of the language, with the number of arguments that each takes.
public struct Function: Sendable {
    public let name: String
    public let arguments: ClosedRange<Int>
    /// Arguments in words.
    public let usage: String
    /// Only in `aggregate`.
    public let isAggregate: Bool

    public static let all: [Function] = [
        make("now", 0...1, "(), or (timespan)"), make("ago", 1...1, "(timespan)"), make("bin", 2...2, "(value, size)"),
        make("year", 1...1, "(time)"), make("month", 1...1, "(time)"), make("week", 1...1, "(time)"),
        make("tolower", 1...1, "(text)"), make("toupper", 1...1, "(text)"),
        make("extract", 3...3, "(regex, group, text)"), make("replace_regex", 3...3, "(text, regex, replacement)"),
        make("round", 1...2, "(number), or (number, places)"), make("toint", 1...1, "(value)"),
        make("tostring", 1...1, "(value)"), make("parse_json", 1...1, "(text)"),
        make("iff", 3...3, "(condition, value, value)"), make("coalesce", 1...1_000, "(value, value, …)"),
        make("format_datetime", 2...2, "(time, format)"), make("isnull", 1...1, "(value)"),
        make("isnotnull", 1...1, "(value)"), make("toscalar", 1...1, "(pipeline)"),
        make("count", 0...0, "()", true), make("sum", 1...1, "(value)", true), make("min", 1...1, "(value)", true),
        make("max", 1...1, "(value)", true), make("avg", 1...1, "(value)", true),
        make("count_distinct", 1...1, "(value)", true), make("make_set", 1...1, "(value)", true),
        make("countif", 1...1, "(condition)", true),
    ]

    private static func make(
        _ name: String, _ arguments: ClosedRange<Int>, _ usage: String, _ isAggregate: Bool = false
    ) -> Function {
        Function(name: name, arguments: arguments, usage: usage, isAggregate: isAggregate)
    }

    public static var names: [String] { all.map(\.name) }

    public static func named(_ name: String) -> Function? { all.first { $0.name == name } }
}
