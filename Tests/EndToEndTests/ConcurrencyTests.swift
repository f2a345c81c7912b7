import Foundation
import Testing

/// Promise 3: two ingests wait for each other or both succeed; readers see an export before or after, never between.
@Suite("Several processes at once")
struct ConcurrencyTests {
    @Test("two ingests of different files both succeed")
    func twoFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write(ManyEvents.text(2000, marker: "one"), to: "one.jsonl")
        try folder.write(ManyEvents.text(1000, marker: "two"), to: "two.jsonl")
        let running = try ["one", "two"].map { try Coldtrail.start(["ingest", $0 + ".jsonl"], in: folder) }
        for process in running {
            let result = try process.wait()
            #expect(result.status == 0, "\(result.errorText)")
        }
        #expect(try Coldtrail.run("count", "*", in: folder).text == "3000\n")
        #expect(try Coldtrail.run("count", "one", in: folder).text == "2000\n")
        #expect(try Coldtrail.run("verify", in: folder).status == 0)
        #expect(try Coldtrail.run("log", "--verify", in: folder).status == 0)
    }

    @Test("of two ingests of the same content one enters it, whatever the files are called")
    func sameContent() throws {
        let folder = try TemporaryFolder()
        let text = ManyEvents.text(1500)
        try folder.write(text, to: "one.jsonl")
        try folder.write(ManyEvents.gzip(text), to: "other-name.jsonl.gz")
        let running = try ["one.jsonl", "other-name.jsonl.gz", "one.jsonl"].map {
            try Coldtrail.start(["ingest", $0], in: folder)
        }
        for process in running {
            let result = try process.wait()
            #expect(result.status == 0, "\(result.errorText)")
        }
        #expect(try Coldtrail.run("count", "*", in: folder).text == "1500\n")
        #expect(try Coldtrail.run("exports", "--format", "jsonl", in: folder).objects.count == 1)
        #expect(try folder.names(in: "archive.coldtrail/tmp") == [])
        #expect(try folder.names(in: "archive.coldtrail/partitions").count == 1)
    }

    @Test("readers see all of an export or nothing of it")
    func readersDuringIngest() throws {
        let folder = try SmallExport.archived()
        try folder.write(ManyEvents.text(4000), to: "b.jsonl")
        let ingest = try Coldtrail.start(["ingest", "b.jsonl"], in: folder)
        var seen: [String] = []
        repeat {
            let result = try Coldtrail.run("count", "*", in: folder)
            #expect(result.status == 0, "\(result.errorText)")
            seen.append(result.text)
        } while ingest.isRunning
        #expect(try ingest.wait().status == 0)
        seen.append(try Coldtrail.run("count", "*", in: folder).text)
        #expect(seen.allSatisfy { ["4\n", "4004\n"].contains($0) }, "\(Set(seen))")
        #expect(seen == seen.sorted { $0.count < $1.count }, "an export vanished again")
        #expect(seen.last == "4004\n")
    }

    @Test("readers are not disturbed while a partial export is completed or an export is built anew")
    func readersDuringReplacement() throws {
        let folder = try TemporaryFolder()
        try folder.write(ManyEvents.text(1500), to: "a.jsonl")
        #expect(try Coldtrail.run("ingest", "a.jsonl", in: folder).status == 0)
        for _ in 0..<3 {
            let rebuild = try Coldtrail.start(["ingest", "--rebuild", "a.jsonl"], in: folder)
            repeat {
                let result = try Coldtrail.run("count", "common", in: folder)
                #expect(result.status == 0, "\(result.errorText)")
                #expect(result.text == "1500\n")
            } while rebuild.isRunning
            #expect(try rebuild.wait().status == 0)
        }
        #expect(try folder.names(in: "archive.coldtrail/partitions").count == 1)
    }
}
