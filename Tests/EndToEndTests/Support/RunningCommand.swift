import Foundation

/// What a command left behind.
struct CommandResult {
    /// The status of a command that had to be killed.
    static let timedOut: Int32 = -1

    var status: Int32
    var output: Data
    var errors: Data

    /// Standard output as text.
    var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    var errorText: String { String(decoding: errors, as: UTF8.self) }
    /// The lines of standard output.
    var lines: [String] { text.split(separator: "\n").map(String.init) }
    /// The lines of standard output as JSON objects; a line that is none is left out.
    var objects: [[String: Any]] {
        lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }
}

/// A process whose streams are files, so that no output, however large, can block it.
final class RunningCommand {
    private let process = Process()
    private let streams: TemporaryFolder

    init(
        _ program: String, _ arguments: [String], in folder: TemporaryFolder, input: Data, environment: [String: String]
    ) throws {
        streams = try TemporaryFolder()
        try input.write(to: URL(filePath: streams.path("in")))
        for name in ["out", "err"] { try Data().write(to: URL(filePath: streams.path(name))) }
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = ["PATH": "/usr/bin:/bin", "TMPDIR": streams.path, "LC_ALL": "C.UTF-8"]
            .merging(environment) { _, new in new }
        process.standardInput = try FileHandle(forReadingFrom: URL(filePath: streams.path("in")))
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: streams.path("out")))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: streams.path("err")))
        try process.run()
    }

    /// Ctrl-C.
    func interrupt() {
        process.interrupt()
    }

    /// `kill -9`.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
    }

    var isRunning: Bool { process.isRunning }

    /// Waits for the end, and kills the process if that does not come.
    func wait(timeout: TimeInterval = 60) throws -> CommandResult {
        let deadline = Date(timeIntervalSinceNow: timeout)
        while process.isRunning, Date() < deadline { usleep(2_000) }
        let timedOut = process.isRunning
        if timedOut { kill() }
        process.waitUntilExit()
        return CommandResult(
            status: timedOut ? CommandResult.timedOut : process.terminationStatus,
            output: try Data(contentsOf: URL(filePath: streams.path("out"))),
            errors: try Data(contentsOf: URL(filePath: streams.path("err"))))
    }
}
