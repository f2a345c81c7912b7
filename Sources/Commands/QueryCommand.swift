import ArgumentParser
import QueryLanguage
import Rendering

/// `coldtrail query …`
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Look at queries without running them.",
        subcommands: [QueryCheckCommand.self]
    )

    func run() throws {
        throw UsageError("a subcommand is missing", remedy: "write `coldtrail query check QUERY`")
    }
}

/// `coldtrail query check QUERY`
struct QueryCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Print a query in its canonical form, or what is wrong with it."
    )

    @Argument(help: "The query, in single quotes.")
    var query: String

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let parsed = try QueryParser.parse(query)
        let sink = try OutputSink()
        try sink.write(parsed.canonical + "\n")
        try sink.finish()
    }
}
