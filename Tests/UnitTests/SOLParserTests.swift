import QueryLanguage
import SOLLanguage
import Testing

@Suite("SOL: programs and their errors") struct SOLParserTests {
    static let programs = [
        "events | count", "events | limit 10", "events | where timestamp > ago(24h) | count",
        "events | where timestamp between (?time.start .. ?time.end) | limit 100",
        "events | where event.category != 'network'", "events | where user.name != null and process.name == null",
        "events | where user.name =~ 'ROOT'", "events | where not source.ip in ['10.0.0.1']",
        "events | where process.name in~ ['powershell.exe']", "events | where process.command_line contains~ '-enc '",
        "events | where process.name startswith('chrome')",
        #"events | where not process.executable startswith~ "C:\Windows""#,
        #"events | where file.name matches regex '\.sh'"#,
        "events | select timestamp, host.name, source.ip | limit 100", "events | distinct(host.name, user.name)",
        "events | aggregate count() by source.ip | order by count desc, source.ip asc | limit 20",
        "events | aggregate n = count(), users = count_distinct(user.name) by host.name | where n > 10",
        "events | aggregate ok = countif(event.outcome == 'success') by source.ip | sort by ok",
        "events | extend domain = extract(@'https?://([^/]+)', 1, url.original) | where domain != null",
        "events | aggregate count() by who = coalesce(user.name, user.email, \"Unknown\")",
        "let known = events | where timestamp < ago(1d) | distinct source.ip; events | leftanti join known on source.ip",
        "let total = toscalar(events | count); events | aggregate count() by event.kind | extend pct = round(count / total * 100, 2);",
        #"let labels = {"failure": "Failed"}; events | extend label = labels[event.outcome]"#,
        "events | where not url.domain in (authorized_domains | select url_domain)",
        "events | lookup user_roles on user.full_name == full_name into r | distinct user.full_name, r.role",
        "set internal_fetch_limit = 5; events | count",
        "events | where a - b - c == 1 - (2 - 3) and (x or y) and not (p and q)",
        "events | where a !in ('x', 'y') or b in ?list", "events | top 5 by n asc | render barchart with (x = n)",
        "events | where `in` == 1 and @timestamp > '2026-01-01' // a comment\n| count",
        "events | extend x = -a * -(2 + 3) % 4",
        "events | where (events | count) > 5", "events | left join t on a, b == c", "events | rightanti join t on a",
    ]

    @Test("the canonical form means the same and is stable", arguments: programs)
    func canonical(text: String) throws {
        let canonical = try ProgramParser.parse(text).canonical
        #expect(try ProgramParser.parse(canonical).canonical == canonical)
    }

    @Test(
        "errors point at the place",
        arguments: [
            ("", 1, "missing"), ("events | ", 10, "missing"), ("events | | count", 10, "missing"),
            ("events | summarize n", 10, "aggregate"), ("events | take 5", 10, "limit"),
            ("EVENTS | Count", 10, "lower case"),
            ("events | where a = 1", 18, "=="), ("events | where 1 < a < 3", 22, "chain"),
            ("events | where a AND b", 18, "lower case"),
            ("events | limit x", 16, "whole number"), ("events | where foo(1)", 16, "no function"),
            ("events | where ago(1, 2) == 1", 16, "ago"), ("events | where a == 'x", 21, "missing"),
            ("events | where a == 7days", 22, "letter"), ("events | where in == 1", 16, "word of the language"),
            ("let a = 1; let a = 2; events | count", 16, "twice"), ("let events = 1; events", 5, "named"),
            ("events | join", 14, "name"), ("events | join t a", 17, "on"), ("events | order n", 16, "by"),
            ("events | render piechar", 17, "chart"), ("events | where a in", 20, "set"), ("where a == 1", 1, "source"),
            ("events | where (a == 1", 23, ")"), ("events | where a between (1, 2)", 28, ".."),
            ("events | where a # b", 18, "//"),
            ("events |\n where a\n | wher b", 4, "line 3"), ("events | where a == `b", 21, "`"),
            ("events | count extra", 16, "end"),
        ])
    func errors(text: String, column: Int, part: String) {
        do {
            let program = try ProgramParser.parse(text)
            Issue.record("\(text) was read as \(program.canonical)")
        } catch {
            #expect(error.column == column, "\(error)")
            #expect(error.description.contains(part), "\(error)")
        }
    }

    @Test("no text crashes or hangs") func hostile() {
        let deep = 100_000
        for text in [
            "events | where " + String(repeating: "(", count: deep),
            "events | where " + String(repeating: "not ", count: deep) + "a",
            "events | where " + String(repeating: "-", count: deep) + "1",
            "events | where a" + String(repeating: "[1", count: deep),
            "events | where " + String(repeating: "iff(", count: deep),
            "events" + String(repeating: " | where a", count: deep),
            "events | where " + String(repeating: "a or ", count: deep) + "a", String(repeating: "'", count: deep),
            "events | where x in " + String(repeating: "[", count: deep),
            "events | extend x = " + String(repeating: "{'a':", count: deep),
        ] {
            _ = try? ProgramParser.parse(text)
        }
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "events", "|", "where", "a.b", "(", ")", "[", "]", "'x'", "==", "in", "1", "7d", ",", "by", "count()", "?p",
            "{", ":", "let", ";", "=", "~", "..", "not",
        ]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined(separator: " ")
            guard let program = try? ProgramParser.parse(text) else { continue }
            let canonical = program.canonical
            #expect((try? ProgramParser.parse(canonical))?.canonical == canonical, "\(text) → \(canonical)")
        }
    }
}
