import Foundation
import Testing

/// Promise 6: the same input gives the same partition files, however it is read.
@Suite("Same input, same bytes")
struct DeterminismTests {
    /// Three exports: one large enough for several partitions, one out of time order, one with rejects and oddities.
    private static func inputs(in folder: TemporaryFolder) throws {
        try folder.write(ManyEvents.text(1800, days: 2, padding: 20_000), to: "large.jsonl")
        let lines = ManyEvents.text(1500, days: 6, marker: "shuffled").split(separator: "\n")
        // 7919 is prime: every line once, in no order.
        try folder.write(lines.indices.map { lines[$0 * 7919 % lines.count] + "\n" }.joined(), to: "shuffled.jsonl")
        try folder.write(SmallExport.text, to: "small.jsonl")
    }

    @Test("partition files do not depend on --jobs, --memory, nor on how the files are given")
    func sameBytes() throws {
        let folder = try TemporaryFolder()
        try Self.inputs(in: folder)
        let names = ["large.jsonl", "shuffled.jsonl", "small.jsonl"]
        func ingest(_ archive: String, _ arguments: [String]) throws {
            let result = try Coldtrail.run(["ingest", "-a", archive] + arguments, in: folder, timeout: 300)
            #expect(result.status == 0 || result.status == 1, "\(result.errorText)")
        }
        try ingest("reference", names + ["--jobs", "1"])
        let reference = try ArchiveFiles.partitions(folder.path("reference"))
        #expect(reference.count >= 4)

        try ingest("jobs", names + ["--jobs", "4", "--memory", "2G"])
        #expect(try ArchiveFiles.partitions(folder.path("jobs")) == reference, "--jobs 4 --memory 2G")
        try ingest("memory", names.reversed() + ["--jobs", "2", "--memory", "256M"])
        #expect(try ArchiveFiles.partitions(folder.path("memory")) == reference, "--memory 256M, other order")
        for name in names { try ingest("single", [name, "--label", "other-" + name]) }
        #expect(try ArchiveFiles.partitions(folder.path("single")) == reference, "one by one, other labels")
    }

    @Test("what was restored makes the same partitions again")
    func restored() throws {
        let folder = try SmallExport.archived()
        #expect(try Coldtrail.run("restore", "a", "-o", "again.jsonl", in: folder).status == 0)
        #expect(try folder.read("again.jsonl") == Data(SmallExport.text.utf8))
        #expect(try Coldtrail.run("ingest", "-a", "second", "again.jsonl", in: folder).status == 1)
        let first = try ArchiveFiles.partitions(folder.path("archive.coldtrail"))
        #expect(try ArchiveFiles.partitions(folder.path("second")) == first)
    }

    @Test("seven full days in time order give seven or eight partitions; many small days a handful")
    func partitionCount() throws {
        let folder = try TemporaryFolder()
        try folder.write(ManyEvents.text(1260, days: 7, padding: 100_000), to: "days.jsonl")
        #expect(try Coldtrail.run(["ingest", "days.jsonl"], in: folder, timeout: 300).status == 0)
        #expect((7...8).contains(try folder.names(in: "archive.coldtrail/partitions").count))

        let years = (0..<3000).map { number in
            #"{"@timestamp":"\#(1970 + number * 37 % 130)-0\#(number % 9 + 1)-1\#(number % 10)T00:00:00Z","n":\#(number)}"#
                + "\n"
        }
        try folder.write(years.joined(), to: "years.jsonl")
        #expect(try Coldtrail.run("ingest", "-a", "years", "years.jsonl", in: folder).status == 0)
        #expect(try folder.names(in: "years/partitions").count <= 6)
        #expect(try Coldtrail.run("count", "-a", "years", "*", in: folder).text == "3000\n")
    }
}
