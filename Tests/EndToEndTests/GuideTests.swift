import Foundation
import Testing

/// Every command that a page shows is run, and prints what the page says.
@Suite struct GuideTests {
    @Test(arguments: ["docs/guide.md", "README.md"])
    func pageTellsTheTruth(page: String) throws {
        let text = try String(contentsOfFile: Project.path(page), encoding: .utf8)
        let commands = ConsoleBlock.all(in: text).flatMap(\.commands).filter(isRunnable)
        try #require(!commands.isEmpty, "\(page) shows no command")

        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: Project.path("SampleData"), toPath: folder.path("SampleData"))
        let outcomes = try run(commands, in: folder)
        for (command, outcome) in zip(commands, outcomes) {
            let place = "\(page):\(command.line): \(command.command)"
            if command.expected.isEmpty {
                // Nothing is shown: it must be done, also with the answer "no".
                #expect(
                    outcome.status == 0 || outcome.status == 1, "\(place)\n\(outcome.printed.joined(separator: "\n"))")
            } else {
                var shown = command.expected
                while shown.last == "" { shown.removeLast() }
                #expect(
                    ShownOutput.matches(outcome.printed, shown),
                    "\(place)\nprinted:\n\(outcome.printed.joined(separator: "\n"))\nshown:\n\(shown.joined(separator: "\n"))"
                )
            }
        }
    }

    @Test func shownOutputMayLeaveThingsOut() {
        #expect(ShownOutput.matches(["a", "b"], ["a", "b"]))
        #expect(ShownOutput.matches(["a", "x", "y", "b"], ["a", "...", "b"]))
        #expect(ShownOutput.matches(["a", "b"], ["a", "...", "b"]))
        #expect(ShownOutput.matches(["took 12 ms, 5 events"], ["took ... ms, ...events"]))
        #expect(!ShownOutput.matches(["a", "b"], ["a"]))
        #expect(!ShownOutput.matches(["a"], ["a", "b"]))
        #expect(!ShownOutput.matches(["12"], ["1"]))
        #expect(!ShownOutput.matches(["took 12 s"], ["took ... ms"]))
    }

    private struct Outcome {
        var status: Int32
        var printed: [String]
    }

    /// Runs all commands in one shell, so that `cd`, variables and `$?` mean what they say.
    private func run(_ commands: [ConsoleCommand], in folder: TemporaryFolder) throws -> [Outcome] {
        let mark = "--- the end of one command ---"
        var script = "exec 2>&1\n"
        for command in commands { script += "\(command.command)\nprintf '%s\\n' \"$?\" '\(mark)'\n" }
        let result = try Coldtrail.shell(script, in: folder, timeout: 300)
        var outcomes: [Outcome] = []
        var printed: [String] = []
        // CSV lines end in CR LF, which Swift takes for one character.
        let text = result.text.replacingOccurrences(of: "\r\n", with: "\n")
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line == mark {
                outcomes.append(Outcome(status: printed.popLast().flatMap { Int32($0) } ?? -1, printed: printed))
                printed = []
            } else {
                printed.append(line)
            }
        }
        try #require(outcomes.count == commands.count, "a command ended the shell:\n\(result.text.suffix(2_000))")
        return outcomes
    }

    /// The stock SQLite shell is shown in the guide, but is not part of every system.
    private func isRunnable(_ command: ConsoleCommand) -> Bool {
        guard command.command.hasPrefix("sqlite3 ") else { return true }
        return ["/usr/bin", "/bin"].contains { FileManager.default.isExecutableFile(atPath: $0 + "/sqlite3") }
    }
}
