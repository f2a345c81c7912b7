import Foundation
import Testing

/// Promise 4: an ingest stops before the disk's reserve is touched, and a full disk leaves the archive as it was.
@Suite("Full disks", .enabled(if: SmallDisk.isPossible, "needs the right to mount a tmpfs"))
struct DiskFullTests {
    /// An archive with a small export on a disk of 12 MB, and beside it an export that does not fit.
    private static func disk() throws -> SmallDisk {
        let disk = try SmallDisk(megabytes: 12)
        try disk.folder.write(SmallExport.text, to: "a.jsonl")
        let result = try Coldtrail.run("ingest", "-a", "disk/archive", "a.jsonl", in: disk.folder)
        guard result.status == 1 else { throw SetupFailure(result.errorText) }
        var random = SystemRandomNumberGenerator()
        // Base64 of random bytes: three quarters of it cannot be compressed away.
        var text = ""
        for number in 0..<20_000 {
            let bytes = Data((0..<75).flatMap { _ in withUnsafeBytes(of: random.next() as UInt64) { Array($0) } })
            text += #"{"@timestamp":\#(1_767_225_600 + number * 10),"blob":"\#(bytes.base64EncodedString())"}"# + "\n"
        }
        try disk.folder.write(text, to: "big.jsonl")
        return disk
    }

    private func isAsBefore(_ disk: SmallDisk, _ before: [String: Data]) throws {
        #expect(try Coldtrail.run("count", "-a", "disk/archive", "*", in: disk.folder).text == "4\n")
        #expect(try Coldtrail.run("verify", "-a", "disk/archive", in: disk.folder).status == 0)
        // The next ingest removes whatever the failed one could not.
        #expect(try Coldtrail.run("ingest", "-a", "disk/archive", "a.jsonl", in: disk.folder).status == 0)
        #expect(try ArchiveFiles.contents(disk.folder.path("disk/archive")) == before)
    }

    @Test("the reserve stops an ingest with a clear error", .timeLimit(.minutes(2)))
    func reserve() throws {
        let disk = try Self.disk()
        // Leave less than 2 % of the disk.
        let before = try ArchiveFiles.contents(disk.folder.path("disk/archive"))
        let filler = disk.folder.path("disk/filler")
        let fill = try ArchiveFiles.tool(
            "/usr/bin/env", ["dd", "if=/dev/zero", "of=" + filler, "bs=1k", "count=20000"])
        #expect(fill.status != 0)
        truncate(filler, off_t(try FileManager.default.attributesOfItem(atPath: filler)[.size] as? Int ?? 0) - 150_000)
        let result = try Coldtrail.run("ingest", "-a", "disk/archive", "big.jsonl", in: disk.folder)
        #expect(result.status == 2)
        #expect(result.errorText.contains("reserve") && result.errorText.contains("--force"), "\(result.errorText)")
        unlink(filler)
        try isAsBefore(disk, before)
    }

    @Test("an export that does not fit", .timeLimit(.minutes(2)), arguments: [[], ["--force"]])
    func doesNotFit(_ options: [String]) throws {
        let disk = try Self.disk()
        let before = try ArchiveFiles.contents(disk.folder.path("disk/archive"))
        let result = try Coldtrail.run(["ingest", "-a", "disk/archive", "big.jsonl"] + options, in: disk.folder)
        #expect(result.status == 2)
        #expect(result.errorText.contains("big.jsonl"), "\(result.errorText)")
        #expect(
            result.errorText.contains("No space left") || result.errorText.contains("full")
                || result.errorText.contains("reserve"), "\(result.errorText)")
        #expect(try disk.folder.names(in: "disk/archive/tmp") == [], "files of the failed ingest are left")
        try isAsBefore(disk, before)
    }

    @Test("a gzip bomb ends, in the archive or at the reserve", .timeLimit(.minutes(2)))
    func bomb() throws {
        let disk = try SmallDisk(megabytes: 12)
        let zeros = try ArchiveFiles.tool("/bin/sh", ["-c", "head -c 80000000 /dev/zero | gzip -nc"])
        try disk.folder.write(zeros.output, to: "zeros.gz")
        let lines = try ArchiveFiles.tool("/bin/sh", ["-c", "yes '[' | head -c 1500000 | gzip -nc"])
        try disk.folder.write(lines.output, to: "rejects.gz")
        for bomb in ["zeros.gz", "rejects.gz"] {
            let result = try Coldtrail.run(["ingest", "-a", "disk/archive", bomb], in: disk.folder, timeout: 100)
            #expect([1, 2].contains(result.status), "\(bomb): \(result.errorText)")
            if result.status == 2 { #expect(result.errorText.contains("reserve")) }
            let count = try Coldtrail.run("count", "-a", "disk/archive", "*", in: disk.folder)
            #expect(count.status == 2 || count.text == "0\n", "\(count.errorText)")
        }
    }
}
