import Foundation
import Testing

/// `diff` and `duplicates` through the real binary.
@Suite("Comparing exports")
struct DiffTests {
    private static let a = [
        #"{"@timestamp":"2026-01-01T10:00:00Z","event.id":"1","n":1,"user":{"name":"alice"}}"#,
        #"{"@timestamp":"2026-01-01T10:00:01Z","event.id":"2","n":2,"message":"<script>alert(1)</script>"}"#,
        #"{"@timestamp":"2026-01-01T10:00:02Z","event.id":"3","n":3}"#,
        #"{"@timestamp":"2026-01-01T10:00:09Z","event.id":"4","n":"4"}"#,
    ]
    /// Event 1 spelled anew, 2 gone, 3 changed, 4 as it was, 5 late, 6 later.
    private static let b = [
        #"{ "n" : 10e-1 , "user.name":"\u0061lice","event":{"id":"1"},"@timestamp":"2026-01-01T10:00:00Z"}"#,
        #"{"@timestamp":"2026-01-01T10:00:02Z","event.id":"3","n":30,"new":"=cmd|x"}"#,
        #"{"@timestamp":"2026-01-01T10:00:09Z","event.id":"4","n":"4"}"#,
        #"{"@timestamp":"2026-01-01T10:00:05Z","event.id":"5","message":"a\u001b[31m <img src=x onerror=alert(1)>"}"#,
        #"{"@timestamp":"2026-01-01T10:00:20Z","event.id":"6"}"#,
    ]

    private static func folder(_ a: [String] = a, _ b: [String] = b, ingested: Bool = true) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(a.map { $0 + "\n" }.joined(), to: "a.jsonl")
        try folder.write(b.map { $0 + "\n" }.joined(), to: "b.jsonl")
        if ingested { try folder.ingest("a.jsonl", "b.jsonl") }
        return folder
    }

    private static func summary(_ result: CommandResult) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: result.output)
        return object as? [String: Any] ?? [:]
    }

    @Test("each difference has its line, with citations and values")
    func differences() throws {
        let folder = try Self.folder()
        let result = try Coldtrail.run("diff", "a", "b", "--format", "jsonl", in: folder)
        #expect(result.status == 1)
        #expect(
            result.lines == [
                #"{"op":"removed","a":"a:2","b":null,"event":"# + Self.a[1] + #","changes":null}"#,
                #"{"op":"changed","a":"a:3","b":"b:2","event":null,"changes":{"n":[3,30],"new":[null,"=cmd|x"]}}"#,
                #"{"op":"added","a":null,"b":"b:4","event":"# + Self.b[3] + #","changes":null}"#,
                #"{"op":"added","a":null,"b":"b:5","event":"# + Self.b[4] + #","changes":null}"#,
            ])
        for line in result.lines {
            #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil)
        }
    }

    @Test("the summary counts, names the key and tells what came late")
    func summaries() throws {
        let folder = try Self.folder()
        let json = try Self.summary(Coldtrail.run("diff", "a", "b", "--format", "json", in: folder))
        #expect(json["same"] as? Int == 2)
        #expect(json["added"] as? Int == 2)
        #expect(json["removed"] as? Int == 1)
        #expect(json["changed"] as? Int == 1)
        #expect(json["key"] as? [String] == ["event.id"])
        let text = try Coldtrail.run("diff", "a", "b", in: folder).text
        #expect(text.contains("1 of 2 added events are from before A's last event"))
        #expect(text.contains("paired by event.id"))
    }

    @Test("equal exports end with status 0, unknown ones with 2")
    func statuses() throws {
        let folder = try Self.folder(Self.a, Self.a.reversed())
        #expect(try Coldtrail.run("diff", "a", "b", in: folder).status == 0)
        let unknown = try Coldtrail.run("diff", "a", "c", in: folder)
        #expect(unknown.status == 2)
        #expect(unknown.output.isEmpty)
    }

    @Test("fields can be chosen, left out and filtered")
    func choices() throws {
        let folder = try Self.folder()
        func counts(_ options: String...) throws -> [Int] {
            let json = try Self.summary(
                Coldtrail.run(["diff", "a", "b", "--format", "json", "--key", "none"] + options, in: folder))
            return ["same", "added", "removed"].compactMap { json[$0] as? Int }
        }
        #expect(try counts() == [2, 3, 2])
        #expect(try counts("--fields", "event.id") == [3, 2, 1])
        #expect(try counts("--ignore", "n", "--ignore", "new") == [3, 2, 1])
        #expect(try counts("event.id:(3 OR 4)") == [1, 1, 1])
        #expect(try counts("--to", "2026-01-01T10:00:02Z") == [1, 0, 1])
    }

    @Test("files that are not in an archive are read on the fly, and nothing is left")
    func files() throws {
        let folder = try Self.folder(ingested: false)
        try folder.write("", to: "tmp/keep")
        let result = try Coldtrail.run(
            ["diff", "a.jsonl", "b.jsonl", "--format", "json"], in: folder,
            environment: ["TMPDIR": folder.path("tmp")])
        #expect(result.status == 1)
        #expect(try Self.summary(result)["changed"] as? Int == 1)
        #expect(try folder.names(in: "tmp") == ["keep"])
        #expect(!folder.exists(TemporaryFolder.archive))
    }

    @Test("a partial export warns that gone may mean not downloaded")
    func partial() throws {
        let download = Download()
        let folder = try TemporaryFolder()
        try folder.write(Data(download.whole), to: "whole.jsonl.gz")
        try folder.write(Data(download.cut), to: "cut.jsonl.gz")
        // The cut one first: it would be recognized as a beginning of the whole one.
        try folder.ingest("whole.jsonl.gz")
        try folder.ingest("cut.jsonl.gz")
        let result = try Coldtrail.run("diff", "whole", "cut", in: folder)
        #expect(result.status == 1)
        #expect(result.text.contains("removed may mean not downloaded"))
        #expect(result.errorText.contains("partial: cut"))
        #expect(
            try Self.summary(Coldtrail.run("diff", "whole", "cut", "--format", "json", in: folder))["partial"] as? Bool
                == true)
    }

    @Test("a page shows hostile values as text")
    func page() throws {
        let folder = try Self.folder()
        let result = try Coldtrail.run("diff", "a", "b", "--format", "html", "-o", "page.html", in: folder)
        #expect(result.status == 1)
        let page = String(decoding: try folder.read("page.html"), as: UTF8.self)
        #expect(page.hasPrefix("<!DOCTYPE html>"))
        #expect(!page.contains("<script") && !page.contains("<img"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        // The same command writes the same page.
        #expect(try Coldtrail.run("diff", "a", "b", "--format", "html", in: folder).text == page)
    }

    @Test("a spreadsheet runs nothing")
    func csv() throws {
        let folder = try Self.folder()
        let result = try Coldtrail.run("diff", "a", "b", "--format", "csv", in: folder)
        let rows = result.text.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n")
        #expect(rows.count == 6)
        #expect(rows[0] == "op,a,b,time,field,old,new,event")
        #expect(rows[2] == "changed,a:3,b:2,2026-01-01T10:00:02Z,n,3,30,")
        #expect(rows[3] == #"changed,a:3,b:2,2026-01-01T10:00:02Z,new,,"""=cmd|x""","#)
    }

    @Test("copies are listed with the first one that counts")
    func duplicates() throws {
        let folder = try Self.folder()
        let result = try Coldtrail.run("duplicates", "--format", "jsonl", in: folder)
        #expect(result.status == 1)
        #expect(
            result.lines == [
                #"{"first":"a:1","copies":2,"others":["b:1"]}"#, #"{"first":"a:4","copies":2,"others":["b:3"]}"#,
            ])
        #expect(try Coldtrail.run("duplicates", "b", in: folder).status == 0)
    }

    @Test("exports with different field lists are compared on what both have, and it is said")
    func fieldLists() throws {
        let many = (0..<40).map {
            #"{"@timestamp":"2026-01-01T10:00:\#($0 + 10)Z","n":\#($0),"host.name":"h\#($0 % 3)"}"#
        }
        let few = (1..<41).map { #"{"@timestamp":"2026-01-01T10:00:\#($0 + 10)Z","n":\#($0)}"# }
        let folder = try Self.folder(many, few)
        let json = try Self.summary(Coldtrail.run("diff", "a", "b", "--format", "json", in: folder))
        #expect([json["same"] as? Int, json["added"] as? Int, json["removed"] as? Int] == [39, 1, 1])
        #expect(json["left_out"] as? [String] == ["host.name"])
        #expect(try Coldtrail.run("diff", "a", "b", in: folder).text.contains("Only A has these fields"))
        let all = try Self.summary(
            Coldtrail.run("diff", "a", "b", "--format", "json", "--all-fields", "--key", "none", in: folder))
        #expect(all["same"] as? Int == 0)
    }

    @Test("--unique counts and shows each event once, its first copy")
    func unique() throws {
        let folder = try Self.folder()
        func ids(_ options: String...) throws -> [String] {
            try Coldtrail.run(["search", "--sort", "none", "--format", "ids"] + options, in: folder).lines
        }
        #expect(try Coldtrail.run("count", "", "--unique", in: folder).text == "7\n")
        #expect(try Coldtrail.run("count", "", in: folder).text == "9\n")
        #expect(try ids("", "--unique").sorted() == ["a:1", "a:2", "a:3", "a:4", "b:2", "b:4", "b:5"])
        #expect(try ids("event.id:(1 OR 3)", "--unique").sorted() == ["a:1", "a:3", "b:2"])
        // Copies count within the scope: without A, B's are the first.
        #expect(try ids("n:4", "--unique", "--export", "b") == ["b:3"])
        #expect(try Coldtrail.run("count", "", "--unique", "--paranoid", in: folder).status == 0)
        let newest = try Coldtrail.run("search", "", "--unique", "--limit", "2", "--format", "ids", in: folder)
        #expect(newest.lines == ["b:5", "a:4"])
    }

    @Test("a gap that the later export fills is told with its time, its lateness and its collector")
    func gap() throws {
        func event(_ minute: Int, _ collector: String) -> String {
            let time = String(format: "%02d:%02d", minute / 60, minute % 60)
            return #"{"@timestamp":"2026-01-01T\#(time):00Z","n":\#(minute),"agent.name":"\#(collector)"}"#
        }
        let all = (0..<600).map { event($0, (120..<180).contains($0) ? "late-1" : "c-\($0 % 3)") }
        let folder = try Self.folder(all.enumerated().filter { !(120..<180).contains($0.offset) }.map(\.element), all)
        let text = try Coldtrail.run("diff", "a", "b", in: folder).text
        let told = text.split(separator: "\n").first { $0.hasPrefix("A has a gap that B fills: ") } ?? ""
        #expect(told.contains("no event between 2026-01-01T01:59:00Z and 2026-01-01T03:00:00Z, "), "\(told)")
        #expect(told.hasSuffix("60 added events."))
        #expect(text.contains("60 of 60 added events are from before A's last event (2026-01-01T09:59:00Z)"))
        #expect(text.contains(#"agent.name = "late-1": 60 of 60 (100.0 %), of the others 0.0 %"#))
        #expect(text.split(separator: "\n").contains { $0.hasPrefix("removed ") && $0.contains(" 0  only in A") })
    }
}
