import ArgumentParser
import Archive
import Events
import Rendering
import Reports

/// `coldtrail report …`
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report as HTML, JSON and CSV: retention, completeness, access, or a case's record.",
        discussion: """
            Without -o the report is shown as text. With -o NAME it is written to NAME.html, NAME.json and one \
            NAME-TABLE.csv for each table. `report --check NAME.json` makes it again and says what moved.
            """,
        subcommands: [
            ReportRetentionCommand.self, ReportCompletenessCommand.self, ReportAccessCommand.self,
            ReportCaseCommand.self, ReportCheckCommand.self,
        ]
    )

    @Option(help: ArgumentHelp("Make the report of this JSON file again, and compare.", valueName: "file"))
    var check: String?

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        guard let check else {
            throw UsageError(
                "which report?", remedy: "report retention, completeness, access or case; see `coldtrail report --help`"
            )
        }
        try ReportChecking.check(check, global)
    }
}

/// `coldtrail report check FILE.json`
struct ReportCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Make a report again from its JSON and compare: SAME, or what moved (exit status 1)."
    )

    @Argument(help: "The report's JSON.")
    var file: String

    @OptionGroup
    var global: GlobalOptions

    func run() throws { try ReportChecking.check(file, global) }
}

/// A command that makes a report.
protocol ReportMaking: ParsableCommand {
    /// - Parameters:
    ///   - arguments: the command line to be recorded.
    ///   - again: what to make again; nil for a new report.
    func make(_ arguments: [String], _ global: GlobalOptions, again: ReportComparison?) throws -> Report
    var global: GlobalOptions { get }
    var form: ReportFormOptions { get }
}

extension ReportMaking {
    func run() throws {
        let report = try make(Array(CommandLine.arguments.dropFirst()), global, again: nil)
        try form.write(report, global)
        if report.isNegative { throw ExitStatus.no }
    }
}

/// Makes a report again and compares.
enum ReportChecking {
    private static let limit = 256 << 20

    static func check(_ file: String, _ global: GlobalOptions) throws {
        let old = try ReportComparison(text: try WholeFile.read(file, limit: limit), path: file)
        let parsed: any ParsableCommand
        do {
            parsed = try Coldtrail.parseAsRoot(GlobalPlacement.normalized(old.arguments))
        } catch {
            throw UsageError("the report's command is not understood: \(Coldtrail.message(for: error))")
        }
        guard let command = parsed as? any ReportMaking else {
            throw UsageError("the report's command makes no report: \(old.arguments.joined(separator: " "))")
        }
        // The archive may lie elsewhere today; the report's own place is only taken if none is named.
        let report = try command.make(
            old.arguments, global.archive == nil ? command.global : global, again: old)
        let moved = try old.differences(to: report)
        let sink = try OutputSink()
        try sink.write(moved.isEmpty ? "SAME\n" : moved.map { $0 + "\n" }.joined())
        try sink.finish()
        if moved.isEmpty { return }
        StandardError.writeLine("\(HumanText.counted(moved.count, "value")) moved")
        throw ExitStatus.no
    }
}
