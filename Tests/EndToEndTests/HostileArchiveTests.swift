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
        for name in [Self.catalog, try Self.partition(in: SmallExport.archived())] {
            let folder = try SmallExport.archived()
            let file = folder.path(name)
            try FileManager.default.moveItem(atPath: file, toPath: folder.path("moved"))
            try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: folder.path("moved"))
            let before = try folder.read("moved")
            try refused(folder, "link \(name)")
            unlink(file)
            mkfifo(file, 0o600)
            try refused(folder, "pipe \(name)")
            #expect(try folder.read("moved") == before)
        }
        for name in ["tmp", "partitions"] {
            let folder = try SmallExport.archived()
            try folder.write("precious", to: "outside/00000000000000000000000000000000-0.ctp")
            try FileManager.default.removeItem(atPath: folder.path("archive.coldtrail/" + name))
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("archive.coldtrail/" + name), withDestinationPath: folder.path("outside"))
            try endure(folder, name)
            #expect(try Coldtrail.run("ingest", "--rebuild", "a.jsonl", in: folder).status == 2)
            #expect(try folder.names(in: "outside") == ["00000000000000000000000000000000-0.ctp"])
        }
        for name in ["audit.log", "catalog.sqlite-journal"] {
            let folder = try SmallExport.archived()
            try folder.write("", to: "outside")
            unlink(folder.path("archive.coldtrail/" + name))
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("archive.coldtrail/" + name), withDestinationPath: folder.path("outside"))
            try folder.write(ManyEvents.text(5), to: "b.jsonl")
            let result = try Coldtrail.run(["ingest", "b.jsonl"], in: folder, timeout: 20)
            #expect((0...2).contains(result.status), "\(name)")
            #expect(try folder.read("outside").isEmpty, "\(name)")
        }
    }

    @Test("a journal beside the catalog that is a pipe, or that names another file to delete")
    func journals() throws {
        let folder = try SmallExport.archived()
        let journal = folder.path(Self.catalog + "-journal")
        mkfifo(journal, 0o600)
        try refused(folder, "pipe as journal", commands: [["count", "*"], ["ingest", "a.jsonl"]])
        unlink(journal)

        // SQLite removes the "super-journal" that a hot journal names once it has rolled back.
        let precious = try folder.write("precious", to: "precious")
        var bytes = Data([0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7])
        for number: UInt32 in [0, 0, 16, 512, 8192] { bytes += withUnsafeBytes(of: number.bigEndian) { Data($0) } }
        bytes += Data(count: 512 - bytes.count)
        let name = Data(precious.utf8)
        bytes += Data([0x40, 0, 0, 1]) + name
        let sum = name.reduce(UInt32(0)) { $0 &+ UInt32(bitPattern: Int32(Int8(bitPattern: $1))) }
        for number in [UInt32(name.count), sum] { bytes += withUnsafeBytes(of: number.bigEndian) { Data($0) } }
        bytes += Data([0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7])
        try bytes.write(to: URL(filePath: journal))
        let commands = [["count", "*"], ["verify"], ["ingest", "--rebuild", "a.jsonl"]]
        try endure(folder, "super-journal", commands: commands)
        #expect(folder.exists("precious"), "a file outside of the archive was removed")
    }

    @Test("a catalog in WAL mode is refused and gets no files beside it")
    func writeAheadLog() throws {
        let folder = try SmallExport.archived()
        try ArchiveFiles.sql(folder.path(Self.catalog), "PRAGMA journal_mode=WAL")
        let before = try ArchiveFiles.contents(folder.path("archive.coldtrail"))
        let result = try Coldtrail.run("count", "*", in: folder)
        #expect(result.status == 2 || result.text == "4\n")
        #expect(try ArchiveFiles.contents(folder.path("archive.coldtrail")) == before)
    }

    @Test(
        "impossible numbers in the catalog",
        arguments: [
            "UPDATE partition SET raw_bytes=9223372036854775807", "UPDATE partition SET events=9223372036854775807",
            "UPDATE partition SET events=-1", "UPDATE partition SET bytes=-1, blocks=9223372036854775807",
            "UPDATE partition SET first_line=9223372036854775807, last_line=-5",
            "UPDATE partition SET min_time=9223372036854775807, max_time=-9223372036854775807-1",
            "UPDATE partition SET number=9223372036854775807", "UPDATE partition SET digest=x''",
            "UPDATE partition SET export_id=99", "UPDATE partition SET undated=-9223372036854775807-1",
            "UPDATE export SET lines=9223372036854775807, events=9223372036854775807",
            "UPDATE export SET lines=-1, content_bytes=-1", "UPDATE export SET digest=x'00'",
            "UPDATE export SET min_time=9223372036854775807, max_time=-9223372036854775807-1",
            "UPDATE export SET damage='{}'", "UPDATE export SET fields='nonsense'", "UPDATE export SET merkle_root=x''",
            "UPDATE export SET ingested_at=9223372036854775807", "UPDATE filter SET data=x''",
            "UPDATE export SET ingested_at=-9223372036854775807-1",
            "UPDATE filter SET data=zeroblob(3)", "UPDATE filter SET data=x'ffffffffffffffffffffffffffffffff'",
            "UPDATE meta SET value='1.x' WHERE key='version'", "DELETE FROM meta", "DELETE FROM partition",
            "UPDATE export SET label=zeroblob(10)", "UPDATE export SET label='../../x'",
        ])
    func catalogValues(_ edit: String) throws {
        let folder = try SmallExport.archived()
        try ArchiveFiles.sql(folder.path(Self.catalog), edit)
        try endure(folder, edit, commands: [["search", "*", "--last", "1d"], ["info"], ["restore", "a"], ["verify"]])
    }

    @Test(
        "impossible numbers and codes in a partition",
        arguments: [
            "UPDATE block SET raw_bytes=9223372036854775807", "UPDATE block SET raw_bytes=-1",
            "UPDATE block SET bytes=9223372036854775807",
            "UPDATE block SET start=9223372036854775807", "UPDATE block SET start=-1",
            "UPDATE block SET events=9223372036854775807",
            "UPDATE block SET first_event=9223372036854775807", "UPDATE block SET first_event=0",
            "UPDATE block SET events=0",
            "UPDATE block SET extent=77", "UPDATE series SET raw_bytes=9223372036854775807",
            "UPDATE series SET raw_bytes=-1",
            "UPDATE series SET events=9223372036854775807",
            "UPDATE series SET low=9223372036854775807, high=-9223372036854775807-1",
            "UPDATE series SET data=x''", "UPDATE field SET storage=99", "UPDATE field SET events=9223372036854775807",
            "UPDATE field SET entries=9223372036854775807", "UPDATE field SET entries=0",
            "UPDATE field SET value_bytes=9223372036854775807",
            "UPDATE field SET name=x'ff'", "UPDATE dictionary SET raw_bytes=9223372036854775807",
            "UPDATE dictionary SET entries=9223372036854775807", "UPDATE dictionary SET first_code=-1",
            "UPDATE dictionary SET data=zeroblob(100)", "UPDATE cells SET width=0",
            "UPDATE cells SET width=9223372036854775807",
            "UPDATE cells SET low=9223372036854775807", "UPDATE cells SET raw_bytes=9223372036854775807",
            "UPDATE cells SET data=(SELECT data FROM dictionary LIMIT 1)",
            "UPDATE other SET records=9223372036854775807",
            "UPDATE other SET first_line=9223372036854775807", "UPDATE other SET raw_bytes=9223372036854775807",
            "UPDATE merkle SET data=x''", "DELETE FROM merkle", "DELETE FROM block", "DELETE FROM cells",
            "DELETE FROM extent",
            "UPDATE extent SET data=zeroblob(64)", "UPDATE meta SET value='9223372036854775807' WHERE key='events'",
            "UPDATE meta SET value='9223372036854775807' WHERE key IN ('dictionary_bytes','number','first_line','last_line')",
            "UPDATE meta SET value=CAST('9223372036854775807' AS BLOB) WHERE key IN ('min_time','export.lines','export.events')",
            "UPDATE meta SET value=CAST('9223372036854775807' AS BLOB) WHERE key IN ('dictionary_bytes','number')",
            "UPDATE meta SET value=CAST('4294967296' AS BLOB) WHERE key='events'",
            "UPDATE meta SET value=x'' WHERE key='export'",
            "UPDATE terms_data SET block=zeroblob(200)", "UPDATE terms_data SET block=x'ffffffffffffffffffffff'",
            "DELETE FROM terms_data", "DELETE FROM terms_idx", "UPDATE terms_idx SET pgno=9223372036854775807",
        ])
    func partitionValues(_ edit: String) throws {
        let folder = try SmallExport.archived()
        let file = folder.path(try Self.partition(in: folder))
        // The stock shell refuses to edit the tables of an index unless told to.
        try ArchiveFiles.sql(file, ".dbconfig defensive off\n" + edit)
        let partition = try Data(contentsOf: URL(filePath: file))
        // The attacker makes the catalog agree.
        let digest = try ArchiveFiles.tool("/usr/bin/env", ["sha256sum", file]).text.prefix(64)
        try ArchiveFiles.sql(
            folder.path(Self.catalog), "UPDATE partition SET digest=x'\(digest)', bytes=\(partition.count)")
        try endure(
            folder, edit, commands: [["search", "n:>0 OR mimikatz"], ["fields"], ["restore", "a"], ["verify"]])
    }

    @Test("a newer major version is refused in the catalog and in a partition, a newer minor one is read")
    func newerVersion() throws {
        for name in [Self.catalog, try Self.partition(in: SmallExport.archived())] {
            let type = name == Self.catalog ? "" : "CAST"
            func set(_ version: String, in folder: TemporaryFolder) throws {
                let value = type.isEmpty ? "'\(version)'" : "CAST('\(version)' AS BLOB)"
                try ArchiveFiles.sql(folder.path(name), "UPDATE meta SET value=\(value) WHERE key='version'")
            }
            let folder = try SmallExport.archived()
            try set("1.9", in: folder)
            #expect(try Coldtrail.run("count", "mimikatz", in: folder).text == "1\n", "\(name)")
            #expect(try Coldtrail.run("verify", "--quick", in: folder).status == 1, "\(name)")
            try set("2.0", in: folder)
            for command in [["count", "mimikatz"], ["show", "a:1"], ["restore", "a"]] {
                let result = try Coldtrail.run(command, in: folder)
                #expect(result.status == 2, "\(name) \(command)")
                #expect(result.errorText.contains("2.0") && result.errorText.contains("newer"), "\(result.errorText)")
            }
        }
        let folder = try SmallExport.archived()
        try ArchiveFiles.sql(
            folder.path(Self.catalog), "UPDATE meta SET value='2.0' WHERE key='version'; CREATE TABLE new(x)")
        let before = try ArchiveFiles.contents(folder.path("archive.coldtrail"))
        let ingest = try Coldtrail.run("ingest", "--rebuild", "a.jsonl", in: folder)
        #expect(ingest.status == 2)
        #expect(ingest.errorText.contains("newer"), "\(ingest.errorText)")
        #expect(try ArchiveFiles.contents(folder.path("archive.coldtrail")) == before)
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
