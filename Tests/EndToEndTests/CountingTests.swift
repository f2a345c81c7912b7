import Foundation
import Testing

/// `top`, `timeline` and `count --by`.
@Suite("Counting") struct CountingTests {
    private static let lines = """
        {"@timestamp":"2026-01-01T00:10:00Z","user":"alice","tags":["a","b","a"],"n":1}
        {"@timestamp":"2026-01-01T00:20:00Z","user":"bob","tags":["b"],"n":"1"}
        {"@timestamp":"2026-01-01T03:00:00Z","user":"alice","tags":[],"n":1.0}
        {"@timestamp":"2026-01-01T03:59:59.999999Z","user":"=1+1","n":true}
        {"user":"alice"}
        not json
        """

    private func archived() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.lines, to: "a.jsonl")
        try folder.ingest("a.jsonl")
        return folder
    }

    @Test("top: counts, shares, ties by value, missing values, lists by item")
    func top() throws {
        let folder = try archived()
        #expect(
            try Coldtrail.run("top", "user", "--format", "jsonl", in: folder).lines == [
                #"{"value":"alice","count":3,"share":0.6}"#, #"{"value":"=1+1","count":1,"share":0.2}"#,
                #"{"value":"bob","count":1,"share":0.2}"#,
            ])
        #expect(
            try Coldtrail.run("top", "tags", "--format", "csv", in: folder).text
                == "value,count,share\r\n,3,0.6\r\nb,2,0.4\r\na,1,0.2\r\n")
        #expect(
            try Coldtrail.run("top", "n", "--rare", "--limit", "1", "--format", "tsv", in: folder).text
                == "value\tcount\tshare\n1.0\t1\t0.2\n")
        let limited = try Coldtrail.run("top", "user", "bob OR alice", "--limit", "1", in: folder)
        #expect(limited.text.contains("alice") && limited.errorText.contains("1 of 2 values"))
        #expect(try Coldtrail.run("top", "user", "--format", "csv", in: folder).text.contains("'=1+1"))
        let unknown = try Coldtrail.run("top", "usr", in: folder)
        #expect(unknown.status == 0 && unknown.errorText.contains("did you mean user?"))
    }

    @Test("count --by several fields; -e; paranoid agrees")
    func countBy() throws {
        let folder = try archived()
        let result = try Coldtrail.run(
            "count", "*", "--by", "user", "--by", "tags", "--format", "jsonl", "--paranoid", in: folder)
        #expect(
            result.lines == [
                #"{"user":"alice","tags":null,"count":2,"share":0.4}"#,
                #"{"user":"=1+1","tags":null,"count":1,"share":0.2}"#,
                #"{"user":"alice","tags":"a","count":1,"share":0.2}"#,
                #"{"user":"alice","tags":"b","count":1,"share":0.2}"#,
                #"{"user":"bob","tags":"b","count":1,"share":0.2}"#,
            ])
        #expect(result.errorText.contains("the lines agree on 5 groups"))
        #expect(try Coldtrail.run("count", "nothing", "--by", "user", "-e", in: folder).status == 1)
        #expect(try Coldtrail.run("count", "*", "--by", "user", "--by", "user", in: folder).status == 2)
    }

    @Test("timeline: empty intervals, zones, windows, undated events, values apart")
    func timeline() throws {
        let folder = try archived()
        let hours = try Coldtrail.run("timeline", "*", "--every", "1h", "--format", "jsonl", in: folder)
        #expect(
            hours.lines == [
                #"{"start":"2026-01-01T00:00:00Z","count":2}"#, #"{"start":"2026-01-01T01:00:00Z","count":0}"#,
                #"{"start":"2026-01-01T02:00:00Z","count":0}"#, #"{"start":"2026-01-01T03:00:00Z","count":2}"#,
            ])
        #expect(hours.errorText.contains("1 event without a time not shown"))
        #expect(
            try Coldtrail.run(
                "timeline", "*", "--every", "1d", "--tz", "-01:00", "--format", "csv", in: folder
            ).text == "start,count\r\n2025-12-31T00:00:00-01:00,2\r\n2026-01-01T00:00:00-01:00,2\r\n")
        #expect(
            try Coldtrail.run(
                "timeline", "alice", "--every", "12h", "--from", "2025-12-31", "--to", "2026-01-02", "--format", "tsv",
                in: folder
            ).text
                == "start\tcount\n2025-12-31T00:00:00Z\t0\n2025-12-31T12:00:00Z\t0\n2026-01-01T00:00:00Z\t2\n"
                + "2026-01-01T12:00:00Z\t0\n")
        let apart = try Coldtrail.run(
            "timeline", "*", "--every", "1h", "--by", "user", "--format", "jsonl", in: folder)
        #expect(apart.lines.first == #"{"start":"2026-01-01T00:00:00Z","value":"alice","count":1}"#)
        #expect(apart.lines.contains(#"{"start":"2026-01-01T01:00:00Z","value":null,"count":0}"#))
        #expect(try Coldtrail.run("timeline", "nothing", "--format", "json", in: folder).text == "[]\n")
        #expect(try Coldtrail.run("timeline", "*", "--every", "1ms", in: folder).status == 2)
        let tooMany = try Coldtrail.run(
            "timeline", "*", "--every", "1s", "--from", "1970-01-01", "--to", "2026-02-01", in: folder)
        #expect(tooMany.status == 2 && tooMany.errorText.contains("--from"))
    }

    @Test("top: a long text is one value however it is spelled")
    func spellings() throws {
        let folder = try TemporaryFolder()
        // Of each pair the bytes in the line; the first is the longest that is kept, or just not, by its spelling.
        let ends = [#"\"é/"#, #"\u0022\u00e9\/"#, #"\"\u00E9/"#]
        var lines: [String] = []
        for length in [20, 57, 58, 59, 60, 61, 62, 63, 64, 65, 200] {
            let start = String(repeating: "x", count: length)
            // Different values in most events, so that no dictionary is kept.
            for (number, end) in ends.enumerated() {
                lines.append(#"{"@timestamp":"2026-01-0\#(number + 1)T00:00:00Z","t":"\#(start)\#(end)"}"#)
            }
            lines.append(#"{"@timestamp":"2026-01-01T00:00:00Z","t":"\#(start)é/"}"#)
        }
        _ = try folder.write(lines.joined(separator: "\n"), to: "a.jsonl")
        try folder.ingest("a.jsonl")
        try folder.ingest("a.jsonl", "--fields", "@timestamp", "--archive", "plain.coldtrail")
        for archive in ["archive.coldtrail", "plain.coldtrail"] {
            for rare in [[], ["--rare"]] {
                let result = try Coldtrail.run(
                    ["top", "t", "--limit", "30", "--format", "jsonl", "--archive", archive] + rare, in: folder)
                #expect(result.lines.count == 22)
                #expect(result.lines.filter { $0.contains(#""count":3,"#) }.count == 11)
                #expect(result.lines.filter { $0.contains(#"\"é/""#) && $0.contains(#""count":3,"#) }.count == 11)
                #expect(result.lines.filter { $0.contains(#""count":1,"#) }.count == 11)
            }
        }
    }

    @Test("of equal events the first counts")
    func unique() throws {
        let folder = try archived()
        _ = try folder.write(Self.lines + "\n{\"user\":\"carol\"}\n", to: "b.jsonl")
        try folder.ingest("b.jsonl")
        #expect(
            try Coldtrail.run("top", "user", "--unique", "--format", "tsv", "--limit", "2", in: folder).lines == [
                "value\tcount\tshare", "alice\t3\t0.5", "=1+1\t1\t0.166667",
            ])
    }
}
