import Foundation
import Testing

/// A catalog that is lost, damaged or too old: nothing is removed, and `repair` makes it anew.
@Suite struct RepairTests {
    /// An archive with an export of several partitions, one that took the place of a damaged one, one whose last line has no
    /// end, one with lines that are not events, and one that is forgotten.
    private func archive() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let line = { (day: Int, number: Int) in
            let filler = String(repeating: "\(number * 7919 % 10_007) ", count: 60)
            return
                "{\"@timestamp\":\"2026-01-0\(day)T00:00:00Z\",\"n\":\(number),\"message\":\"word\(number) of \(filler)\"}\n"
        }
        // Above 16 MiB a day has a partition of its own.
        _ = try folder.write((0..<56_000).map { line($0 % 2 + 1, $0) }.joined(), to: "large.jsonl")
        let whole = (0..<40).map { line(3, $0) }.joined()
        _ = try folder.write(whole, to: "whole.jsonl")
        _ = try folder.write(String(whole.dropLast(50)), to: "open.jsonl")
        _ = try folder.write("{\"a\":1}\nno event\n\n{\"b\":2}", to: "odd.jsonl")
        _ = try folder.write("{\"secret\":1}\n", to: "gone.jsonl")
        _ = try Coldtrail.shell("gzip -k whole.jsonl && head -c 300 whole.jsonl.gz > partial.jsonl.gz", in: folder)
        _ = try Coldtrail.run("ingest", "partial.jsonl.gz", in: folder)
        try folder.ingest("whole.jsonl", "--label", "job", "--note", "a note", "--job-id", "J-1", "--keep-source")
        try folder.ingest("large.jsonl")
        try folder.ingest("open.jsonl")
        _ = try Coldtrail.run("ingest", "odd.jsonl", "--fields", "a", in: folder)
        try folder.ingest("gone.jsonl")
        _ = try Coldtrail.run("forget", "gone", "--reason", "r", in: folder)
        #expect(try folder.isVerified())
        #expect(try folder.names(in: "archive.coldtrail/partitions").count >= 5)
        return folder
    }

    private let catalog = "archive.coldtrail/catalog.sqlite"

    /// What must be the same before and after.
    private func answers(_ folder: TemporaryFolder) throws -> [String] {
        try [["exports", "--format", "jsonl"], ["count", "word7*"], ["rejects"], ["search", "", "--format", "ids"]].map
        {
            try Coldtrail.run($0, in: folder).text
        }
    }

    @Test("a lost catalog is told, keeps writers out, and is made anew as it was recorded") func lost() throws {
        let folder = try archive()
        let before = try answers(folder)
        let files = try folder.names(in: "archive.coldtrail/partitions")
        try FileManager.default.removeItem(atPath: folder.path(catalog))
        for command in [["count", "x"], ["ingest", "gone.jsonl"], ["forget", "job", "--reason", "r"], ["verify"]] {
            let result = try Coldtrail.run(command, in: folder)
            #expect(
                result.status == 2 && result.errorText.contains("coldtrail repair"), "\(command): \(result.errorText)")
        }
        #expect(try folder.names(in: "archive.coldtrail/partitions") == files)
        #expect(!folder.exists(catalog))
        let repair = try Coldtrail.run("repair", "--operator", "me", in: folder)
        #expect(repair.status == 0, "\(repair.text)\(repair.errorText)")
        #expect(repair.lines.count == 5 && repair.lines.dropFirst().allSatisfy { $0.hasSuffix("as recorded") })
        #expect(try answers(folder) == before)
        #expect(try folder.isVerified())
        let last = try #require(try Coldtrail.run("log", "--format", "jsonl", in: folder).lines.last)
        #expect(last.contains("\"action\":\"repair\"") && last.contains("\"operator\":\"me\""))
        // The archive goes on: an old digest still means the export that took its place, and labels stay used.
        try folder.ingest("gone.jsonl")
        #expect(try folder.exports().map(\.label).contains("gone-2"))
        #expect(try folder.isVerified())
        let again = try Coldtrail.run("repair", in: folder)
        #expect(again.status == 0 && again.errorText.contains("nothing to repair"))
    }

    @Test("a damaged catalog is kept, and made anew", arguments: [0, 4_096, nil] as [Int?])
    func damaged(offset: Int?) throws {
        let folder = try archive()
        let before = try answers(folder)
        var bytes = try folder.read(catalog)
        if let offset {
            for place in offset..<offset + 3_000 { bytes[place] = UInt8(truncatingIfNeeded: place &* 31) }
        } else {
            bytes.removeLast(bytes.count / 2)
        }
        try bytes.write(to: URL(filePath: folder.path(catalog)))
        let repair = try Coldtrail.run("repair", in: folder)
        #expect(repair.status == 0, "\(repair.text)\(repair.errorText)")
        #expect(try answers(folder) == before)
        #expect(try folder.isVerified())
        #expect(try folder.read(catalog + ".before-repair") == bytes)
    }

    @Test("a catalog from a backup does not cost what came after it") func older() throws {
        let folder = try archive()
        let old = try folder.read(catalog)
        try folder.ingest("gone.jsonl")
        let before = try answers(folder)
        try old.write(to: URL(filePath: folder.path(catalog)))
        let refused = try Coldtrail.run("ingest", "odd.jsonl", "--rebuild", in: folder)
        #expect(refused.status == 2 && refused.errorText.contains("older than the audit log"), "\(refused.errorText)")
        #expect(try Coldtrail.run("repair", in: folder).status == 0)
        #expect(try answers(folder) == before)
        #expect(try folder.isVerified())
    }

    @Test("without the audit log exports are found, and said to be unknown") func withoutLog() throws {
        let folder = try archive()
        let count = try folder.count("word7*")
        try FileManager.default.removeItem(atPath: folder.path(catalog))
        try FileManager.default.removeItem(atPath: folder.path("archive.coldtrail/audit.log"))
        let repair = try Coldtrail.run("repair", in: folder)
        #expect(repair.status == 1 && repair.text.contains("recovered; the audit log does not know it"))
        #expect(try folder.count("word7*") == count)
        #expect(try folder.exports().allSatisfy { $0.label.hasPrefix("recovered-") })
        // A writer removes neither partitions nor kept downloads.
        try folder.ingest("gone.jsonl")
        #expect(try folder.names(in: "archive.coldtrail/sources").count == 1)
        #expect(try folder.count("word7*") == count)
        #expect(try folder.isVerified())
    }

    @Test("partitions that come back after a repair are kept, and entered by the next one") func comesBack() throws {
        let folder = try archive()
        let partitions = folder.path("archive.coldtrail/partitions/")
        let names = try FileManager.default.contentsOfDirectory(atPath: partitions)
        let large = names.filter { name in names.filter { $0.hasPrefix(name.prefix(32)) }.count > 1 }
        let before = try answers(folder)
        for name in large { try FileManager.default.moveItem(atPath: partitions + name, toPath: folder.path(name)) }
        try FileManager.default.removeItem(atPath: folder.path(catalog))
        let without = try Coldtrail.run("repair", in: folder)
        #expect(without.status == 1 && without.errorText.contains("large"), "\(without.errorText)")
        for name in large { try FileManager.default.moveItem(atPath: folder.path(name), toPath: partitions + name) }
        try folder.ingest("gone.jsonl")
        _ = try Coldtrail.run("forget", "gone-2", "--reason", "r", in: folder)
        #expect(try Coldtrail.run("repair", in: folder).status == 0)
        #expect(try answers(folder) == before)
        #expect(try folder.isVerified())
    }

    @Test("a catalog and an audit log that contradict each other keep writers out") func contradiction() throws {
        let folder = try archive()
        let old = try folder.read(catalog)
        try FileManager.default.removeItem(atPath: folder.path(catalog))
        try FileManager.default.removeItem(atPath: folder.path("archive.coldtrail/audit.log"))
        _ = try Coldtrail.run("repair", in: folder)
        try folder.ingest("gone.jsonl")
        let files = try folder.names(in: "archive.coldtrail/partitions")
        try old.write(to: URL(filePath: folder.path(catalog)))
        #expect(try Coldtrail.run("ingest", "odd.jsonl", "--rebuild", in: folder).status == 2)
        #expect(try Coldtrail.run("repair", in: folder).status == 2)
        #expect(try folder.names(in: "archive.coldtrail/partitions") == files)
    }

    @Test("nothing is done while a partition of an export is missing or damaged") func missingPartition() throws {
        let folder = try archive()
        let partitions = folder.path("archive.coldtrail/partitions/")
        let large = try #require(
            try FileManager.default.contentsOfDirectory(atPath: partitions).filter { name in
                try FileManager.default.contentsOfDirectory(atPath: partitions)
                    .filter { $0.hasPrefix(name.prefix(32)) }.count > 1
            }.sorted().last)
        try FileManager.default.removeItem(atPath: folder.path(catalog))
        try FileManager.default.moveItem(atPath: partitions + large, toPath: folder.path("aside"))
        let missing = try Coldtrail.run("repair", in: folder)
        #expect(missing.status == 2 && missing.errorText.contains("missing") && !folder.exists(catalog))
        let bytes = try folder.read("aside")
        try Data(bytes.prefix(bytes.count / 2)).write(to: URL(filePath: partitions + large))
        let damaged = try Coldtrail.run("repair", in: folder)
        #expect(damaged.status == 2 && damaged.errorText.contains(large) && !folder.exists(catalog))
        try FileManager.default.removeItem(atPath: partitions + large)
        try FileManager.default.moveItem(atPath: folder.path("aside"), toPath: partitions + large)
        #expect(try Coldtrail.run("repair", in: folder).status == 0)
        #expect(try folder.isVerified())
    }

    @Test(
        "kill -9 while a catalog is made anew: the same command again finishes it",
        .enabled(if: CrashTests.hasFaultHook, "the binary is a release build without the fault hook"))
    func killed() throws {
        let folder = try archive()
        let before = try answers(folder)
        for number in 1...4 {
            let killed = try Coldtrail.run(
                ["repair", "--rebuild"], in: folder, environment: ["COLDTRAIL_FAULT": "rename:\(number)"])
            if killed.status == 0 {
                #expect(number == 4)
                break
            }
            if folder.exists(catalog) {
                #expect(try answers(folder) == before)
            } else {
                #expect(try Coldtrail.run("ingest", "gone.jsonl", in: folder).status == 2)
            }
            #expect(try Coldtrail.run("repair", in: folder).status == 0)
            #expect(try answers(folder) == before)
            #expect(try folder.isVerified())
        }
    }

    @Test("where no archive is, none is made") func nothing() throws {
        let folder = try TemporaryFolder()
        #expect(try Coldtrail.run("repair", in: folder).status == 2)
        try FileManager.default.createDirectory(
            atPath: folder.path("archive.coldtrail"), withIntermediateDirectories: false)
        let empty = try Coldtrail.run("repair", in: folder)
        #expect(empty.status == 2 && empty.errorText.contains("no archive here"))
        #expect(try folder.names(in: "archive.coldtrail").isEmpty)
    }
}
