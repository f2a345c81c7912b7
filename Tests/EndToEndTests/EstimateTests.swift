import ExportGenerator
import Foundation
import Testing

/// What `ingest` says before the work, and what it refuses.
@Suite("Estimates and refusals")
struct EstimateTests {
    @Test("a large ingest says before what it will take, and afterwards what it took")
    func beforeAndAfter() throws {
        let folder = try TemporaryFolder()
        try ExportGenerator(seed: 4, days: 2).write(22_000, to: folder.path("large.jsonl"))
        let dry = try Coldtrail.run("ingest", "--dry-run", "large.jsonl", in: folder)
        #expect(dry.status == 0)
        #expect(dry.errorText.hasPrefix("estimate: 22,000 events, "), "\(dry.errorText)")
        #expect(!folder.exists("archive.coldtrail"))
        let result = try Coldtrail.run("ingest", "large.jsonl", in: folder)
        #expect(result.status == 0)
        let lines = result.errorText.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("estimate: 22,000 events, ") ?? false, "\(result.errorText)")
        #expect(lines.contains { $0.hasPrefix("  time ") && $0.contains("worker") && $0.contains("memory") })
        #expect(lines.contains { $0.hasPrefix("  disk ") && $0.hasSuffix(" are free") })
        let last = try #require(lines.last)
        #expect(last.hasPrefix("estimated → real: events 22,000 → 22,000; time "), "\(last)")
        #expect(last.contains("; memory ") && last.contains("; disk "))
        // It is in now: there is nothing to estimate.
        let again = try Coldtrail.run("ingest", "large.jsonl", in: folder)
        #expect(!again.errorText.contains("estimate"), "\(again.errorText)")
        #expect(try Coldtrail.run("ingest", "--dry-run", "large.jsonl", in: folder).errors.isEmpty)
    }

    @Test("a small ingest says nothing of it")
    func small() throws {
        let folder = try TemporaryFolder()
        try folder.write(SmallExport.text, to: "a.jsonl")
        let result = try Coldtrail.run("ingest", "a.jsonl", in: folder)
        #expect(!result.errorText.contains("estimate"))
    }

    @Test("too little memory is refused with the number that would do")
    func memory() throws {
        let folder = try TemporaryFolder()
        try folder.write(SmallExport.text, to: "a.jsonl")
        for (arguments, number) in [
            (["--memory", "255M"], "256M"), (["--memory", "0"], "256M"), (["--memory", "268435455"], "256M"),
            (["--memory", "512M", "--jobs", "64"], "2984M for 64 workers"),
        ] {
            let result = try Coldtrail.run(["ingest", "a.jsonl"] + arguments, in: folder)
            #expect(result.status == 2)
            #expect(result.errorText.contains("--memory must be at least \(number)"), "\(result.errorText)")
            #expect(!folder.exists("archive.coldtrail"))
        }
        for size in ["lots", "", "M", "-1G", "1Q", "0x10M", "nanM", "1e300", "1 G B"] {
            let result = try Coldtrail.run(["ingest", "a.jsonl", "--memory=" + size], in: folder)
            #expect(result.status == 2, "\(size)")
            #expect(!folder.exists("archive.coldtrail"))
        }
        for (name, arguments) in [
            ("a", ["--memory", "256M"]), ("b", ["--memory", "0.25GiB"]), ("c", ["--memory", "268435456"]),
            ("d", ["--memory", "262144kb"]), ("e", ["--memory", "2984M", "--jobs", "64"]),
        ] {
            let result = try Coldtrail.run(["ingest", "-a", name, "a.jsonl"] + arguments, in: folder)
            #expect(result.status == 1, "\(arguments): \(result.errorText)")
        }
    }

    @Test("an archive that will not fit the disk is refused before the first byte", .enabled(if: SmallDisk.isPossible))
    func smallDisk() throws {
        let disk = try SmallDisk(megabytes: 8)
        try ExportGenerator(seed: 4, days: 2).write(60_000, to: disk.folder.path("large.jsonl.gz"))
        let arguments = ["ingest", "-a", "disk/archive", "large.jsonl.gz"]
        let result = try Coldtrail.run(arguments, in: disk.folder)
        #expect(result.status == 2)
        #expect(result.errorText.contains("large.jsonl.gz: the archive will take about "), "\(result.errorText)")
        #expect(result.errorText.contains(" are free") && result.errorText.contains("reserve"))
        #expect(result.errorText.contains("--force") && result.errorText.contains("nothing was written"))
        #expect(!disk.folder.exists("disk/archive"))
        let dry = try Coldtrail.run(arguments + ["--dry-run"], in: disk.folder)
        #expect(dry.status == 0)
        #expect(dry.errorText.contains("warning: the archive will take about "), "\(dry.errorText)")
        // Forced, it begins; here the disk really is too small.
        let forced = try Coldtrail.run(arguments + ["--force"], in: disk.folder)
        #expect(forced.status == 2)
        #expect(forced.errorText.contains("warning: the archive will take about "), "\(forced.errorText)")
        #expect(disk.folder.exists("disk/archive"))
        #expect(try disk.folder.names(in: "disk/archive/tmp") == [])
    }
}
