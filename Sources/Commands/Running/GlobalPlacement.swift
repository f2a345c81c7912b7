/// Options that may stand before the subcommand as well as after it are moved behind it, where they are parsed.
enum GlobalPlacement {
    private static let valued: Set<String> = ["--archive", "-a", "--color", "--case"]
    private static let flags: Set<String> = ["--no-progress"]
    /// Subcommands that have subcommands of their own.
    private static let groups: Set<String> = ["query", "report"]

    static func normalized(_ arguments: [String]) -> [String] {
        var moved: [String] = []
        var at = 0
        while at < arguments.count {
            let argument = arguments[at]
            if valued.contains(argument), at + 1 < arguments.count {
                moved += arguments[at...at + 1]
                at += 2
            } else if flags.contains(argument) || isJoined(argument) {
                moved.append(argument)
                at += 1
            } else {
                break
            }
        }
        // Without a subcommand the parser says what is missing.
        guard !moved.isEmpty, at < arguments.count, !arguments[at].hasPrefix("-") else { return arguments }
        var head = [arguments[at]]
        at += 1
        if groups.contains(head[0]), at < arguments.count, !arguments[at].hasPrefix("-") {
            head.append(arguments[at])
            at += 1
        }
        return head + moved + arguments[at...]
    }

    /// `--archive=DIR`.
    private static func isJoined(_ argument: String) -> Bool {
        valued.contains { $0.hasPrefix("--") && argument.hasPrefix($0 + "=") }
    }
}
