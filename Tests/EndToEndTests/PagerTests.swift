import Foundation
import Testing

/// Commands on a terminal, which `python3` plays.
@Suite("Pager") struct PagerTests {
    /// Runs a command on a terminal of 60 columns; gives back what the terminal shows and the status.
    private static let terminal = """
        import os, pty, sys, fcntl, termios, struct, signal, time
        pid, fd = pty.fork()
        if pid == 0:
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
            os.execvp(sys.argv[2], sys.argv[2:])
        shown = b""
        sent = False
        while True:
            try:
                part = os.read(fd, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
            if not sent and sys.argv[1].encode() in shown:
                os.write(fd, b"\\x03")
                sent = True
        status = os.waitpid(pid, 0)[1]
        sys.stdout.buffer.write(shown.replace(b"\\r\\n", b"\\n"))
        sys.exit(os.waitstatus_to_exitcode(status) & 255)
        """

    private func run(
        _ arguments: [String], in folder: TemporaryFolder, environment: [String: String],
        interruptAt mark: String = "never shown"
    ) throws -> (status: Int32, shown: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.terminal, mark, Coldtrail.binary] + arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        var variables = ProcessInfo.processInfo.environment.filter { !["LESS", "PAGER", "COLUMNS"].contains($0.key) }
        variables["TERM"] = "xterm"
        process.environment = variables.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let shown = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: shown, as: UTF8.self))
    }

    @Test func answersAndNotesGoThroughThePager() throws {
        let folder = try TemporaryFolder()
        try folder.ingest(Project.path("SampleData/2026-01-investigation.jsonl.gz"))
        let top = ["top", "source.ip", "--limit", "2"]
        let paged = try run(top, in: folder, environment: ["PAGER": "sed 's/^/» /'"])
        let lines = paged.shown.split(separator: "\n")
        #expect(paged.status == 0 && lines.count == 4 && lines.allSatisfy { $0.hasPrefix("» ") }, "\(paged.shown)")
        #expect(paged.shown.contains("--limit 0 shows all") && paged.shown.contains("█"))
        // The tool's own variable comes first; LESS is set for less, unless it is set already.
        let own = try run(
            top, in: folder, environment: ["PAGER": "false", "COLDTRAIL_PAGER": "echo LESS=$LESS; cat"])
        #expect(own.shown.hasPrefix("LESS=FRXK\n"))
        let wide = try run(top + ["--wide"], in: folder, environment: ["COLDTRAIL_PAGER": "echo LESS=$LESS; cat"])
        #expect(wide.shown.hasPrefix("LESS=FRXKS\n"))
        let set = try run(top, in: folder, environment: ["LESS": "X", "COLDTRAIL_PAGER": "echo LESS=$LESS; cat"])
        #expect(set.shown.hasPrefix("LESS=X\n"))
        // The command's status stands, whatever the pager's.
        let none = try run(
            ["search", "-e", "nothing-has-this-word"], in: folder, environment: ["PAGER": "cat >/dev/null; exit 3"])
        #expect(none.status == 1)
    }

    @Test func withoutPagerTheTerminalGetsIt() throws {
        let folder = try TemporaryFolder()
        try folder.ingest(Project.path("SampleData/2026-01-investigation.jsonl.gz"))
        let top = ["top", "source.ip", "--limit", "2"]
        for environment in [["PAGER": ""], ["PAGER": "cat"], ["PAGER": "no-such-program"], ["PAGER": "/no/such/less"]] {
            let plain = try run(top, in: folder, environment: environment)
            #expect(plain.status == 0 && plain.shown.hasPrefix("value"), "\(environment): \(plain.shown)")
        }
        let off = try run(top + ["--no-pager"], in: folder, environment: ["PAGER": "sed 's/^/» /'"])
        #expect(off.shown.hasPrefix("value"))
        // No pager where nothing is read: ingest, info.
        #expect(try run(["info"], in: folder, environment: ["PAGER": "false"]).shown.contains("events"))
    }

    @Test func whoHasSeenEnoughLeaves() throws {
        let folder = try TemporaryFolder()
        try folder.ingest(Project.path("SampleData/2026-01-investigation.jsonl.gz"))
        let all = ["search", "", "--limit", "0", "--format", "jsonl"]
        let first = try run(all, in: folder, environment: ["PAGER": "head -n 1"])
        #expect(first.status == 0 && first.shown.split(separator: "\n").count == 1)
        // Ctrl-C ends both; with a pager that reads on until its end.
        let broken = try run(all, in: folder, environment: ["PAGER": "cat"], interruptAt: "@timestamp")
        #expect(broken.status == 130)
        let paged = try run(all, in: folder, environment: ["PAGER": "sleep 1; head -n 1"])
        #expect(paged.status == 0)
    }

    @Test func barsAndLinesFitTheTerminal() throws {
        let folder = try TemporaryFolder()
        try folder.ingest(Project.path("SampleData/2026-01-investigation.jsonl.gz"))
        func lines(_ arguments: String...) throws -> [String] {
            let result = try run(arguments + ["--no-pager"], in: folder, environment: [:])
            #expect(result.status == 0)
            return result.shown.split(separator: "\n").map(String.init)
        }
        let top = try lines("top", "source.ip", "--limit", "3")
        // The longest bar ends at the edge; numbers are grouped.
        #expect(top[1].hasPrefix("(none)       1,393  23.2 %  █") && top[1].count == 60 && top[1].hasSuffix("█"))
        let timeline = try lines("timeline", "", "--every", "1d")
        #expect(timeline.count == 8 && timeline.allSatisfy { $0.count <= 60 && !$0.contains("…") })
        // A field's values: one line each, one character an interval at most.
        let byValue = try lines("timeline", "", "--every", "6h", "--by", "event.outcome")
        #expect(byValue[0].hasPrefix("event.outcome  count  2026-01-11T18:00:00Z"))
        #expect(
            byValue.dropFirst().prefix(4).map { $0.prefix(13) } == [
                "(none)       ", "success      ", "failure      ", "unknown      ",
            ])
        #expect(byValue.contains("one character each 6h, times in UTC") && byValue.allSatisfy { $0.count <= 60 })
        let sol = try lines("sol", "events | aggregate n = count() by event.kind, event.severity | top 2 by n")
        #expect(
            sol == [
                "event.kind  event.severity      n", "null                  null  5,861",
                "alert                    2     42",
            ])
        let chart = try lines("sol", "events | aggregate n = count() by event.kind | render barchart")
        #expect(chart.allSatisfy { $0.count <= 60 } && chart.contains { $0.hasSuffix("█") })
    }

    @Test func wideTablesAreNotCut() throws {
        let folder = try TemporaryFolder()
        try folder.ingest(Project.path("SampleData/2026-01-investigation.jsonl.gz"))
        let arguments = ["sol", "events | aggregate count() by event.provider | top 3 by count", "--no-pager"]
        let narrow = try run(
            [
                "search", "event.code:4624", "--limit", "3", "--columns", "event.provider,host.name,message",
                "--no-pager",
            ],
            in: folder, environment: [:])
        #expect(narrow.shown.split(separator: "\n").allSatisfy { $0.count <= 60 } && narrow.shown.contains("…"))
        let wide = try run(
            [
                "search", "event.code:4624", "--limit", "3", "--columns", "event.provider,host.name,message",
                "--no-pager", "--wide",
            ], in: folder, environment: [:])
        #expect(wide.shown.split(separator: "\n").contains { $0.count > 200 } && !wide.shown.contains("…"))
        #expect(try run(arguments, in: folder, environment: [:]).status == 0)
    }
}
