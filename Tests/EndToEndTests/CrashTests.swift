import Foundation
import Testing

/// Promise 3: a crash at any instant leaves the archive as before, and the same command again completes it.
@Suite("Crashes")
struct CrashTests {
    /// Only debug builds of the binary have the fault hook.
    static let hasFaultHook: Bool = {
        guard let folder = try? TemporaryFolder(), (try? folder.write(ManyEvents.text(3), to: "a.jsonl")) != nil else {
            return false
        }
        let result = try? Coldtrail.run(
            ["ingest", "a.jsonl"], in: folder, environment: ["COLDTRAIL_FAULT": "commit:1"])
        return result?.status == SIGKILL
    }()

    @Test(
        "kill -9 at every sync, rename, commit, seal, audit record and removal",
        .enabled(if: hasFaultHook, "the binary is a release build without the fault hook"),
        arguments: ["sync", "rename", "commit", "seal", "audit", "remove"])
    func everyFaultPoint(_ point: String) throws {
        // The archive has half of `whole`; the interrupted command completes it and adds `other`.
        let folder = try TemporaryFolder()
        let whole = try ManyEvents.gzip(ManyEvents.text(400, marker: "whole"))
        try folder.write(whole.prefix(whole.count / 2), to: "half.jsonl.gz")
        #expect(try Coldtrail.run("ingest", "half.jsonl.gz", in: folder).status == 1)
        let kept = try count(in: folder)
        #expect(kept > 0 && kept < 400)
        try ArchiveFiles.copy(folder.path("archive.coldtrail"), to: folder.path("before"))
        try folder.write(whole, to: "whole.jsonl.gz")
        try folder.write(ManyEvents.text(100, marker: "other"), to: "other.jsonl")

        var number = 1
        while true {
            try? FileManager.default.removeItem(atPath: folder.path("archive.coldtrail"))
            try ArchiveFiles.copy(folder.path("before"), to: folder.path("archive.coldtrail"))
            let command = ["ingest", "whole.jsonl.gz", "other.jsonl", "--jobs", "1"]
            let killed = try Coldtrail.run(command, in: folder, environment: ["COLDTRAIL_FAULT": "\(point):\(number)"])
            if killed.status == 0 { break }
            #expect(killed.status == SIGKILL, "\(killed.errorText)")
            let after = try ArchiveFiles.contents(folder.path("archive.coldtrail"))
            #expect([kept, 400, 500].contains(try count(in: folder)), "\(point):\(number)")
            #expect(
                try ArchiveFiles.contents(folder.path("archive.coldtrail")) == after, "a reader changed the archive")
            try completes(command, in: folder, count: 500, records: 3, "\(point):\(number)")
            number += 1
        }
        #expect(number > 1, "no \(point) was ever reached")
    }

    @Test(
        "kill -9 while an archive is made",
        .enabled(if: hasFaultHook, "the binary is a release build without the fault hook"),
        arguments: ["sync", "rename", "commit", "seal", "audit"])
    func newArchive(_ point: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(ManyEvents.text(50), to: "a.jsonl")
        for number in 1... {
            try? FileManager.default.removeItem(atPath: folder.path("archive.coldtrail"))
            let killed = try Coldtrail.run(
                ["ingest", "a.jsonl"], in: folder, environment: ["COLDTRAIL_FAULT": "\(point):\(number)"])
            if killed.status == 0 { break }
            try completes(["ingest", "a.jsonl"], in: folder, count: 50, records: 1, "\(point):\(number)")
        }
    }

    @Test("kill -9 at random moments, again and again in one archive")
    func randomMoments() throws {
        let folder = try TemporaryFolder()
        try folder.write(ManyEvents.text(6000, marker: "one"), to: "one.jsonl")
        try folder.write(ManyEvents.text(3000, marker: "two"), to: "two.jsonl")
        let command = ["ingest", "one.jsonl", "two.jsonl", "--jobs", "2"]
        let start = Date()
        #expect(try Coldtrail.run(command, in: folder).status == 0)
        let whole = Date().timeIntervalSince(start)
        for round in 0..<12 {
            // A complete archive has nothing left to interrupt.
            // (On a busy machine the kills before may have come before there was an archive.)
            if round % 3 == 0 { try? FileManager.default.removeItem(atPath: folder.path("archive.coldtrail")) }
            let running = try Coldtrail.start(command, in: folder)
            usleep(UInt32(whole * 1_000_000 * Double.random(in: 0.02...1)))
            running.kill()
            _ = try running.wait()
            guard folder.exists("archive.coldtrail/catalog.sqlite") else { continue }
            let seen = try Coldtrail.run("count", "*", in: folder)
            // Before the catalog's tables are there it is no archive yet.
            #expect(
                ["0", "3000", "6000", "9000", ""].contains(seen.text.trimmingCharacters(in: .newlines)),
                "\(seen.errorText)")
        }
        try completes(command, in: folder, count: 9000, records: 2, "random")
    }

    @Test("a catalog whose writer died in its commit is read as it was before, and nothing is written")
    func hotJournal() throws {
        let folder = try SmallExport.archived()
        let catalog = folder.path("archive.coldtrail/catalog.sqlite")
        let before = try Data(contentsOf: URL(filePath: catalog))
        // With a cache of one page SQLite syncs its journal and spills the change before the commit.
        _ = try? ArchiveFiles.sql(
            catalog,
            """
            PRAGMA cache_size=1; BEGIN IMMEDIATE; UPDATE export SET note=hex(zeroblob(300000)), label='wrong'; \
            DELETE FROM partition; UPDATE audit SET record=hex(zeroblob(300000));
            .shell kill -9 $PPID
            """)
        #expect(folder.exists("archive.coldtrail/catalog.sqlite-journal"))
        #expect(try Data(contentsOf: URL(filePath: catalog)) != before, "the set-up changed nothing")
        let hot = try ArchiveFiles.contents(folder.path("archive.coldtrail"))
        for _ in 0..<2 {
            let result = try Coldtrail.run("search", "*", "--format", "ids", "--sort", "oldest", in: folder)
            #expect(result.status == 0, "\(result.errorText)")
            #expect(result.text == "a:1\na:2\na:6\na:7\n")
        }
        #expect(try ArchiveFiles.contents(folder.path("archive.coldtrail")) == hot)
        // The next writer clears it.
        try folder.write(ManyEvents.text(10), to: "b.jsonl")
        try completes(["ingest", "b.jsonl"], in: folder, count: 14, records: 2, "hot journal")
        #expect(!folder.exists("archive.coldtrail/catalog.sqlite-journal"))
    }

    private func count(in folder: TemporaryFolder) throws -> Int {
        let result = try Coldtrail.run("count", "*", in: folder)
        #expect(result.status == 0, "\(result.errorText)")
        return Int(result.text.trimmingCharacters(in: .newlines)) ?? -1
    }

    /// The same command again: everything is in once, nothing is left over, every checksum and the audit log hold.
    private func completes(
        _ command: [String], in folder: TemporaryFolder, count wanted: Int, records: Int, _ place: String
    ) throws {
        let again = try Coldtrail.run(command, in: folder)
        #expect(again.status == 0, "\(place): \(again.errorText)")
        #expect(try count(in: folder) == wanted, "\(place)")
        let archive = folder.path("archive.coldtrail")
        #expect(try FileManager.default.contentsOfDirectory(atPath: archive + "/tmp") == [], "\(place)")
        let listed = try ArchiveFiles.sql(archive + "/catalog.sqlite", "SELECT file FROM partition ORDER BY file")
        let present = try FileManager.default.contentsOfDirectory(atPath: archive + "/partitions").sorted()
        #expect(listed.split(separator: "\n").map(String.init) == present, "\(place)")
        let log = try Coldtrail.run("log", "--verify", in: folder)
        #expect(log.status == 0, "\(place): \(log.errorText)")
        #expect(try folder.read("archive.coldtrail/audit.log").count { $0 == 0x0A } == records, "\(place)")
        #expect(try Coldtrail.run("verify", in: folder).status == 0, "\(place)")
    }
}
