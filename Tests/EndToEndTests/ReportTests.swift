import Foundation
import Testing

/// `report` and the case folder.
@Suite("Reports") struct ReportTests {
    /// Three days with a hole in the second, sources, a duplicate, odd clocks, late events, a reject.
    private static let lines: [String] = {
        var lines: [String] = []
        for hour in 0..<72 where !(30..<42).contains(hour) {
            let time = "2026-01-0\(hour / 24 + 1)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00Z"
            for source in ["fw", "dc"] where source == "fw" || hour < 20 {
                for number in 0..<3 {
                    lines.append(
                        #"{"@timestamp":"\#(time)","host.name":"\#(source)","user.name":"u\#(number)","n":\#(hour)}"#)
                }
            }
        }
        lines.append(lines[0])
        lines.append(#"{"@timestamp":"1985-01-01T00:00:00Z","host.name":"old","user.name":"u0"}"#)
        lines.append(#"{"@timestamp":"2999-01-01T00:00:00Z","host.name":"new","user.name":"u0"}"#)
        lines.append(#"{"@timestamp":"2026-01-03T22:59:00Z","host.name":"fw","user.name":"u0"}"#)
        lines.append("not json")
        return lines
    }()

    private func archived() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.lines.joined(separator: "\n") + "\n", to: "a.jsonl")
        try folder.ingest("a.jsonl")
        return folder
    }

    private static let reports: [(name: String, arguments: [String])] = [
        ("retention", ["--as-of", "2026-01-04", "--keep", "4d", "--immediate", "1d", "--samples", "5", "--seed", "7"]),
        ("completeness", ["--expect-events", "360", "--from", "2026-01-01", "--to", "2026-01-04", "--every", "1h"]),
        ("access", ["--field", "user.name=u1", "--seed", "3", "--samples", "4", "--control", "My control 1.2"]),
    ]

    private func json(_ folder: TemporaryFolder, _ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(filePath: folder.path(name)))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The value of a fact.
    private func fact(_ report: [String: Any], _ section: String, _ name: String) -> String? {
        let results = report["results"] as? [String: Any]
        let sections = results?["sections"] as? [[String: Any]]
        let facts = sections?.first { $0["id"] as? String == section }?["facts"] as? [[String: Any]]
        guard let value = facts?.first(where: { $0["name"] as? String == name })?["value"] else { return nil }
        return "\(value)"
    }

    private func rows(_ report: [String: Any], _ table: String) -> [[Any]] {
        let results = report["results"] as? [String: Any]
        let sections = results?["sections"] as? [[String: Any]] ?? []
        let tables = sections.flatMap { $0["tables"] as? [[String: Any]] ?? [] }
        return tables.first { $0["id"] as? String == table }?["rows"] as? [[Any]] ?? []
    }

    @Test("made twice they are equal but for the clock; the schema holds; --check says SAME, or what moved")
    func reproducible() throws {
        let folder = try archived()
        for (name, arguments) in Self.reports {
            for run in ["1", "2"] {
                let result = try Coldtrail.run(["report", name] + arguments + ["-o", "\(name)\(run)"], in: folder)
                #expect(result.status <= 1, "\(result.errorText)")
            }
            var (first, second) = (try json(folder, name + "1.json"), try json(folder, name + "2.json"))
            #expect(first["clock_fields"] as? [String] == ["clock"])
            for key in ["clock", "command"] { (first[key], second[key]) = (nil, nil) }
            #expect(first as NSDictionary == second as NSDictionary, "\(name)")
            let schema = try ArchiveFiles.tool(
                "/usr/bin/env",
                [
                    "python3", Project.path("Scripts/check_schema.py"), Project.path("docs/report.schema.json"),
                    folder.path(name + "1.json"),
                ])
            #expect(schema.status == 0, "\(schema.text)")
            let same = try Coldtrail.run("report", "--check", name + "1.json", in: folder)
            #expect(same.status == 0 && same.text == "SAME\n", "\(same.text)\(same.errorText)")
            #expect(try Coldtrail.run("report", name, "-o", name + "1", in: folder).status == 2)
        }
        // Elsewhere, by a copy of the archive.
        try ArchiveFiles.copy(folder.path("archive.coldtrail"), to: folder.path("copy"))
        #expect(
            try Coldtrail.run("report", "check", "access1.json", "--archive", folder.path("copy"), in: folder).text
                == "SAME\n")
        _ = try folder.write("{\"@timestamp\":\"2026-01-03T05:00:00Z\",\"user.name\":\"u1\"}\n", to: "b.jsonl")
        try folder.ingest("b.jsonl")
        let moved = try Coldtrail.run("report", "--check", "access1.json", in: folder)
        #expect(
            moved.status == 1 && moved.text.contains("sections[when].facts[events].value: 80 → 81"), "\(moved.text)")
        // A number that somebody changed.
        let text = try String(contentsOfFile: folder.path("access1.json"), encoding: .utf8)
        try Data(text.replacingOccurrences(of: "\"value\":80", with: "\"value\":81").utf8).write(
            to: URL(filePath: folder.path("forged.json")))
        let forged = try Coldtrail.run("report", "--check", "forged.json", in: folder)
        #expect(forged.status == 2 && forged.errorText.contains("changed since it was written"))
        #expect(try Coldtrail.run("report", "--check", "a.jsonl", in: folder).status == 2)
        #expect(try Coldtrail.run("report", in: folder).status == 2)
    }

    @Test("retention: days, gaps, sources, samples proven")
    func retention() throws {
        let folder = try archived()
        let result = try Coldtrail.run(
            ["report", "retention"] + Self.reports[0].arguments + ["-o", "r"], in: folder)
        // 2025-12-31 has no event.
        #expect(result.status == 1)
        let report = try json(folder, "r.json")
        #expect(fact(report, "policy", "days expected") == "4")
        #expect(fact(report, "policy", "days with events") == "3")
        #expect(fact(report, "policy", "events read back and proven") == "10 of 10")
        #expect(fact(report, "sources", "told apart by") == "host.name")
        #expect(rows(report, "gaps").map { "\($0)" } == [#"["2025-12-31T00:00:00Z", "2025-12-31T00:00:00Z", 1]"#])
        #expect(rows(report, "sources").map { "\($0[0]) \($0[2]) \($0[3])" } == ["fw 3 1", "dc 1 3"])
        let kept = try Coldtrail.run(
            "report", "retention", "--as-of", "2026-01-04", "--keep", "3d", "--immediate", "1d", in: folder)
        #expect(kept.status == 0 && kept.text.contains("days with events"))
        #expect(try Coldtrail.run("report", "retention", "--keep", "forever", in: folder).status == 2)
    }

    @Test("completeness: what is missing, late, odd or twice")
    func completeness() throws {
        let folder = try archived()
        #expect(try Coldtrail.run(["report", "completeness", "-o", "all"], in: folder).status == 1)
        let all = try json(folder, "all.json")
        #expect(fact(all, "summary", "events") == "244")
        #expect(fact(all, "duplicates", "events that repeat an earlier one") == "1")
        #expect(fact(all, "rejects", "lines that are not events") == "1")
        let odd = rows(all, "odd-times").map { "\($0[1]) \($0[2])" }
        #expect(odd == ["later than the ingest 1", "before 1990 1", "more than a day from the event before it 4"])
        #expect(
            try Coldtrail.run(["report", "completeness"] + Self.reports[1].arguments + ["-o", "c"], in: folder).status
                == 1)
        let report = try json(folder, "c.json")
        #expect(fact(report, "summary", "difference") == "-118")
        // fw is silent from hour 30 to 42; dc stopped for good at hour 20, which is no silence.
        let silences = rows(report, "silences").map { "\($0[0]) \($0[1]) \($0[3])" }
        #expect(silences == ["fw 2026-01-02T06:00:00Z 12"])
        let late = rows(report, "late").map { "\($0[1])" }
        #expect(late == ["1", "0", "0", "0", "1"])
    }

    @Test("access: counts, top lists, events word for word")
    func access() throws {
        let folder = try archived()
        let result = try Coldtrail.run(["report", "access"] + Self.reports[2].arguments + ["-o", "r"], in: folder)
        #expect(result.status == 0, "\(result.errorText)")
        let report = try json(folder, "r.json")
        #expect(fact(report, "when", "events") == "80")
        #expect(report["controls"] as? [String] == ["My control 1.2"])
        #expect(rows(report, "top-host.name").map { "\($0[0]) \($0[1])" } == ["fw 60", "dc 20"])
        let results = report["results"] as? [String: Any]
        let sections = results?["sections"] as? [[String: Any]]
        let events = try #require(sections?.first { $0["id"] as? String == "events" }?["events"] as? [[String: Any]])
        #expect(events.count == 4)
        for event in events {
            let citation = try #require(event["citation"] as? String)
            let line = try #require(Int(citation.dropFirst(2)))
            #expect(event["event"] as? String == Self.lines[line - 1] && event["proven"] as? Bool == true)
        }
        let wrong = try Coldtrail.run("report", "access", "user.name:(", in: folder)
        #expect(wrong.status == 2 && wrong.errorText.contains("^"))
        #expect(try Coldtrail.run("report", "access", in: folder).status == 2)
        #expect(try Coldtrail.run("report", "access", "--field", "x", in: folder).status == 2)
    }

    @Test("hostile values are text on the page, in the annexes, and in a real browser")
    func hostile() throws {
        let folder = try TemporaryFolder()
        let values = [
            #"<script>document.title='owned'</script>"#, #"\" onload=\"alert(1)"#, #"</table></body><h1>gone"#,
            "=cmd|' /C calc'!A0", "\u{202E}gnp.exe", String(repeating: "long", count: 3_000),
            "<img src=x onerror=alert(1)>",
        ]
        let lines = values.map { #"{"@timestamp":"2026-01-01T00:00:00Z","user.name":"\#($0)","host.name":"\#($0)"}"# }
        _ = try folder.write(lines.joined(separator: "\n"), to: "evil.jsonl")
        try folder.ingest("evil.jsonl")
        for (name, arguments) in [
            ("access", ["@timestamp:*", "--title", "<script>t</script>", "--control", "<b>c"]),
            ("completeness", []), ("retention", ["--as-of", "2026-01-02", "--keep", "1d", "--immediate", "1d"]),
        ] {
            #expect(try Coldtrail.run(["report", name] + arguments + ["-o", name], in: folder).status <= 1)
            let page = try String(contentsOfFile: folder.path(name + ".html"), encoding: .utf8)
            for raw in ["<script", "<img", "onload=\"", "<h1>gone", "<b>c", "\u{202E}"] {
                #expect(!page.contains(raw), "\(name): \(raw)")
            }
            #expect(page.contains("default-src 'none'"))
            guard let browser = Self.browser else { continue }
            let dom = try ArchiveFiles.tool(
                browser,
                ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "file://" + folder.path(name + ".html")])
            #expect(name == "completeness" || dom.text.contains("&lt;img src=x"))
            #expect(!dom.text.contains("<img") && !dom.text.contains("<script") && dom.text.contains("</html>"))
            let picture = folder.path(name + ".png")
            _ = try ArchiveFiles.tool(
                browser,
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--screenshot=" + picture,
                    "file://" + folder.path(name + ".html"),
                ])
            #expect(try Data(contentsOf: URL(filePath: picture)).count > 1_000)
        }
        let csv = try String(contentsOfFile: folder.path("access-top-user.name.csv"), encoding: .utf8)
        #expect(csv.contains("'=cmd|"))
    }

    private static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    // MARK: Case folder

    @Test("each question is recorded with its answer's digest; the archive is not touched")
    func caseFolder() throws {
        let folder = try archived()
        let before = try ArchiveFiles.contents(folder.path("archive.coldtrail"))
        let answer = try Coldtrail.run("--case", "c", "search", "user.name:u1", "--format", "ids", in: folder)
        #expect(try Coldtrail.run("count", "user.name:u1", "--case", "c", in: folder).text == "80\n")
        #expect(try Coldtrail.run("count", "user.name:(", "--case", "c", in: folder).status == 2)
        #expect(
            try Coldtrail.run(["top", "user.name"], in: folder, environment: ["COLDTRAIL_CASE": "c"]).status == 0)
        #expect(try Coldtrail.run("query", "check", "a", "--case", "c", in: folder).status == 0)
        let records = try String(contentsOfFile: folder.path("c/case.jsonl"), encoding: .utf8).split(separator: "\n")
        #expect(records.count == 4)
        #expect(records[0].contains(try digest(answer.output)) && records[0].contains("\"results\":\"80\""))
        #expect(records[2].contains("\"status\":\"2\"") && records[3].contains("top user.name"))
        #expect(try ArchiveFiles.contents(folder.path("archive.coldtrail")) == before)
        let report = try Coldtrail.run("report", "case", "--case", "c", "-o", "r", in: folder)
        #expect(report.status == 0)
        #expect(rows(try json(folder, "r.json"), "questions").count == 4)
        #expect(try Coldtrail.run("report", "--check", "r.json", in: folder).text == "SAME\n")
        #expect(try Coldtrail.run("report", "case", in: folder).status == 2)
    }

    @Test("changed, removed and torn records are seen")
    func brokenCase() throws {
        let folder = try archived()
        let path = folder.path("c/case.jsonl")
        for word in ["a", "b", "c"] { _ = try Coldtrail.run("count", word, "--case", "c", in: folder) }
        let sound = try String(contentsOfFile: path, encoding: .utf8)
        let lines = sound.split(separator: "\n").map(String.init)
        for broken in [
            [lines[0].replacingOccurrences(of: "count a", with: "count x"), lines[1], lines[2]], [lines[0], lines[2]],
            [lines[1], lines[2]], [lines[1], lines[0], lines[2]], [lines[0], "torn", lines[1], lines[2]],
        ] {
            try Data((broken.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
            let report = try Coldtrail.run("report", "case", "--case", "c", in: folder)
            #expect(report.status == 1 && report.text.contains("broken"), "\(broken)")
            // It is not continued, and the answer is given all the same.
            let next = try Coldtrail.run("count", "d", "--case", "c", in: folder)
            #expect(next.status == 2 && next.text == "0\n" && next.errorText.contains("another folder"))
        }
        // A process killed in the middle of its record.
        try Data((sound + lines[2].prefix(40)).utf8).write(to: URL(filePath: path))
        #expect(try Coldtrail.run("count", "d", "--case", "c", in: folder).status == 0)
        let report = try Coldtrail.run("report", "case", "--case", "c", "-o", "r", in: folder)
        #expect(report.status == 0)
        #expect(fact(try json(folder, "r.json"), "chain", "records cut off by a killed process") == "1")
        #expect(fact(try json(folder, "r.json"), "chain", "questions") == "4")
    }

    @Test("several processes record in one folder")
    func manyAtOnce() throws {
        let folder = try archived()
        let running = try (0..<8).map { try Coldtrail.start(["count", "w\($0)", "--case", "c"], in: folder) }
        for command in running { #expect(try command.wait().status == 0) }
        let report = try Coldtrail.run("report", "case", "--case", "c", "-o", "r", in: folder)
        #expect(report.status == 0)
        #expect(fact(try json(folder, "r.json"), "chain", "questions") == "8")
    }

    private func digest(_ data: Data) throws -> String {
        let folder = try TemporaryFolder()
        try data.write(to: URL(filePath: folder.path("x")))
        return String(try ArchiveFiles.tool("/usr/bin/env", ["sha256sum", folder.path("x")]).text.prefix(64))
    }
}
