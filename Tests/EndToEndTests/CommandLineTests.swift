import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
    // MARK: usage

    @Test(
        "wrong usage ends with 2, says what is wrong on standard error, and prints no data",
        arguments: [
            [], ["frobnicate"], ["search"], ["search", "x", "--format", "xml"], ["search", "x", "--format", "json"],
            ["count", "x", "--format", "ids"], ["search", "a", "b"], ["search", "x", "--limit", "-1"],
            ["search", "x", "--limit", "many"], ["search", "x", "--sort", "sideways"], ["search", "x", "--nonsense"],
            ["search", "x", "--context", "-1"], ["search", "x", "--columns", ","],
            ["search", "x", "--from", "yesterday-ish"],
            ["search", "x", "--from", "2026-01-02", "--to", "2026-01-01"],
            ["search", "x", "--last", "7d", "--from", "-1d"],
            ["search", "x", "--tz", "Mars/Olympus"], ["search", "x", "--export", "nothing-like-it"], ["show", "a"],
            ["show", "a:0"], ["show", "a:99"], ["show", "zzz:1"], ["restore", "zzz"], ["rejects", "zzz"],
            ["verify", "zzz"],
            ["ingest"], ["ingest", "x", "--jobs", "0"], ["ingest", "x", "--memory", "lots"],
            ["ingest", "x", "--memory", "1M"],
            ["ingest", "x", "--fields", "a,b*"], ["ingest", "-", "-"], ["query"], ["query", "check"], ["--archive"],
            ["count", "x", "-a", "no-archive-there"], ["--archive", "no-archive-there", "count", "x"],
        ])
    func wrongUsage(arguments: [String]) throws {
        let folder = try SmallExport.archived()
        let result = try Coldtrail.run(arguments, in: folder)
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.errorText.hasPrefix("coldtrail: "))
    }

    @Test("a mistake in a query is shown with a caret and ends with 2", arguments: ["search", "count", "fields"])
    func queryError(command: String) throws {
        let folder = try SmallExport.archived()
        let result = try Coldtrail.run(command, "user.name:a or b", in: folder)
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.errorText.contains("error: operators are upper case: write OR\n  user.name:a or b\n"))
        #expect(result.errorText.contains("^ column 13"))
    }

    @Test("help and version are data, with status 0")
    func help() throws {
        let folder = try TemporaryFolder()
        for arguments in [
            ["--help"], ["-h"], ["help"], ["search", "--help"], ["help", "ingest"], ["query", "check", "--help"],
        ] {
            let result = try Coldtrail.run(arguments, in: folder)
            #expect(result.status == 0, "\(arguments)")
            #expect(result.text.contains("USAGE: coldtrail"))
            #expect(result.errors.isEmpty)
        }
        let version = try Coldtrail.run("--version", in: folder)
        #expect(version.status == 0)
        #expect(version.text.hasPrefix("coldtrail "))
        #expect(version.lines.count == 1)
    }

    @Test("every subcommand has help")
    func helpOfAll() throws {
        let folder = try TemporaryFolder()
        let names = [
            "ingest", "search", "count", "show", "fields", "exports", "info", "rejects", "restore", "verify", "log",
            "query",
        ]
        for name in names {
            let result = try Coldtrail.run(name, "--help", in: folder)
            #expect(result.status == 0, "\(name)")
            #expect(result.text.contains("--archive") || name == "query", "\(name)")
        }
    }

    // MARK: the archive's place

    @Test("the archive is named before or after the subcommand, by the environment, or is ./archive.coldtrail")
    func archivePlace() throws {
        let folder = try SmallExport.archived()
        try FileManager.default.moveItem(atPath: folder.path("archive.coldtrail"), toPath: folder.path("case.arc"))
        for arguments in [
            ["-a", "case.arc", "count", "*"], ["--archive", "case.arc", "count", "*"],
            ["--archive=case.arc", "count", "*"],
            ["count", "-a", "case.arc", "*"], ["count", "*", "--archive=case.arc"],
            ["--no-progress", "--color", "never", "-a", "case.arc", "count", "*"],
        ] {
            let result = try Coldtrail.run(arguments, in: folder)
            #expect(result.text == "4\n", "\(arguments): \(result.errorText)")
            #expect(result.status == 0)
        }
        let named = try Coldtrail.run(["count", "*"], in: folder, environment: ["COLDTRAIL_ARCHIVE": "case.arc"])
        #expect(named.text == "4\n")
        #expect(try Coldtrail.run("count", "*", in: folder).status == 2)
    }

    // MARK: exit statuses

    @Test("ingest: 1 for rejects, 0 for an export that is in already, 2 if one of several cannot be read")
    func ingestStatus() throws {
        let folder = try TemporaryFolder()
        try folder.write(SmallExport.text, to: "a.jsonl")
        try folder.write("\n" + SmallExport.lines[0] + "\n\n", to: "blank.jsonl")
        let first = try Coldtrail.run("ingest", "a.jsonl", in: folder)
        #expect(first.status == 1)
        #expect(first.output.isEmpty)
        #expect(first.errorText.contains("4 events, 2 rejects, 1 blank line"))
        let again = try Coldtrail.run("ingest", "a.jsonl", in: folder)
        #expect(again.status == 0)
        #expect(again.errorText.contains("already"))
        let some = try Coldtrail.run("ingest", "missing.jsonl", "blank.jsonl", in: folder)
        #expect(some.status == 2)
        #expect(some.errorText.contains("missing.jsonl"))
        #expect(try Coldtrail.run("count", "*", in: folder).text == "5\n")
        let blanks = try Coldtrail.run("ingest", "blank.jsonl", in: folder)
        #expect(blanks.status == 0)
    }

    @Test("-e makes no match status 1, and changes nothing else")
    func exitStatusOfSearch() throws {
        let folder = try SmallExport.archived()
        #expect(try Coldtrail.run("search", "nowhere-to-be-found", in: folder).status == 0)
        #expect(try Coldtrail.run("search", "nowhere-to-be-found", "-e", in: folder).status == 1)
        #expect(try Coldtrail.run("count", "nowhere-to-be-found", "-e", in: folder).status == 1)
        let found = try Coldtrail.run("search", "mimikatz", "-e", in: folder)
        #expect(found.status == 0)
        #expect(found.text == SmallExport.lines[0] + "\n")
    }

    @Test("Ctrl-C exits with 130, and the archive is whole")
    func interruption() throws {
        let folder = try TemporaryFolder()
        let running = try Coldtrail.start(["ingest", Project.path("SampleData"), "--jobs", "1"], in: folder)
        let deadline = Date(timeIntervalSinceNow: 30)
        while !folder.exists("archive.coldtrail/catalog.sqlite"), running.isRunning, Date() < deadline { usleep(1_000) }
        running.interrupt()
        let result = try running.wait()
        #expect(result.status == 130)
        #expect(result.errorText.contains("coldtrail: interrupted"))
        #expect(try Coldtrail.run("verify", in: folder).status == 0)
        #expect(try Coldtrail.run("ingest", Project.path("SampleData"), in: folder).status == 1)
        #expect(try Coldtrail.run("exports", "--format", "jsonl", in: folder).lines.count == 3)
        #expect(try folder.names(in: "archive.coldtrail/tmp").isEmpty)
    }

    @Test("damage found by verify is status 1, a block that a search cannot read is status 2 with its lines")
    func damageStatus() throws {
        let folder = try TemporaryFolder()
        let sample = Project.path("SampleData/2026-01-investigation.jsonl.gz")
        #expect(try Coldtrail.run("ingest", sample, in: folder).status == 0)
        #expect(try Coldtrail.run("verify", in: folder).status == 0)
        let all = try Coldtrail.run("search", "*", in: folder).lines.count
        let name = try #require(try folder.names(in: "archive.coldtrail/partitions").first)
        let path = "archive.coldtrail/partitions/" + name
        var bytes = try folder.read(path)
        // In the middle of the compressed lines, which take up most of the file.
        bytes[bytes.count / 5] ^= 0xFF
        try FileManager.default.removeItem(atPath: folder.path(path))
        try folder.write(bytes, to: path)
        let verified = try Coldtrail.run("verify", in: folder)
        #expect(verified.status == 1)
        #expect(verified.text.contains("SHA-256"))
        #expect(try Coldtrail.run("verify", "--quick", in: folder).status == 1)
        let search = try Coldtrail.run("search", "*", in: folder)
        #expect(search.status == 2)
        #expect(search.lines.count < all)
        #expect(search.lines.count > all / 2)
        #expect(search.errorText.contains("cannot be read"))
        let restored = try Coldtrail.run("restore", "2026-01-investigation", "-o", "back.jsonl", in: folder)
        #expect(restored.status == 2)
        #expect(!folder.exists("back.jsonl"))
    }
}
