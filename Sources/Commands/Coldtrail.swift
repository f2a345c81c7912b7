import ArgumentParser

/// The command line: `coldtrail SUBCOMMAND …`. Parsing does no work; a subcommand's `run()` does all of it.
struct Coldtrail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coldtrail",
        abstract: "Keep massive security-event exports searchable, provable and comparable.",
        discussion: """
            Queries are words, phrases and field:value terms with AND, OR, NOT and parentheses; put them in single \
            quotes. Data goes to standard output, everything else to standard error. Times are UTC unless --tz says \
            otherwise.

            Exit status: 0 done; 1 done, but the answer is no (damage, rejects, -e without a match); 2 wrong usage or \
            cannot be done; 130 interrupted.
            """,
        version: "coldtrail \(ToolVersion.text)",
        subcommands: [
            IngestCommand.self, SearchCommand.self, CountCommand.self, TopCommand.self, TimelineCommand.self,
            SOLCommand.self,
            FieldsCommand.self, DiffCommand.self, DuplicatesCommand.self, ShowCommand.self,
            ExportsCommand.self, InfoCommand.self, RejectsCommand.self, RestoreCommand.self, VerifyCommand.self,
            RepairCommand.self,
            ProveCommand.self, VerifyProofCommand.self, ReportCommand.self, ForgetCommand.self, LogCommand.self,
            QueryCommand.self,
        ]
    )

    @OptionGroup(title: "Options before or after the subcommand")
    var global: GlobalOptions

    func run() throws {
        throw UsageError("a subcommand is missing", remedy: "see `coldtrail --help`")
    }
}

/// The version of the tool, as `--version` prints it and as it stands in catalogs and audit records.
enum ToolVersion {
    static let text = "0.1.0"
}
