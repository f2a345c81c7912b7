/// A piece of a program's text.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// One or more parts, joined by dots; the first one in backquotes or not.
        case name([String], isQuoted: Bool)
        case integer(Int64)
        case number(Double)
        /// Nanoseconds.
        case timespan(Int64)
        case string(String)
        /// `|`, `==`, `..` and so on.
        case sign(String)
        case end
    }

    var kind: Kind
    /// Unicode scalars before it.
    var position: Int
}
