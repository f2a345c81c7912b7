import Foundation
import Testing

/// Promise 9: an archive is untrusted input. An error or the right answer, never a crash, a hang or a write outside.
@Suite("Hostile archives")
struct HostileArchiveTests {
    private static let catalog = "archive.coldtrail/catalog.sqlite"

    private static func partition(in folder: TemporaryFolder) throws -> String {
        let names = try folder.names(in: "archive.coldtrail/partitions")
        return try "archive.coldtrail/partitions/" + #require(names.first)
    }

    private static let commands: [[String]] = [
        ["count", "*"], ["search", "mimikatz"], ["count", "n:>0", "--by", "user.name"], ["show", "a:1"], ["fields"],
        ["rejects"], ["restore", "a"], ["verify"],
    ]

    /// Runs every command; none may be killed by a signal or the clock. Returns their results.
    @discardableResult
    private func endure(_ folder: TemporaryFolder, _ what: String, commands: [[String]] = Self.commands) throws
        -> [CommandResult]
    {
        try commands.map { command in
            let result = try Coldtrail.run(command, in: folder, timeout: 20)
            #expect((0...2).contains(result.status), "\(what): \(command): \(result.status) \(result.errorText)")
            if result.status == 2 { #expect(!result.errorText.isEmpty, "\(what): \(command)") }
            return result
        }
    }

    /// Every command refuses the archive.
    private func refused(_ folder: TemporaryFolder, _ what: String, commands: [[String]] = Self.commands) throws {
        for (command, result) in zip(commands, try endure(folder, what, commands: commands)) {
            let no: Set<Int32> = command[0] == "verify" ? [1, 2] : [2]
            #expect(no.contains(result.status), "\(what): \(command) \(result.text) \(result.errorText)")
        }
    }

    @Test(
        "a catalog whose schema was edited is refused by readers and writers",
        arguments: [
            "CREATE VIEW v AS SELECT 1", "CREATE TABLE extra(x)",
            "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM export; END", "CREATE INDEX i ON export(label)",
            "ALTER TABLE export ADD COLUMN more", "DROP TABLE filter",
            "ALTER TABLE filter RENAME TO f; CREATE VIEW filter AS SELECT * FROM f",
            "DROP TABLE alias; CREATE VIRTUAL TABLE alias USING fts5(digest, export_id)",
        ])
    func catalogSchema(_ edit: String) throws {
        let folder = try SmallExport.archived()
        try ArchiveFiles.sql(folder.path(Self.catalog), edit)
        try refused(folder, edit)
        try folder.write(ManyEvents.text(5), to: "b.jsonl")
        #expect(try Coldtrail.run("ingest", "b.jsonl", in: folder).status == 2)
    }

    @Test(
        "a partition whose schema was edited is refused",
        arguments: [
            "CREATE VIEW v AS SELECT 1", "CREATE TABLE extra(x)", "CREATE INDEX i ON block(events)",
            "CREATE TRIGGER t AFTER INSERT ON block BEGIN DELETE FROM meta; END",
            "ALTER TABLE other RENAME TO o; CREATE VIEW other AS SELECT * FROM o",
        ])
    func partitionSchema(_ edit: String) throws {
        let folder = try SmallExport.archived()
        try ArchiveFiles.sql(folder.path(try Self.partition(in: folder)), edit)
        try refused(folder, edit, commands: Self.commands.filter { $0[0] != "verify" } + [["verify"]])
    }

    @Test(
        "paths in the catalog that leave the archive are refused",
        arguments: [
            "/etc/passwd", "../catalog.sqlite", "../../outside.ctp", "a/b.ctp", "", ".", "partitions",
            "00000000000000000000000000000000-0.ctp/../../x",
        ])
    func paths(_ path: String) throws {
        let folder = try SmallExport.archived()
        try ArchiveFiles.copy(folder.path(try Self.partition(in: folder)), to: folder.path("outside.ctp"))
        try ArchiveFiles.sql(folder.path(Self.catalog), "UPDATE partition SET file='\(path)'")
        try refused(folder, path)
        // A writer must not remove what the catalog names either.
        try folder.write(ManyEvents.text(5), to: "b.jsonl")
        _ = try Coldtrail.run("ingest", "--rebuild", "a.jsonl", "b.jsonl", in: folder)
        #expect(folder.exists("outside.ctp"))
        #expect(folder.exists("archive.coldtrail/catalog.sqlite"))
    }

    @Test("symbolic links in the archive are not followed, nor pipes opened")
    func links() throws {
        for (name, major) in [(Self.catalog, 1), (try Self.partition(in: SmallExport.archived()), 4)] {
            let type = name == Self.catalog ? "" : "CAST"
            func set(_ version: String, in folder: TemporaryFolder) throws {
                let value = type.isEmpty ? "'\(version)'" : "CAST('\(version)' AS BLOB)"
                try ArchiveFiles.sql(folder.path(name), "UPDATE meta SET value=\(value) WHERE key='version'")
            }
            let folder = try SmallExport.archived()
            try set("\(major).9", in: folder)
            #expect(try Coldtrail.run("count", "mimikatz", in: folder).text == "1\n", "\(name)")
            #expect(try Coldtrail.run("verify", "--quick", in: folder).status == 1, "\(name)")
            let newer = "\(major + 1).0"
            try set(newer, in: folder)
            for command in [["count", "mimikatz"], ["show", "a:1"], ["restore", "a"]] {
                let result = try Coldtrail.run(command, in: folder)
                #expect(result.status == 2, "\(name) \(command)")
                #expect(result.errorText.contains(newer) && result.errorText.contains("newer"), "\(result.errorText)")
            }
        }
        // A newer partition may have other tables.
        let other = try SmallExport.archived()
        let partition = other.path(try Self.partition(in: other))
        try ArchiveFiles.sql(
            partition, "UPDATE meta SET value=CAST('5.0' AS BLOB) WHERE key='version'; CREATE TABLE new(x)")
        #expect(try Coldtrail.run(["count", "mimikatz"], in: other).errorText.contains("newer"))
        try ArchiveFiles.sql(partition, "UPDATE meta SET value=CAST('4.0' AS BLOB) WHERE key='version'")
        #expect(try Coldtrail.run(["count", "mimikatz"], in: other).errorText.contains("not the schema"))
        let folder = try SmallExport.archived()
        try ArchiveFiles.sql(
            folder.path(Self.catalog), "UPDATE meta SET value='2.0' WHERE key='version'; CREATE TABLE new(x)")
        let before = try ArchiveFiles.contents(folder.path("archive.coldtrail"))
        let ingest = try Coldtrail.run("ingest", "--rebuild", "a.jsonl", in: folder)
        #expect(ingest.status == 2)
        #expect(ingest.errorText.contains("newer"), "\(ingest.errorText)")
        #expect(try ArchiveFiles.contents(folder.path("archive.coldtrail")) == before)
    }

    @Test(
        "without the joints of words, or with damaged ones, every answer stays",
        arguments: [
            "DELETE FROM meta WHERE key='joints'", "DELETE FROM meta WHERE key='joints_bytes'",
            "UPDATE meta SET value=x'' WHERE key='joints'",
            "UPDATE meta SET value=substr(value, 1, length(value) - 1) WHERE key='joints'",
            "UPDATE meta SET value=CAST('0' AS BLOB) WHERE key='joints_bytes'",
            "UPDATE meta SET value=CAST('8192' AS BLOB) WHERE key='joints_bytes'",
            "UPDATE meta SET value=CAST('-8' AS BLOB) WHERE key='joints_bytes'",
            "UPDATE meta SET value=CAST('9223372036854775807' AS BLOB) WHERE key='joints_bytes'",
            "UPDATE meta SET value=(SELECT data FROM series LIMIT 1) WHERE key='joints'",
        ])
    func joints(_ edit: String) throws {
        let folder = try TemporaryFolder()
        let padding = String(repeating: "- ", count: 8_000)
        let lines = (0..<200).map { #"{"message":"web, app \#(padding)\#($0 % 50 == 0 ? " web-app" : "")"}"# }
        try folder.write(lines.joined(separator: "\n"), to: "a.jsonl")
        #expect(try Coldtrail.run("ingest", "a.jsonl", in: folder).status == 0)
        let partition = folder.path(try Self.partition(in: folder))
        #expect(try ArchiveFiles.sql(partition, "SELECT count(*) FROM meta WHERE key LIKE 'joints%'") == "2")
        try ArchiveFiles.sql(partition, edit)
        let result = try Coldtrail.run(["count", "message:/web.?app/", "--explain"], in: folder, timeout: 20)
        #expect(result.text.hasPrefix("4\n"), "\(result.text) \(result.errorText)")
        #expect(try Coldtrail.run(["verify"], in: folder).status != 0)
    }

    @Test("fields with impossible numbers are damage", arguments: ["9223372036854775807", "-1", "0", "549755813888"])
    func fieldNumbers(_ number: String) throws {
        let folder = try SmallExport.archived()
        let partition = folder.path(try Self.partition(in: folder))
        try ArchiveFiles.sql(partition, "UPDATE field SET id=\(number) WHERE id=(SELECT max(id) FROM field)")
        for command in [
            ["count", "mimikatz"], ["count", "message:mimikatz"], ["top", "message"], ["verify"], ["fields"],
        ] {
            let result = try Coldtrail.run(command, in: folder)
            #expect((0...3).contains(result.status), "\(command) \(result.status)")
        }
        #expect(try Coldtrail.run(["count", "mimikatz"], in: folder).text == "1\n")
        #expect(try Coldtrail.run(["verify"], in: folder).status != 0)
    }

    @Test("flipped bytes all over the files: verify finds each in a partition, and nothing crashes")
    func flippedBytes() throws {
        let folder = try SmallExport.archived()
        try ArchiveFiles.copy(folder.path("archive.coldtrail"), to: folder.path("good"))
        var random = SystemRandomNumberGenerator()
        for name in [Self.catalog, try Self.partition(in: folder)] {
            let good = try folder.read(name)
            chmod(folder.path(name), 0o600)
            // One byte a page where there is data, and the header closely.
            let pages = stride(from: 0, to: good.count, by: 8192).map { $0 + Int.random(in: 0..<8192, using: &random) }
            for offset in [16, 18, 20, 28, 44, 52, 100, 103, 105] + pages where offset < good.count {
                var bad = good
                bad[offset] ^= UInt8.random(in: 1...255, using: &random)
                try bad.write(to: URL(filePath: folder.path(name)))
                let verify = try endure(
                    folder, "\(name) \(offset) ^ \(bad[offset])",
                    commands: [
                        ["search", "mimikatz OR bob"], ["restore", "a"], ["verify"],
                    ])[2]
                if name != Self.catalog {
                    #expect(verify.status == 1, "flip at \(offset) of a partition was not found")
                }
            }
            try good.write(to: URL(filePath: folder.path(name)))
            for size in [0, 1, 100, 512, good.count / 2, good.count - 1] {
                try good.prefix(size).write(to: URL(filePath: folder.path(name)))
                try endure(folder, "\(name) cut to \(size)", commands: [["search", "bob"], ["verify"]])
            }
            try good.write(to: URL(filePath: folder.path(name)))
        }
    }
}
