import Foundation

/// Runs the real binary.
enum Coldtrail {
    /// `COLDTRAIL_BINARY`, else the `coldtrail` that was built beside the test bundle.
    static let binary: String = {
        if let path = ProcessInfo.processInfo.environment["COLDTRAIL_BINARY"] { return path }
        var folders: [String] = []
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            folders.append((path as NSString).deletingLastPathComponent)
        }
        folders += Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent().path }
        folders.append((CommandLine.arguments[0] as NSString).deletingLastPathComponent)
        let candidates = folders.map { $0 + "/coldtrail" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
            ?? Project.path(".build/debug/coldtrail")
    }()

    /// Runs a command to its end.
    ///
    /// - Parameters:
    ///   - folder: the working directory, so that `./archive.coldtrail` is the test's own.
    ///   - environment: added to a minimal one: nothing of the machine's settings changes a test.
    ///   - timeout: seconds after which it is killed; the status is then `CommandResult.timedOut`.
    static func run(
        _ arguments: [String], in folder: TemporaryFolder, input: Data = Data(), environment: [String: String] = [:],
        timeout: TimeInterval = 60
    ) throws -> CommandResult {
        try start(arguments, in: folder, input: input, environment: environment).wait(timeout: timeout)
    }

    /// `run` with the arguments one by one.
    static func run(_ arguments: String..., in folder: TemporaryFolder) throws -> CommandResult {
        try run(arguments, in: folder)
    }

    /// Starts a command and returns at once.
    static func start(
        _ arguments: [String], in folder: TemporaryFolder, input: Data = Data(), environment: [String: String] = [:]
    ) throws -> RunningCommand {
        try RunningCommand(binary, arguments, in: folder, input: input, environment: environment)
    }

    /// Runs a shell command line in which `coldtrail` is the binary; for pipes.
    static func shell(_ line: String, in folder: TemporaryFolder, timeout: TimeInterval = 60) throws -> CommandResult {
        let script = "coldtrail() { \"$COLDTRAIL_BINARY\" \"$@\"; }\n" + line
        return try RunningCommand(
            "/bin/sh", ["-c", script], in: folder, input: Data(), environment: ["COLDTRAIL_BINARY": binary]
        ).wait(timeout: timeout)
    }
}

/// The package that the tests belong to.
enum Project {
    /// A path inside the package's folder.
    static func path(_ relative: String) -> String {
        let file = URL(filePath: #filePath)
        let root = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.appending(path: relative).path
    }
}
