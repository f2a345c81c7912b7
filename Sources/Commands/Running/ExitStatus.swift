/// How the program ends. Thrown by a command that has said all there is to say.
enum ExitStatus: Int32, Error {
    case done = 0
    /// Done, but the answer is "no": differences, damage, rejects, nothing matched with `-e`.
    case no = 1
    /// Wrong usage, or it cannot be done.
    case cannot = 2
    case interrupted = 130
}

/// What a person asked for makes no sense here; found after parsing.
struct UsageError: Error, CustomStringConvertible {
    var message: String
    /// What to do instead.
    var remedy: String?

    init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    var description: String {
        remedy.map { "\(message)\n  \($0)" } ?? message
    }
}
