import ArgumentParser
import Archive
import QueryLanguage
import Rendering
import Search

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The program: what `main` calls.
public enum CommandLineTool {
    /// Runs the command line and ends the process with its exit status.
    public static func main() -> Never {
        StandardStreams.prepare()
        Interruption.watch()
        let status = run(Array(CommandLine.arguments.dropFirst()))
        exit(status.rawValue)
    }

    private static func run(_ arguments: [String]) -> ExitStatus {
        var command: any ParsableCommand
        let placed = GlobalPlacement.normalized(arguments)
        EarlyArchive.shared.begin(placed)
        defer { EarlyArchive.shared.finish() }
        do {
            command = try parse(placed)
        } catch {
            return reportParsing(error)
        }
        Interruption.set(note: (command as? any InterruptibleCommand)?.interruptionNote)
        if let paged = command as? any PagedCommand, !paged.global.noPager { Pager.start(chops: paged.isWide) }
        defer { Pager.finish() }
        let recorder = CaseRecorder(command, arguments)
        var status = ExitStatus.done
        do {
            try command.run()
        } catch {
            status = report(error)
        }
        do {
            try recorder?.finish(status)
        } catch {
            // The answer stands, but it is not in the record: that must not go unseen.
            _ = report(error)
            return .cannot
        }
        return status
    }

    /// A subcommand without subcommands of its own is parsed by itself: that takes half the time. What is not plainly
    /// such a command (help, a mistake) goes through the root, which knows the whole command line.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        let named = Coldtrail.configuration.subcommands.first { $0._commandName == arguments.first }
        if let named, named.configuration.subcommands.isEmpty,
            let command = try? named.parseAsRoot(Array(arguments.dropFirst())), type(of: command) == named
        {
            return command
        }
        return try Coldtrail.parseAsRoot(arguments)
    }

    /// Help and version are data; everything else is wrong usage.
    private static func reportParsing(_ error: any Error) -> ExitStatus {
        let text = Coldtrail.fullMessage(for: error)
        guard Coldtrail.exitCode(for: error).isSuccess else {
            let prefix = "Error: "
            StandardError.writeLine(
                "coldtrail: " + (text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text))
            return .cannot
        }
        do {
            let sink = try OutputSink()
            try sink.write(text + "\n")
            try sink.finish()
            return .done
        } catch {
            return report(error)
        }
    }

    /// Says what went wrong. Errors of the library describe themselves: what, where, what to do.
    private static func report(_ error: any Error) -> ExitStatus {
        switch error {
        case let status as ExitStatus:
            return status
        case is ClosedPipe:
            // Whoever read has seen enough.
            return .done
        case let error as QueryError:
            StandardError.writeLine(error.description)
        case _ where Coldtrail.exitCode(for: error).isSuccess:
            // `help` asks for its text by an error.
            return reportParsing(error)
        default:
            StandardError.writeLine("coldtrail: \(error)")
        }
        return .cannot
    }
}

extension CommandConfiguration {
    /// Of a command that `CommandLineTool` parses by itself: the parser then does not look for a request for completion
    /// scripts, which would take half of its time. That is the root's matter.
    var parsedAlone: CommandConfiguration {
        var configuration = self
        configuration._superCommandName = Coldtrail._commandName
        return configuration
    }
}
