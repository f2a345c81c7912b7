import ExportGenerator
import Foundation
import Testing

/// Promise 4: whatever the lines are, they are kept, counted, findable, and restored byte for byte.
@Suite("Hostile input")
struct HostileInputTests {
    // MARK: lines

    enum Fate {
        /// An event that alone is found by the query.
        case event(String)
        case reject(String)
        case blank
    }

    private static let lines: [(bytes: [UInt8], fate: Fate)] = [
        ([0xEF, 0xBB, 0xBF] + text(#"{"bom":"first"}"#), .event("bom:first")),
        ([0xEF, 0xBB, 0xBF] + text(#"{"bom":"second"}"#), .reject("not valid JSON")),
        (text(#"{"@timestamp":"2026-01-03T10:00:00Z","ends":"crlf"}"# + "\r"), .event("ends:crlf")),
        ([], .blank), (text("\r"), .blank), (text(" \t "), .blank),
        (text("{\"raw\":\"nul\0here\"}"), .reject("not valid JSON")),
        ([0, 0], .reject("not valid JSON")),
        (text(#"{"escaped":"nul\u0000here"}"#), .event("escaped:nul*here")),
        (text(#"{"bytes":""#) + [0xFF, 0xFE] + text(#""}"#), .reject("not valid UTF-8")),
        (text(#"{"surrogate":"coded "#) + [0xED, 0xA0, 0x80] + text(#""}"#), .reject("not valid UTF-8")),
        (text(#"{"overlong":""#) + [0xC0, 0xAF] + text(#""}"#), .reject("not valid UTF-8")),
        (text(#"{"surrogate":"high \ud800 alone"}"#), .event("surrogate:\"high \u{FFFD} alone\"")),
        (text(#"{"surrogate":"low \udc00 alone"}"#), .event("surrogate:\"low \u{FFFD} alone\"")),
        (text(#"{"dup":"one","dup":"two"}"#), .event("dup:one AND dup:two")),
        (text("[1,2,3]"), .reject("not an object")), (text("42"), .reject("not an object")),
        (text(#""text""#), .reject("not an object")), (text("null"), .reject("not an object")),
        (text("[]"), .reject("not an object")),
        (text(#"{"x":1} {"x":2}"#), .reject("not valid JSON")), (text(#"{"x":1}{"x":2}"#), .reject("not valid JSON")),
        (text(#"{"x":1},"#), .reject("not valid JSON")), (text(#"{"x":1"#), .reject("not valid JSON")),
        (text(#"{"x":NaN}"#), .reject("not valid JSON")), (text(#"{"x":01}"#), .reject("not valid JSON")),
        (text(#"{'x':1}"#), .reject("not valid JSON")), (text("plain text, no JSON"), .reject("not valid JSON")),
        (text("{}"), .event("NOT (\(allFields))")),
        (text(#"{"number":1.0}"#), .event("number:1")), (text(#"{"number":-0}"#), .event("number:0")),
        (text(#"{"number":4.43e2}"#), .event("number:443")), (text(#"{"number":0.10}"#), .event("number:0.1")),
        (text(#"{"number":123456789012345678901234567890}"#), .event("number:123456789012345678901234567890")),
        (text(#"{"number":123456789012345678901234567891}"#), .event("number:123456789012345678901234567891")),
        (text(#"{"number":1e400}"#), .event("number:>1e399")),
        (text(#"{"number":0.1234567890123456789012}"#), .event("number:0.1234567890123456789012")),
        (text(#" {"spaces" : "around" } "#), .event("spaces:around")),
        (text(#"{"":"empty name"}"#), .event(#""empty name""#)),
        (text(#"{"a":{"b":[{"c":"deep"},{"c":null}]}}"#), .event("a.b.c:deep")),
        (text(#"{"last":"without line feed"}"#), .event("last:*")),
    ]

    private static let allFields =
        ["bom", "ends", "escaped", "surrogate", "dup", "number", "spaces", "a", "last"]
        .map { $0 + ":*" }.joined(separator: " OR ") + #" OR "empty name""#

    private static var content: [UInt8] { Array(lines.map(\.bytes).joined(separator: [10])) }

    /// The same content as a download and as plain text.
    private static func archived(gzip: Bool) throws -> (folder: TemporaryFolder, ingest: CommandResult) {
        let folder = try TemporaryFolder()
        let name = gzip ? "h.jsonl.gz" : "h.jsonl"
        try folder.write(Data(gzip ? GzipEncoder.compress(content) : content), to: name)
        return (folder, try folder.ingest(name))
    }

    @Test("each line is an event, a reject or blank; all are counted and restored", arguments: [true, false])
    func counts(gzip: Bool) throws {
        let (folder, ingest) = try Self.archived(gzip: gzip)
        #expect(ingest.status == 1)
        let export = try folder.export()
        func number(_ isCounted: (Fate) -> Bool) -> Int { Self.lines.count { isCounted($0.fate) } }
        let events = number { if case .event = $0 { true } else { false } }
        let rejects = number { if case .reject = $0 { true } else { false } }
        let blanks = number { if case .blank = $0 { true } else { false } }
        #expect(export.counts == [Self.lines.count, events, rejects, blanks])
        #expect(export.undated == events - 1)
        #expect(try folder.count("*") == events)
        #expect(export.contentBytes == Self.content.count)
        #expect(try folder.restored("h") == Data(Self.content))
        #expect(try folder.isVerified())
    }

    @Test("every event is found, alone, by what it says")
    func searches() throws {
        let (folder, _) = try Self.archived(gzip: true)
        for (index, line) in Self.lines.enumerated() {
            guard case .event(let query) = line.fate else { continue }
            #expect(try folder.citations(query) == ["h:\(index + 1)"], "\(query)")
        }
    }

    @Test("rejects are listed with line, offset, reason and length, and their exact bytes can be had")
    func rejects() throws {
        let (folder, _) = try Self.archived(gzip: true)
        var rows = try Coldtrail.run("rejects", "h", "--format", "jsonl", in: folder).objects[...]
        var raw: [UInt8] = []
        var offset = 0
        for (index, line) in Self.lines.enumerated() {
            if case .reject(let reason) = line.fate {
                let row = try #require(rows.popFirst() as [String: Any]?)
                #expect(row["line"] as? Int == index + 1)
                #expect(row["offset"] as? Int == offset)
                #expect(row["length"] as? Int == line.bytes.count)
                #expect((row["reason"] as? String)?.contains(reason) ?? false, "line \(index + 1): \(row)")
                raw += line.bytes + [10]
            }
            offset += line.bytes.count + 1
        }
        #expect(rows.isEmpty)
        #expect(try Coldtrail.run("rejects", "h", "--format", "raw", in: folder).output == Data(raw))
        #expect(try Coldtrail.run("rejects", "--match", "plain text", "--format", "ids", in: folder).lines == ["h:28"])
    }

    @Test("a reject never matches, not even under NOT")
    func rejectsNeverMatch() throws {
        let (folder, _) = try Self.archived(gzip: true)
        #expect(try folder.count("x:*") == 0)
        #expect(try folder.count(#""plain text""#) == 0)
        #expect(try folder.count("NOT nothing") == folder.count("*"))
    }

    @Test("show gives the exact bytes of any line", arguments: [1, 3, 4, 7, 10, 41])
    func show(line: Int) throws {
        let (folder, _) = try Self.archived(gzip: true)
        #expect(try folder.shown("h:\(line)") == Data(Self.lines[line - 1].bytes + [10]))
    }

    // MARK: whole files

    @Test(
        "files of odd shape",
        arguments: [
            ("", [0, 0, 0, 0]), ("\n", [1, 0, 0, 1]), ("\n\n\n", [3, 0, 0, 3]), ("\r", [1, 0, 0, 1]),
            ("\r\n", [1, 0, 0, 1]), ("\u{FEFF}", [1, 0, 0, 1]), ("\u{FEFF}\r\n{}\n", [2, 1, 0, 1]),
            ("\u{FEFF}{}", [1, 1, 0, 0]), ("{}\r\n{}\r\n", [2, 2, 0, 0]), ("{}\r\n{}\r", [2, 2, 0, 0]),
            ("\n{}", [2, 1, 0, 1]), ("{}\n\n", [2, 1, 0, 1]), ("\0", [1, 0, 1, 0]), ("\u{1F}", [1, 0, 1, 0]),
        ])
    func shapes(content: String, counts: [Int]) throws {
        for isGzip in [false, true] {
            let folder = try TemporaryFolder()
            let bytes = Array(content.utf8)
            try folder.write(Data(isGzip ? GzipEncoder.compress(bytes) : bytes), to: "shape.gz")
            let ingest = try folder.ingest("shape.gz")
            #expect(ingest.status == (counts[2] > 0 ? 1 : 0), "\(ingest.errorText)")
            #expect(try folder.export().counts == counts)
            #expect(try folder.restored("shape") == Data(bytes))
        }
    }

    @Test("concatenated members are one content, also if a line spans them and some are empty")
    func members() throws {
        let folder = try TemporaryFolder()
        let parts = [#"{"n":1}"# + "\n" + #"{"n":"#, "", "2}\n", #"{"n":3}"#].map { Array($0.utf8) }
        let padding = [UInt8](repeating: 0, count: 512)
        try folder.write(Data(parts.flatMap { GzipEncoder.compress($0) } + padding), to: "m.gz")
        let ingest = try folder.ingest("m.gz")
        #expect(ingest.status == 0, "\(ingest.errorText)")
        #expect(try folder.export().counts == [3, 3, 0, 0])
        #expect(try folder.export().state == "complete")
        #expect(try folder.citations("n:2") == ["m:2"])
        #expect(try folder.restored("m") == Data(parts.joined()))
    }

    @Test("garbage behind the last member is said, with its place; the content is whole")
    func trailingGarbage() throws {
        let folder = try TemporaryFolder()
        let content = Array("{\"n\":1}\n{\"n\":2}\n".utf8)
        let member = GzipEncoder.compress(content)
        try folder.write(Data(member + Array("<html>link expired".utf8)), to: "g.gz")
        let ingest = try folder.ingest("g.gz")
        #expect(ingest.status == 1)
        #expect(ingest.errorText.contains("\(member.count)"))
        let export = try folder.export()
        #expect(export.state == "damaged")
        #expect(!export.partial)
        #expect(export.counts == [2, 2, 0, 0])
        #expect(export.verifiedLines == 2)
        #expect(try folder.restored("g") == Data(content))
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
}
