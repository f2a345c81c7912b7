import Foundation
import Testing

/// Promise 8: a terminal never gets a control, escape or bidi character of an event; a pipe gets the bytes.
@Suite("Output on a terminal")
struct OutputSafetyTests {
    /// Raw escape and C1 bytes may not stand in JSON strings, but they do stand in rejects; bidi marks may anywhere.
    private static let lines = [
        "{\"@timestamp\":\"2026-01-01T00:00:00Z\",\"message\":\"evil \u{202E}gpj.exe \u{9B}31m \u{7F}\",\"\u{2066}field\":1}",
        "reject \u{1B}]0;owned\u{7} \u{1B}[2J \u{202E}",
        #"{"@timestamp":"2026-01-01T00:00:01Z","message":"escaped \u001b[31m \u202e \u0007"}"#,
    ]

    private static func archived() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(lines.map { $0 + "\n" }.joined(), to: "a.jsonl")
        let result = try Coldtrail.run("ingest", "a.jsonl", "--note", "note \u{1B}[31m\u{202E}", in: folder)
        guard result.status == 1 else { throw SetupFailure(result.errorText) }
        return folder
    }

    static let hasScript: Bool =
        (try? ArchiveFiles.tool("/usr/bin/env", ["script", "-qec", "true", "/dev/null"]))?.status == 0

    private static let commands = [
        "search '*'", "search '*' --format jsonl", "search '*' --format csv", "search '*' --format tsv",
        "search '*' --columns message", "search '*' --explain", "show a:1", "show a:3 --pretty", "show a:2", "fields",
        "fields --format json", "exports", "exports --format jsonl", "info", "rejects", "rejects --format jsonl", "log",
        "log --format jsonl", "restore a", "search 'x\u{1B}[31m:\u{202E} AND ('", "count '*' --by message",
        "search '*' --export 'x\u{1B}]0;t\u{7}'", "ingest '/nowhere/\u{1B}[31m\u{202E}'",
    ]

    @Test("no unsafe character reaches a terminal", .enabled(if: hasScript, "needs script(1) for a terminal"))
    func terminal() throws {
        let folder = try Self.archived()
        for (number, command) in (Self.commands + Self.commands).enumerated() {
            // Directly, and through a pager that shows what it gets.
            let pager = number < Self.commands.count ? "" : "sed -n p"
            // Colour off: then no escape code at all is the tool's own.
            let line = "\(Coldtrail.binary) --color never --no-progress \(command)"
            let result = try RunningCommand(
                "/usr/bin/env", ["script", "-qec", line, "/dev/null"], in: folder, input: Data(),
                environment: ["TERM": "xterm", "NO_COLOR": "1", "COLDTRAIL_PAGER": pager]
            ).wait()
            #expect(!result.output.isEmpty, "\(command)")
            let unsafe = result.text.unicodeScalars.filter { Self.isUnsafe($0) }
            #expect(unsafe.isEmpty, "\(command): \(result.text.debugDescription)")
        }
    }

    @Test("pipes and -o get the bytes as they are")
    func pipe() throws {
        let folder = try Self.archived()
        let events = Self.lines[0] + "\n" + Self.lines[2] + "\n"
        #expect(try Coldtrail.run("search", "*", "--sort", "oldest", in: folder).text == events)
        #expect(try Coldtrail.run("restore", "a", in: folder).output == folder.read("a.jsonl"))
        #expect(try Coldtrail.run("search", "*", "--sort", "oldest", "-o", "out", in: folder).status == 0)
        #expect(try folder.read("out") == Data(events.utf8))
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // What a terminal itself is given for a line's end, and tab.
        case 0x09, 0x0A, 0x0D: false
        case 0x00...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
        default: false
        }
    }
}
