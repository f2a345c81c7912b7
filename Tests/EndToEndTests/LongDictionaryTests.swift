import Foundation
import Testing

/// Columns whose dictionaries have several parts, of which most are not read for a value, a beginning or a network.
@Suite("Long dictionaries") struct LongDictionaryTests {
    private static let events = 30_000

    /// The values of `k` and `ip` of an event, as JSON, and whether a beginning and a network hold them.
    private static func line(_ number: Int) -> String {
        let scattered = number &* 7_919 % events
        let key =
            switch number % 5_000 {
            case 7: "[\"v\(scattered)\",\"other\"]"
            case 8: "\"v\\u0031\(scattered)\""
            default: "\"v\(scattered)-of-the-long-kind\""
            }
        let address = "10.\(scattered % 40).\(scattered / 40 % 256).\(number % 256)"
        return
            #"{"@timestamp":"2026-02-03T04:05:06Z","k":\#(key),"ip":"\#(number % 900 == 3 ? "::ffff:" : "")\#(address)","n":\#(scattered)}"#
    }

    private static func archived() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write((0..<events).map { line($0) + "\n" }.joined(), to: "long.jsonl")
        let result = try Coldtrail.run("ingest", "long.jsonl", in: folder)
        guard result.status == 0 else { throw SetupFailure(result.errorText) }
        return folder
    }

    private static func partition(_ folder: TemporaryFolder) throws -> String {
        let names = try folder.names(in: "archive.coldtrail/partitions")
        return folder.path("archive.coldtrail/partitions/" + (try #require(names.first)))
    }

    @Test("answers are those of the lines")
    func answers() throws {
        let folder = try Self.archived()
        let told = try ArchiveFiles.sql(
            try Self.partition(folder), "SELECT count(low) > 3 AND count(*) > count(low) FROM dictionary")
        #expect(told == "1")
        for (query, pattern) in [
            (#"k:"v12345-of-the-long-kind""#, #""k":"v12345-of"#), ("k:v123*", #""k":\[?"v(\\u0031|1)23"#),
            ("k:v1*", #""k":\[?"v(\\u0031|1)"#), ("k:v*7-of*", #""k":"v\d*7-of"#),
            ("ip:10.13.0.0/16", #""ip":"10\.13\."#),
            ("ip:10.0.0.0/12", #""ip":"10\.(\d|1[0-5])\."#), ("ip:10.13.7.0/24", #""ip":"10\.13\.7\."#),
            ("ip:10.39.255*", #""ip":"10\.39\.255"#),
            ("k:other", #""other""#), ("NOT k:v2*", #""k":(\[?"v[^2])"#),
            ("n:17", #""n":17\}"#), ("n:17.0", #""n":17\}"#), ("n:[200 TO 299]", #""n":2\d\d\}"#),
            ("n:>=29990", #""n":2999\d\}"#), ("n:(7 OR 70 OR [700 TO 799] OR 29999)", #""n":(70?|7\d\d|29999)\}"#),
            ("n:1*", #""n":1"#), ("n:*99", #""n":\d*99\}"#), ("NOT n:<29000", #""n":29\d\d\d\}"#),
            ("ip:(10.13.0.0/16 OR 10.39.255.0/24)", #""ip":"10\.(13\.|39\.255)"#), ("ip:*.7.*", #""ip":"[^"]*\.7\."#),
        ] {
            // Exit status 1: none.
            let expected = try ArchiveFiles.tool("/usr/bin/env", ["grep", "-cP", pattern, folder.path("long.jsonl")])
                .text
            #expect(expected != "0\n", "\(query)")
            let result = try Coldtrail.run(["count", query, "--paranoid"], in: folder)
            #expect(
                result.status == 0 && result.text == expected, "\(query): \(result.text) \(result.errorText)")
        }
    }

    @Test("terms are not walked over for the few events with a rare beginning")
    func rareBeginning() throws {
        let folder = try Self.archived()
        for (query, isWalked) in [("v12345*q", false), ("*12345*q", true)] {
            let result = try Coldtrail.run(["count", query, "--explain", "--paranoid"], in: folder)
            #expect(result.status == 0 && result.text == "0\n")
            #expect(result.errorText.contains("pages of terms") == isWalked, "\(query): \(result.errorText)")
        }
    }

    @Test(
        "bounds that cannot be cost time, not answers",
        arguments: [
            "low=CAST('z' AS BLOB)", "low=CAST('' AS BLOB), high=CAST('' AS BLOB)", "high=NULL", "low=7",
            "low=high, high=low",
            "low=zeroblob(20000000), high=zeroblob(20000000)", "low=CAST('\"' AS BLOB)",
        ])
    func impossible(_ edit: String) throws {
        let folder = try Self.archived()
        let file = try Self.partition(folder)
        try ArchiveFiles.sql(file, "UPDATE dictionary SET \(edit) WHERE low IS NOT NULL")
        let inNetwork = (0..<Self.events).map(Self.line).count { $0.contains("\"10.13.") }
        for (query, expected) in [(#"k:"v12345-of-the-long-kind""#, 1), ("ip:10.13.0.0/16", inNetwork)] {
            let result = try Coldtrail.run(["count", query], in: folder)
            #expect(result.text == "\(expected)\n", "\(query): \(result.text) \(result.errorText)")
        }
        #expect(try Coldtrail.run(["verify"], in: folder).status != 0)
    }

    @Test(
        "parts of numbers that are forged cost time, not answers",
        arguments: [
            "data=x'07' || substr(data,2)", "data=x'00' || substr(data,2)", "data=x'01' || substr(data,2)",
            "data=x'02' || substr(data,2)", "data=x'03' || substr(data,2)", "data=x''", "data=x'01'",
            "entries=entries+1", "entries=entries-1", "entries=1 << 40", "entries=-1", "raw_bytes=raw_bytes-1",
            "raw_bytes=0", "first_code=2", "first_code=first_code+1",
            "data=(SELECT data FROM dictionary WHERE substr(data,1,1)=x'00')",
        ])
    func forgedNumbers(_ edit: String) throws {
        let folder = try Self.archived()
        let file = try Self.partition(folder)
        let numbered = "substr(data,1,1) IN (x'01', x'03')"
        #expect(try ArchiveFiles.sql(file, "SELECT count(*) > 3 FROM dictionary WHERE \(numbered)") == "1")
        try ArchiveFiles.sql(file, "UPDATE dictionary SET \(edit) WHERE \(numbered)")
        let lines = (0..<Self.events).map(Self.line)
        let inNetwork = lines.count { $0.contains("\"10.13.") }
        for (query, expected) in [
            ("n:[200 TO 299]", 100), ("n:17", 1), ("n:2*5", 1_111), ("ip:10.13.0.0/16", inNetwork),
        ] {
            let result = try Coldtrail.run(["count", query], in: folder)
            #expect(result.text == "\(expected)\n", "\(query): \(result.text) \(result.errorText)")
        }
        #expect(try Coldtrail.run(["verify"], in: folder).status != 0)
    }

    @Test(
        "counts of a field that cannot be cost time, not answers",
        arguments: [
            "events=9223372036854775807", "events=-1", "value_bytes=-1", "value_bytes=9223372036854775807",
            "entries=entries+1", "entries=entries-1", "entries=0", "entries=-1",
        ])
    func forgedCounts(_ edit: String) throws {
        let folder = try Self.archived()
        try ArchiveFiles.sql(
            try Self.partition(folder), "UPDATE field SET \(edit) WHERE CAST(name AS TEXT) IN ('n', 'ip')")
        for (query, expected) in [("n:17", 1), ("n:2*5", 1_111), ("n:[200 TO 299]", 100)] {
            let result = try Coldtrail.run(["count", query], in: folder)
            #expect(result.text == "\(expected)\n", "\(query): \(result.text) \(result.errorText)")
        }
        #expect(try Coldtrail.run(["verify"], in: folder).status != 0)
    }

    @Test(
        "parts that say other entries than they have are found",
        arguments: [
            "UPDATE dictionary SET low=high WHERE low IS NOT NULL",
            "UPDATE dictionary SET high=low WHERE low IS NOT NULL",
        ])
    func forged(_ edit: String) throws {
        let folder = try Self.archived()
        let file = try Self.partition(folder)
        try ArchiveFiles.sql(file, edit)
        let result = try Coldtrail.run(["verify"], in: folder)
        #expect(result.status != 0)
        #expect((result.text + result.errorText).contains("other entries than a part says"), "\(result.text)")
    }
}
