import Foundation
import Testing

@Suite("Output of commands")
struct OutputTests {
    @Test("a closed pipe ends quietly with success")
    func closedPipe() throws {
        let folder = try TemporaryFolder()
        let sample = Project.path("SampleData/2026-01-investigation.jsonl.gz")
        #expect(try Coldtrail.run("ingest", sample, in: folder).status == 0)
        for format in ["jsonl", "table", "csv", "ids"] {
            let line = "{ coldtrail search '*' --format \(format) 2>errors; echo $? >status; } | head -n 1"
            let result = try Coldtrail.shell(line, in: folder)
            #expect(result.lines.count == 1)
            #expect(try folder.read("status") == Data("0\n".utf8), "\(format)")
            #expect(try folder.read("errors").isEmpty, "\(format)")
        }
    }

    @Test("a full disk under standard output is an error, not a success")
    func fullDisk() throws {
        let folder = try SmallExport.archived()
        let result = try Coldtrail.shell("coldtrail search '*' >/dev/full", in: folder)
        #expect(result.status == 2)
        #expect(result.errorText.contains("standard output"))
    }

    @Test("-o never overwrites without --force, and leaves nothing behind when a command fails")
    func outputFile() throws {
        let folder = try SmallExport.archived()
        try folder.write("precious", to: "out")
        let refused = try Coldtrail.run("search", "*", "-o", "out", in: folder)
        #expect(refused.status == 2)
        #expect(refused.errorText.contains("--force"))
        #expect(try folder.read("out") == Data("precious".utf8))
        #expect(try Coldtrail.run("search", "mimikatz", "-o", "out", "--force", in: folder).status == 0)
        #expect(try folder.read("out") == Data((SmallExport.lines[0] + "\n").utf8))
        #expect(try Coldtrail.run("search", "a or b", "-o", "other", in: folder).status == 2)
        #expect(try folder.names() == ["a.jsonl", "archive.coldtrail", "out"])
    }

    @Test("search: lines as they are, citations, rows, typed projections")
    func searchFormats() throws {
        let folder = try SmallExport.archived()
        func search(_ arguments: String...) throws -> String {
            let result = try Coldtrail.run(["search"] + arguments, in: folder)
            #expect(result.status == 0)
            return result.text
        }
        let newestFirst = [5, 1, 0, 6].map { SmallExport.lines[$0] + "\n" }.joined()
        #expect(try search("*") == newestFirst)
        #expect(try search("", "--format", "raw") == newestFirst)
        #expect(try search("*", "--format", "ids", "--sort", "oldest") == "a:1\na:2\na:6\na:7\n")
        #expect(try search("*", "--format", "ids", "--limit", "2") == "a:6\na:2\n")
        #expect(try search("*", "--format", "ids", "--limit", "0").split(separator: "\n").count == 4)
        #expect(
            try search("bob", "--columns", "user.name,n,tags,message", "--format", "csv")
                == "user.name,n,tags,message\r\nbob,-2.50,\"[\"\"x\"\",\"\"y\"\"]\",'=cmd|x\r\n")
        #expect(try search("bob", "--columns", "message", "--format", "csv", "--csv-raw").hasSuffix("=cmd|x\r\n"))
        #expect(
            try search("bob", "--columns", "n,tags,none", "--format", "jsonl")
                == #"{"n":-2.50,"tags":["x","y"],"none":null}"# + "\n")
        #expect(
            try search("carol", "--columns", "nested.a.b,coldtrail.id", "--format", "tsv")
                == "nested.a.b\tcoldtrail.id\ntrue\ta:6\n")
        let table = try search("alice", "--format", "table", "--tz", "+02:00")
        #expect(table.contains("2026-01-01T12:00:00+02:00  a:1"))
    }

    @Test("--context shows the neighbours in the file, rejects and blank lines included")
    func context() throws {
        let folder = try SmallExport.archived()
        #expect(
            try Coldtrail.run("search", "bob", "--context", "1", "--format", "ids", in: folder).text
                == "a:1\na:2\na:3\n")
        let table = try Coldtrail.run("search", "bob", "--context", "2", "--format", "table", in: folder)
        #expect(table.lines.filter { $0.hasPrefix(">") }.count == 1)
        #expect(table.text.contains("not json at all"))
    }

    @Test("count: a number, or the same number in a machine's format")
    func countFormats() throws {
        let folder = try SmallExport.archived()
        func count(_ format: String) throws -> String {
            try Coldtrail.run("count", "user.name:*", "--format", format, in: folder).text
        }
        #expect(try count("table") == "4\n")
        #expect(try count("jsonl") == "{\"count\":4}\n")
        #expect(try count("json") == "[{\"count\":4}]\n")
        #expect(try count("csv") == "count\r\n4\r\n")
    }

    @Test("show gives exact bytes, provenance, and says what is no event")
    func show() throws {
        let folder = try SmallExport.archived()
        #expect(try Coldtrail.run("show", "a:6", "--format", "jsonl", in: folder).text == SmallExport.lines[5] + "\n")
        #expect(try Coldtrail.run("show", "a.jsonl:4", "--format", "raw", in: folder).text == "not json at all\n")
        let shown = try Coldtrail.run("show", "a:2", "--context", "2", in: folder)
        #expect(shown.status == 0)
        #expect(shown.text.contains("> a:2  2026-01-02T11:00:00Z (UTC)\n" + SmallExport.lines[1] + "\n"))
        #expect(shown.text.contains("a:3  blank line"))
        #expect(shown.text.contains("a:4  reject: not valid JSON\nnot json at all\n"))
        #expect(shown.text.contains("sha256"))
        #expect(
            try Coldtrail.run("show", "a:6", "--pretty", in: folder).text.contains(
                "    \"a\": {\n      \"b\": true\n    }\n"))
    }

    @Test("rejects: number, offset, reason, bytes; --match looks into the bytes")
    func rejects() throws {
        let folder = try SmallExport.archived()
        let objects = try Coldtrail.run("rejects", "--format", "jsonl", in: folder).objects
        #expect(objects.map { $0["line"] as? Int } == [4, 5])
        #expect(objects.first?["bytes"] as? String == "not json at all")
        let offset = SmallExport.lines[..<3].reduce(0) { $0 + $1.utf8.count + 1 }
        #expect(objects.first?["offset"] as? Int == offset)
        #expect(try Coldtrail.run("rejects", "a", "--format", "raw", "--match", ",2", in: folder).text == "[1,2]\n")
        #expect(try Coldtrail.run("rejects", "--format", "ids", in: folder).text == "a:4\na:5\n")
        #expect(try Coldtrail.run("rejects", "--match", "absent", in: folder).lines.count <= 1)
    }

    @Test("restore gives the content back byte for byte, to a pipe and to a file")
    func restore() throws {
        let folder = try TemporaryFolder()
        // No last line feed, a carriage return, a byte that is no UTF-8, a NUL.
        var content = Data(SmallExport.text.utf8)
        content += Data("{\"a\":1}\r\n".utf8) + Data([0xFF, 0x00, 0x0A]) + Data("{\"b\":2}".utf8)
        try folder.write(content, to: "odd.jsonl")
        #expect(try Coldtrail.run("ingest", "odd.jsonl", in: folder).status == 1)
        #expect(try Coldtrail.run("restore", "odd", in: folder).output == content)
        #expect(try Coldtrail.run("restore", "odd", "-o", "back", in: folder).status == 0)
        #expect(try folder.read("back") == content)
    }

    @Test("exports and info tell digests, counts and sizes in every format")
    func listings() throws {
        let folder = try SmallExport.archived()
        let export = try #require(try Coldtrail.run("exports", "--format", "jsonl", in: folder).objects.first)
        #expect(export["label"] as? String == "a")
        #expect(export["file"] as? String == "a.jsonl")
        #expect((export["sha256"] as? String)?.count == 64)
        #expect(export["events"] as? Int == 4)
        #expect(export["rejects"] as? Int == 2)
        #expect(export["state"] as? String == "complete")
        #expect(export["partial"] as? Bool == false)
        #expect(export["first"] as? String == "2026-01-01T10:00:00Z")
        for format in ["table", "csv", "tsv", "json"] {
            let result = try Coldtrail.run("exports", "--format", format, in: folder)
            #expect(result.status == 0)
            #expect(result.text.contains(export["sha256"] as? String ?? "?"))
        }
        let info = try #require(try Coldtrail.run("info", "--format", "jsonl", in: folder).objects.first)
        #expect(info["events"] as? Int == 4)
        #expect(info["exports"] as? Int == 1)
        #expect(try Coldtrail.run("info", in: folder).text.contains("2026-01-02T12:00:00Z (UTC)"))
    }

    @Test("fields: counts, shares, distinct values and examples")
    func fields() throws {
        let folder = try SmallExport.archived()
        let fields = try Coldtrail.run("fields", "--format", "jsonl", in: folder).objects
        let user = try #require(fields.first { $0["field"] as? String == "user.name" })
        #expect(user["events"] as? Int == 4)
        #expect(user["share"] as? Double == 1)
        #expect(user["distinct"] as? Int == 4)
        #expect((user["examples"] as? [String])?.count == 3)
        let some = try Coldtrail.run("fields", "bob", "--format", "csv", in: folder)
        #expect(some.text.contains("tags,1,1,2,"))
    }

    @Test("what is partial is said on standard error and in JSON")
    func partial() throws {
        let folder = try TemporaryFolder()
        let ingest = try Coldtrail.run("ingest", Project.path("SampleData/2026-01-damaged.jsonl.gz"), in: folder)
        #expect(ingest.status == 1)
        #expect(ingest.errorText.contains("partial:"))
        #expect(ingest.errorText.contains("unverified"))
        let count = try Coldtrail.run("count", "*", "--format", "jsonl", in: folder)
        #expect(count.objects.first?["partial"] as? Bool == true)
        #expect(count.errorText.contains("partial: 2026-01-damaged"))
        #expect(
            try Coldtrail.run("exports", "--format", "jsonl", in: folder).objects.first?["state"] as? String
                == "partial")
    }

    @Test("a relative window is said, counts from the newest event, and leaves undated events out")
    func relativeWindow() throws {
        let folder = try SmallExport.archived()
        for arguments in [["--last", "2h"], ["--from", "-2h"]] {
            let result = try Coldtrail.run(["search", "*", "--format", "ids"] + arguments, in: folder)
            #expect(result.text == "a:6\na:2\n")
            #expect(result.errorText.contains("time window: from 2026-01-02T10:00:00Z"))
        }
        let absolute = try Coldtrail.run("count", "*", "--from", "2026-01-02", "--to", "2026-01-02T12:00", in: folder)
        #expect(absolute.text == "1\n")
        #expect(absolute.errors.isEmpty)
    }

    @Test("an unknown field is a warning with the names that are near")
    func unknownField() throws {
        let folder = try SmallExport.archived()
        let result = try Coldtrail.run("count", "user.nmae:bob", in: folder)
        #expect(result.status == 0)
        #expect(result.text == "0\n")
        #expect(result.errorText.contains("user.nmae"))
        #expect(result.errorText.contains("did you mean user.name?"))
        #expect(try Coldtrail.run("count", "timestamp:*", in: folder).errors.isEmpty)
    }

    @Test("an ambiguous export name lists the candidates")
    func ambiguousName() throws {
        let folder = try TemporaryFolder()
        try folder.write(SmallExport.lines[0] + "\n", to: "one/same.jsonl")
        try folder.write(SmallExport.lines[1] + "\n", to: "two/same.jsonl")
        #expect(try Coldtrail.run("ingest", "one", "two", in: folder).status == 0)
        let result = try Coldtrail.run("show", "same.jsonl:1", in: folder)
        #expect(result.status == 2)
        #expect(result.errorText.contains("same-2"))
        #expect(
            try Coldtrail.run("show", "same-2:1", "--format", "jsonl", in: folder).text == SmallExport.lines[1] + "\n")
        #expect(try Coldtrail.run("count", "*", "--export", "same.jsonl", in: folder).text == "2\n")
        #expect(try Coldtrail.run("count", "*", "--export", "same", in: folder).text == "1\n")
    }

    @Test("--explain and --paranoid speak on standard error only")
    func explain() throws {
        let folder = try SmallExport.archived()
        let result = try Coldtrail.run("count", "mimikatz", "--explain", "--paranoid", in: folder)
        #expect(result.text == "1\n")
        #expect(result.errorText.contains("blocks: 0 of"))
        #expect(result.errorText.contains("a full scan agrees"))
    }

    @Test("--explain tells what was left out, used and read, and what cannot be searched")
    func explanation() throws {
        let folder = try SmallExport.archived()
        // Rejects are told; a word that is nowhere is told by the term filter, without opening a partition.
        let absent = try Coldtrail.run("count", "nowhereatall", "--explain", in: folder)
        #expect(absent.text == "0\n")
        #expect(absent.errorText.contains("1 without a needed term"), "\(absent.errorText)")
        #expect(absent.errorText.contains("lacks the term nowhereatall"), "\(absent.errorText)")
        #expect(absent.errorText.contains("rejects"), "\(absent.errorText)")
        let early = try Coldtrail.run("count", "*", "--to", "1999-01-01", "--explain", in: folder)
        #expect(early.text == "0\n")
        #expect(early.errorText.contains("outside the time window"), "\(early.errorText)")
        let regex = try Coldtrail.run("search", "/mimi.atz/", "--format", "ids", "--explain", "--paranoid", in: folder)
        #expect(regex.lines.count == 1)
        for part in ["term ", "blocks: ", "events verified by line: ", " ms", "a full scan agrees on 1 event"] {
            #expect(regex.errorText.contains(part), "\(part): \(regex.errorText)")
        }
        let piece = try Coldtrail.run("count", "*imikat*", "--explain", in: folder)
        #expect(piece.text == "1\n")
        #expect(piece.errorText.contains("pages of terms: 1 of "), "\(piece.errorText)")
    }

    @Test("a wrong regular expression is refused with its place, an unknown field is a warning with the nearest names")
    func mistakesInQueries() throws {
        let folder = try SmallExport.archived()
        let wrong = try Coldtrail.run("count", "message:/(open/", in: folder)
        #expect(wrong.status == 2 && wrong.text.isEmpty)
        #expect(wrong.errorText.contains("^ column 10"), "\(wrong.errorText)")
        let large = try Coldtrail.run("count", "x OR message:/(.{900}a.{900}b){1}.{999}/", in: folder)
        #expect(large.status == 2 && large.text.isEmpty)
        #expect(large.errorText.contains("too large") && large.errorText.contains("column 15"), "\(large.errorText)")
        let long = try Coldtrail.run("count", String(repeating: "a?* ", count: 30_000), in: folder)
        #expect(long.status == 0)
    }

    @Test("standard input is an export too, and --dry-run reads nothing")
    func standardInput() throws {
        let folder = try TemporaryFolder()
        let result = try Coldtrail.run(
            ["ingest", "-", "--label", "piped"], in: folder, input: Data(SmallExport.text.utf8))
        #expect(result.status == 1)
        #expect(try Coldtrail.run("count", "*", "--export", "piped", in: folder).text == "4\n")
        try folder.write(SmallExport.text, to: "in/a.jsonl")
        try folder.write(SmallExport.lines[0], to: "in/deep/b.json")
        try folder.write("ignored", to: "in/c.txt")
        let dry = try Coldtrail.run("ingest", "--dry-run", "in", in: folder)
        #expect(dry.status == 0)
        #expect(dry.lines.count == 3)
        #expect(dry.text.contains("known as piped"))
        #expect(dry.text.contains("new"))
        #expect(try Coldtrail.run("count", "*", in: folder).text == "4\n")
    }

    @Test("query check prints the canonical form")
    func queryCheck() throws {
        let folder = try TemporaryFolder()
        #expect(
            try Coldtrail.run("query", "check", "a  b OR user.name:( x OR y )", in: folder).text
                == "a AND b OR user.name:x OR user.name:y\n")
    }

    @Test("the audit log is told and its chain is checked")
    func auditLog() throws {
        let folder = try SmallExport.archived()
        let log = try Coldtrail.run("log", "--format", "jsonl", in: folder)
        #expect(log.objects.first?["action"] as? String == "ingest")
        #expect(log.output == (try folder.read("archive.coldtrail/audit.log")))
        #expect(try Coldtrail.run("log", "--verify", in: folder).status == 0)
        let path = "archive.coldtrail/audit.log"
        let forged = String(decoding: try folder.read(path), as: UTF8.self)
            .replacingOccurrences(of: #""events":"4""#, with: #""events":"3""#)
        try folder.write(forged, to: path)
        #expect(try Coldtrail.run("log", "--verify", in: folder).status == 1)
    }
}
