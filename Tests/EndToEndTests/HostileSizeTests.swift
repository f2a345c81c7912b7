import ExportGenerator
import Foundation
import Testing

/// Lines, nestings, names and times far beyond what an export usually holds.
@Suite("Hostile sizes", .serialized)
struct HostileSizeTests {
    private static let neighbours = ["{\"place\":\"before\"}\n", "\n{\"place\":\"after\"}\n"].map { Array($0.utf8) }

    private static func archived(_ content: [UInt8]) throws -> (folder: TemporaryFolder, ingest: CommandResult) {
        let folder = try TemporaryFolder()
        try folder.write(Data(GzipEncoder.compress(content, level: 1)), to: "big.gz")
        return (folder, try folder.ingest("big.gz"))
    }

    /// A line with a text of so many bytes between two small ones.
    private static func between(_ length: Int) -> [UInt8] {
        neighbours[0] + Array(#"{"pad":""#.utf8) + [UInt8](repeating: 0x61, count: length)
            + Array(#" needle","tail":"found"}"#.utf8) + neighbours[1]
    }

    @Test("a line of 20 MB is an event like any other")
    func longEvent() throws {
        let content = Self.between(20 << 20)
        let (folder, ingest) = try Self.archived(content)
        #expect(ingest.status == 0, "\(ingest.errorText)")
        #expect(try folder.export().counts == [3, 3, 0, 0])
        #expect(try folder.citations("tail:found") == ["big:2"])
        #expect(try folder.citations("needle") == ["big:2"])
        #expect(try folder.citations("place:*") == ["big:1", "big:3"])
        #expect(try folder.restored("big") == Data(content))
    }

    @Test("a line of 70 MB is kept as a reject, within the memory bound")
    func tooLong() throws {
        let content = Self.between(70 << 20)
        let (folder, ingest) = try Self.archived(content)
        #expect(ingest.status == 1)
        #expect(try folder.export().counts == [3, 2, 1, 0])
        let row = try #require(try Coldtrail.run("rejects", "--format", "jsonl", in: folder).objects.first)
        #expect(row["line"] as? Int == 2)
        #expect(row["offset"] as? Int == Self.neighbours[0].count)
        #expect(row["length"] as? Int == content.count - Self.neighbours[0].count - Self.neighbours[1].count)
        #expect(row["reason"] as? String == "longer than 64 MiB")
        #expect(try folder.citations("place:*") == ["big:1", "big:3"])
        #expect(try folder.count("needle") == 0)
        #expect(try folder.restored("big") == Data(content))
    }

    @Test("the peak of an ingest of a 70 MB line stays under 512 MB")
    func memory() throws {
        let folder = try TemporaryFolder()
        try folder.write(Data(GzipEncoder.compress(Self.between(70 << 20), level: 1)), to: "big.gz")
        // The process may not even map more than this; threads' stacks and the heap's arenas are in it.
        let result = try Coldtrail.shell(
            "ulimit -d \(512 << 10); coldtrail ingest big.gz --jobs 1 && exit 9; coldtrail restore big | wc -c",
            in: folder,
            timeout: 120)
        #expect(result.status == 0, "\(result.errorText)")
        #expect(result.text.contains("\(Self.between(70 << 20).count)"))
    }

    @Test("nesting of 10,000 is an event, one more is a reject")
    func nesting() throws {
        func lists(_ depth: Int) -> String {
            #"{"deep":"# + String(repeating: "[", count: depth - 1) + "\(depth)"
                + String(repeating: "]", count: depth - 1) + "}\n"
        }
        let content = Array([9_999, 10_000, 10_001, 200_000].map(lists).joined().utf8)
        let (folder, ingest) = try Self.archived(content)
        #expect(ingest.status == 1)
        #expect(try folder.export().counts == [4, 2, 2, 0])
        #expect(try folder.citations("deep:10000") == ["big:2"])
        #expect(try folder.count("deep:10001") == 0)
        let rejects = try Coldtrail.run("rejects", "--format", "jsonl", in: folder).objects
        #expect(rejects.map { $0["line"] as? Int } == [3, 4])
        #expect(rejects.allSatisfy { ($0["reason"] as? String)?.contains("10,000") ?? false })
        #expect(try folder.restored("big") == Data(content))
    }

    @Test("objects nested 1,000 deep are an event whose innermost value is found")
    func nestedObjects() throws {
        func objects(_ depth: Int) -> String {
            String(repeating: #"{"a":"#, count: depth - 1) + #"{"in":"most \#(depth)"}"#
                + String(repeating: "}", count: depth - 1) + "\n"
        }
        let content = Array((objects(1_000) + objects(10_001)).utf8)
        let (folder, ingest) = try Self.archived(content)
        #expect(ingest.status == 1)
        #expect(try folder.export().counts == [2, 1, 1, 0])
        #expect(try folder.citations(#""most 1000""#) == ["big:1"])
        #expect(try folder.restored("big") == Data(content))
    }

    @Test("the years 1970 to 2099 in 3,000 events share a handful of partitions")
    func years() throws {
        let content = (0..<3_000).map { number in
            let date = "\(1970 + number % 130)-\(1 + number % 12 < 10 ? "0" : "")\(1 + number % 12)-1\(number % 9)"
            return #"{"@timestamp":"\#(date)T00:00:00Z","n":\#(number)}"# + "\n"
        }.joined()
        let (folder, ingest) = try Self.archived(Array(content.utf8))
        #expect(ingest.status == 0, "\(ingest.errorText)")
        let export = try folder.export()
        #expect(export.events == 3_000)
        #expect(export.undated == 0)
        #expect(export.partitions <= 5)
        #expect(export.first?.hasPrefix("1970-") ?? false)
        #expect(export.last?.hasPrefix("2099-") ?? false)
        #expect(try folder.count("@timestamp:2099") == (0..<3_000).count { $0 % 130 == 129 })
        let window = try Coldtrail.run("count", "*", "--from", "1971-01-01", "--to", "1973-01-01", in: folder)
        #expect(window.text == "\((0..<3_000).count { [1, 2].contains($0 % 130) })\n")
        #expect(try folder.citations("n:2999") == ["big:3000"])
        #expect(try folder.restored("big") == Data(content.utf8))
    }

    @Test("20,000 different field names: each is a field")
    func fieldNames() throws {
        let content = (0..<20_000).map { #"{"@timestamp":"2026-01-03T10:00:00Z","name.\#($0)":"value \#($0)"}"# + "\n" }
            .joined()
        let (folder, ingest) = try Self.archived(Array(content.utf8))
        #expect(ingest.status == 0, "\(ingest.errorText)")
        #expect(try folder.export().partitions == 1)
        for number in [0, 1, 9_999, 19_999] {
            #expect(try folder.citations("name.\(number):*") == ["big:\(number + 1)"])
            #expect(try folder.citations(#"name.\#(number):"value \#(number)""#) == ["big:\(number + 1)"])
            #expect(try folder.citations(#""value \#(number)""#) == ["big:\(number + 1)"])
        }
        #expect(try folder.restored("big") == Data(content.utf8))
    }
}
