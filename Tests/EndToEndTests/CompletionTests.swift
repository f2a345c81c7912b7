import Foundation
import Testing

/// Promise 4: the whole file, when it comes, takes a partial export's place in one step.
@Suite("Completion of partial exports")
struct CompletionTests {
    private let download = Download()

    private func partial(_ bytes: [UInt8], _ arguments: String...) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(Data(bytes), to: "cut.gz")
        let ingest = try Coldtrail.run(["ingest", "cut.gz"] + arguments, in: folder)
        guard ingest.status == 1 else { throw SetupFailure(ingest.errorText) }
        try folder.write(Data(download.whole), to: "whole.gz")
        return folder
    }

    private func expectWhole(_ folder: TemporaryFolder, label: String) throws {
        let export = try folder.export()
        #expect(export.label == label)
        #expect(export.state == "complete")
        #expect(!export.partial)
        #expect(export.damage == nil)
        #expect(export.counts == [Download.lines, Download.lines, 0, 0])
        #expect(try folder.count("n:*") == Download.lines)
        #expect(try folder.restored(label) == Data(download.content))
        #expect(try folder.leftovers().isEmpty)
        #expect(try folder.isVerified())
        #expect(try !Coldtrail.run("count", "n:*", in: folder).errorText.contains("partial"))
    }

    @Test("it keeps the label, nothing is in twice, no file is left")
    func completes() throws {
        let folder = try partial(download.cut, "--label", "case-7")
        let ingest = try folder.ingest("whole.gz")
        #expect(ingest.status == 0, "\(ingest.errorText)")
        #expect(ingest.errorText.contains("completes the partial export case-7"))
        try expectWhole(folder, label: "case-7")
    }

    @Test(
        "wherever the download was cut",
        arguments: [0.1, 0.3, 0.36, 0.5, 0.9, 0.999])
    func cutAnywhere(share: Double) throws {
        let folder = try partial(download.cut(at: Int(Double(download.whole.count) * share)))
        try folder.ingest("whole.gz")
        try expectWhole(folder, label: "cut")
    }

    @Test(
        "a download that only lacks bytes of its last checksum, or has them wrong, is completed too",
        arguments: [0, 1, 5])
    func checksumOnly(missing: Int) throws {
        var bytes = Array(download.whole.dropLast(missing))
        if missing == 0 { bytes[bytes.count - 6] ^= 1 }
        let folder = try partial(bytes)
        #expect(try folder.export().events == Download.lines)
        let ingest = try folder.ingest("whole.gz")
        #expect(ingest.status == 0)
        #expect(ingest.errorText.contains("completes the partial export cut"))
        try expectWhole(folder, label: "cut")
    }

    @Test("a download that ended before its first line is completed by the file of the same name")
    func nothingKept() throws {
        let folder = try partial(download.cut(at: 5))
        #expect(try folder.export().lines == 0)
        try folder.write(Data(Download(seed: 9).whole), to: "unrelated.gz")
        try folder.ingest("unrelated.gz")
        #expect(try folder.exports().map(\.label) == ["cut", "unrelated"])
        try folder.write(Data(download.whole), to: "cut.gz")
        try folder.ingest("cut.gz")
        let exports = try folder.exports()
        #expect(exports.map(\.state) == ["complete", "complete"])
        #expect(exports.map(\.label).sorted() == ["cut", "unrelated"])
    }

    @Test("citations of kept lines still resolve, by label and by the old digest")
    func citations() throws {
        let folder = try partial(download.cut)
        let old = try folder.export()
        let line = Download.firstLines + 7
        let before = try folder.shown("cut:\(line)")
        try folder.ingest("whole.gz")
        #expect(try folder.export().sha256 != old.sha256)
        for name in ["cut", old.sha256, String(old.sha256.prefix(8)), try folder.export().sha256] {
            #expect(try folder.shown("\(name):\(line)") == before, "\(name)")
        }
        // The line that was cut off is an event now.
        #expect(try folder.shown("\(old.sha256):\(old.lines)").starts(with: Data("{\"@timestamp\"".utf8)))
    }

    @Test("the audit log tells what was replaced")
    func auditLog() throws {
        let folder = try partial(download.cut)
        let old = try folder.export()
        try folder.ingest("whole.gz")
        let log = try folder.read(TemporaryFolder.archive + "/audit.log")
        let records = String(decoding: log, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(records.count == 2)
        #expect(records.last?.contains(#""action":"complete""#) ?? false)
        #expect(records.last?.contains(#""replaces":"\#(old.sha256)""#) ?? false)
    }

    @Test("in steps: a longer part, then the whole; each old digest resolves")
    func steps() throws {
        let folder = try partial(download.cut(at: download.whole.count / 2))
        let first = try folder.export()
        try folder.write(Data(download.cut(at: download.whole.count * 3 / 4)), to: "longer.gz")
        #expect(try folder.ingest("longer.gz").status == 1)
        let second = try folder.export()
        #expect(second.partial)
        #expect(second.lines > first.lines)
        try folder.ingest("whole.gz")
        try expectWhole(folder, label: "cut")
        let line = try folder.shown("cut:3")
        #expect(try folder.shown("\(first.sha256.prefix(12)):3") == line)
        #expect(try folder.shown("\(second.sha256.prefix(12)):3") == line)
    }

    @Test("several parts of one download, the longer first: the whole replaces them all")
    func severalParts() throws {
        let folder = try partial(download.cut(at: download.whole.count * 3 / 4))
        try folder.write(Data(download.cut(at: download.whole.count / 2)), to: "shorter.gz")
        try folder.ingest("shorter.gz")
        let digests = try folder.exports().map(\.sha256)
        try folder.ingest("whole.gz")
        try expectWhole(folder, label: "cut")
        let line = try folder.shown("cut:3")
        for digest in digests { #expect(try folder.shown("\(digest.prefix(12)):3") == line) }
    }

    @Test("the same command again changes nothing: parts of a completed export are already in")
    func partsAgain() throws {
        let folder = try partial(download.cut)
        try folder.ingest("cut.gz", "whole.gz")
        let again = try folder.ingest("cut.gz", "whole.gz")
        #expect(again.status == 0, "\(again.errorText)")
        try expectWhole(folder, label: "cut")
    }

    @Test("a file that is no continuation becomes another export, with a message")
    func noContinuation() throws {
        let folder = try partial(download.cut)
        let old = try folder.export()
        try folder.write(Data(Download(seed: 2).whole), to: "cut.gz")
        let ingest = try folder.ingest("cut.gz")
        #expect(ingest.status == 0)
        #expect(ingest.errorText.contains("the partial export cut has the same file name"))
        let exports = try folder.exports()
        #expect(exports.map(\.label) == ["cut", "cut-2"])
        #expect(exports.map(\.partial) == [true, false])
        #expect(try folder.count("n:*") == old.events + Download.lines)
        #expect(try folder.leftovers().isEmpty)
    }

    @Test("a bit-flipped download is not the beginning of the sound one")
    func flippedBit() throws {
        var bytes = download.whole
        bytes[download.first.count / 2] ^= 0x10
        let folder = try partial(bytes)
        try folder.write(Data(download.whole), to: "cut.gz")
        let ingest = try folder.ingest("cut.gz")
        #expect(ingest.errorText.contains("both are kept"))
        #expect(try folder.exports().map(\.partial) == [true, false])
        #expect(try folder.restored("cut-2") == Data(download.content))
    }

    @Test("both in one command", arguments: ["1", "2"])
    func oneCommand(jobs: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Data(download.cut), to: "cut.gz")
        try folder.write(Data(download.whole), to: "whole.gz")
        try folder.ingest("cut.gz", "whole.gz", "--jobs", jobs)
        try expectWhole(folder, label: "cut")
    }
}
