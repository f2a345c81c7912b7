import Foundation
import Testing

/// What commands print on SampleData, kept word for word in `Golden/`; `make golden` writes the files anew.
@Suite("Golden files") struct GoldenTests {
    static let commands: [(name: String, arguments: [String])] = [
        ("count-word", ["count", "mimikatz"]),
        ("search-ids", ["search", "mimikatz", "--format", "ids", "--sort", "oldest"]),
        (
            "search-jsonl",
            ["search", "event.action:*logon* AND NOT event.outcome:success", "--limit", "2", "--sort", "oldest"]
        ),
        (
            "search-csv",
            [
                "search", "powershell", "--columns", "@timestamp,host.name,user.name", "--format", "csv", "--limit",
                "5", "--sort", "newest",
            ]
        ),
        ("show", ["show", "2026-01-investigation:17", "--context", "1"]),
        ("rejects", ["rejects", "--format", "csv"]),
        ("error", ["search", "user.name:alice or user.name:bob"]),
    ]

    @Test func commandsPrintWhatTheyPrinted() throws {
        let folder = try TemporaryFolder()
        _ = try Coldtrail.run(["ingest", Project.path("SampleData")], in: folder)
        let update = ProcessInfo.processInfo.environment["COLDTRAIL_UPDATE_GOLDEN"] == "1"
        for (name, arguments) in Self.commands {
            let result = try Coldtrail.run(arguments, in: folder)
            let printed =
                "$ coldtrail \(arguments.joined(separator: " "))\nstatus \(result.status)\n\(result.text)\(result.errorText)"
            let path = Project.path("Tests/EndToEndTests/Golden/\(name).txt")
            if update {
                try Data(printed.utf8).write(to: URL(filePath: path))
            } else {
                let golden = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
                #expect(printed == golden, "\(name): if the change is wanted, run `make golden`")
            }
        }
    }

    /// Rows of a program that are kept in the golden file; the number of all rows stands behind them.
    private static let rowsKept = 12

    /// What the programs of SOL in `Tests/Programs` give; `SampleProgramTests` computes the same another way.
    @Test func programsGiveWhatTheyGave() throws {
        let folder = try TemporaryFolder()
        try folder.ingest(Project.path("SampleData/2026-01-investigation.jsonl.gz"))
        let options = [
            "--now", "latest", "--param", "names=svc-backup-7", "--param", "names=omar.moreau", "--param", "port=8443",
            "--dataset", "user_roles=" + Project.path("Tests/Programs/user_roles.csv"), "--dataset",
            "authorized_domains=" + Project.path("Tests/Programs/authorized_domains.csv"), "--format", "tsv",
        ]
        let source = try String(
            decoding: Data(contentsOf: URL(filePath: Project.path("Tests/Programs/programs.txt"))), as: UTF8.self)
        var printed = ""
        var empty = 0
        for program in source.split(separator: "\n") where !program.hasPrefix("#") {
            let result = try Coldtrail.run(["sol", String(program)] + options, in: folder)
            #expect(result.status == 0, "\(program): \(result.errorText)")
            let rows = result.text.components(separatedBy: "\n").dropLast()
            empty += rows.count == 1 ? 1 : 0
            printed += "» \(program)\n" + rows.prefix(Self.rowsKept + 1).map { $0.prefix(300) + "\n" }.joined()
            printed += "rows: \(rows.count - 1)\n" + result.errorText + "\n"
        }
        // A program that finds nothing shows little.
        #expect(empty <= 4)
        let path = Project.path("Tests/EndToEndTests/Golden/programs.txt")
        if ProcessInfo.processInfo.environment["COLDTRAIL_UPDATE_GOLDEN"] == "1" {
            try Data(printed.utf8).write(to: URL(filePath: path))
        } else {
            let golden = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
            #expect(printed == golden, "if the change is wanted, run `make golden`")
        }
    }

    /// An archive of format 1.0, written once and kept for ever: every later version must read it.
    @Test func theFirstArchiveIsStillRead() throws {
        let folder = try TemporaryFolder()
        let fixture = Project.path("Tests/EndToEndTests/Golden/archive-v1")
        try FileManager.default.copyItem(atPath: fixture, toPath: folder.path + "/archive.coldtrail")
        #expect(try Coldtrail.run(["count", "*"], in: folder).text == "120\n")
        #expect(try Coldtrail.run(["count", "source.ip:10.0.0.7"], in: folder).text == "12\n")
        #expect(try Coldtrail.run(["count", "needle"], in: folder).text == "1\n")
        #expect(try Self.readWithoutUs("event.action", in: fixture) == 119)
        #expect(try Coldtrail.run(["verify"], in: folder).status == 0)
        let restored = try Coldtrail.run(["restore", "v1"], in: folder)
        let content = try Data(contentsOf: URL(filePath: fixture + "/../archive-v1.jsonl"))
        #expect(restored.text == String(decoding: content, as: UTF8.self))
    }

    /// The same of format 2.0: lines by a model, sparse cells.
    @Test func anArchiveOfFormat2IsStillRead() throws {
        let folder = try TemporaryFolder()
        let fixture = Project.path("Tests/EndToEndTests/Golden/archive-v2")
        try FileManager.default.copyItem(atPath: fixture, toPath: folder.path + "/archive.coldtrail")
        for (query, count) in [("*", 1_100), ("needle", 1), ("k3.f3:*", 31), ("event.code:4003", 92)] {
            #expect(try Coldtrail.run(["count", query], in: folder).text == "\(count)\n", "\(query)")
        }
        #expect(try Self.readWithoutUs("k3.f3", in: fixture) == 31)
        #expect(try Self.readWithoutUs("event.code", in: fixture) == 1_100)
        #expect(try Coldtrail.run(["verify"], in: folder).status == 0)
        #expect(try Coldtrail.run(["restore", "v2", "-o", "v2.jsonl"], in: folder).status == 0)
        let digest = try ArchiveFiles.tool("/usr/bin/env", ["sha256sum", folder.path("v2.jsonl")]).text
        #expect(digest.hasPrefix("0021f0f540ab1031368297fe8624e0cb8fe645eac3870bb40158f4cbffb3c627"))
    }

    /// The same of format 3.0: sets of events apart from codes, bounds of dictionaries' parts, all entries as texts.
    @Test func anArchiveOfFormat3IsStillRead() throws {
        let folder = try TemporaryFolder()
        let fixture = Project.path("Tests/EndToEndTests/Golden/archive-v3")
        try FileManager.default.copyItem(atPath: fixture, toPath: folder.path + "/archive.coldtrail")
        for (query, count) in [
            ("*", 2_400), ("needle", 1), ("source.port:[2000 TO 30000]", 1_048), ("source.port:80", 48),
            ("network.bytes:*", 800), ("source.ip:10.2.0.0/16", 200),
        ] {
            #expect(try Coldtrail.run(["count", query], in: folder).text == "\(count)\n", "\(query)")
        }
        #expect(try Self.readWithoutUs("source.port", in: fixture) == 2_400)
        #expect(try Self.readWithoutUs("source.ip", in: fixture) == 800)
        #expect(try Coldtrail.run(["verify"], in: folder).status == 0)
        #expect(try Coldtrail.run(["restore", "v3", "-o", "v3.jsonl"], in: folder).status == 0)
        let digest = try ArchiveFiles.tool("/usr/bin/env", ["sha256sum", folder.path("v3.jsonl")]).text
        #expect(digest.hasPrefix("944c74bac3b6f1174931bb2180ccb40024069596d4e686d37aa3f4b07a4cb6b9"))
    }

    /// Events with a value of the field, by the reader of the format page.
    private static func readWithoutUs(_ field: String, in archive: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: archive + "/partitions").reduce(0) { count, name in
            let read = try ArchiveFiles.tool(
                "/usr/bin/env",
                ["python3", Project.path("docs/read_partition.py"), archive + "/partitions/" + name, "field", field])
            #expect(read.status == 0, "\(read.errorText)")
            return count + read.text.count { $0 == "\n" }
        }
    }
}
