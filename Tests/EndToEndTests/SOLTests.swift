import Foundation
import Testing

/// SOL programs with results worked out by hand.
@Suite("SOL") struct SOLTests {
    private static let lines = """
        {"@timestamp":"2026-01-01T00:00:00Z","u":"alice","n":1,"c":["auth","web"],"code":4625,"m":{"k":"v","d":{"e":5}},"t":"2026-01-05T10:00:00+02:00"}
        {"@timestamp":"2026-01-01T01:30:00Z","u":"bob","n":2.5,"c":["web"],"code":"4625","url":"https://ex.org/p?q=1"}
        {"@timestamp":"2026-01-02T00:00:00.5Z","u":"Alice","n":"3","c":[],"flag":true,"json":"{\\"a\\":[{\\"b\\":1},{\\"b\\":2}]}"}
        {"@timestamp":"2026-01-08T12:00:00Z","u":null,"n":-7,"c":["auth","auth"],"code":4.625e3}
        {"n":9223372036854775807,"u":"zoë","c":"web"}
        """

    private static let results: [(program: String, rows: [String])] = [
        // Rows, order, limits.
        ("events | count", ["count", "5"]),
        ("events | select u", ["u", "", "Alice", "bob", "alice", "zoë"]),
        (
            "events | limit 2 | select timestamp, u",
            ["timestamp\tu", "2026-01-08T12:00:00Z\t", "2026-01-02T00:00:00.500Z\tAlice"]
        ),
        ("events | order by u asc | select u", ["u", "Alice", "alice", "bob", "zoë", ""]),
        ("events | top 2 by n | select u, n", ["u\tn", "Alice\t3", "zoë\t9223372036854775807"]),
        ("events | where timestamp != null | order by timestamp asc | limit 1 | select u", ["u", "alice"]),
        // Null (S21, S22).
        ("events | where u == null | count", ["count", "1"]), ("events | where u != null | count", ["count", "4"]),
        ("events | where c == null | count", ["count", "1"]), ("events | where u != 'bob' | count", ["count", "4"]),
        ("events | where not u == 'bob' | count", ["count", "4"]),
        ("events | where missing > 5 | count", ["count", "0"]),
        ("events | where not missing > 5 | count", ["count", "5"]), ("events | where flag | count", ["count", "1"]),
        ("events | where not flag | count", ["count", "0"]), ("events | where isnull(flag) | count", ["count", "4"]),
        // Text (S24) and its operators.
        ("events | where u == 'alice' | count", ["count", "1"]),
        ("events | where u =~ 'ALICE' | count", ["count", "2"]),
        ("events | where u in~ ['ALICE', 'BOB'] | count", ["count", "3"]),
        ("events | where u !in ['alice'] | count", ["count", "4"]),
        ("events | where u contains 'lic' | count", ["count", "2"]),
        ("events | where u startswith~ 'AL' | count", ["count", "2"]),
        ("events | where u endswith 'ë' | count", ["count", "1"]),
        ("events | where u matches regex '^.l' | count", ["count", "2"]),
        ("events | select x = toupper(u) | where x == 'ZOË'", ["x", "ZOË"]),
        // Numbers and text (S25).
        ("events | where code == 4625 | count", ["count", "3"]),
        ("events | where code == '4625' | count", ["count", "3"]),
        ("events | where n > 2 | count", ["count", "3"]), ("events | where n == 3 | count", ["count", "1"]),
        ("events | where flag == 'true' | count", ["count", "1"]),
        ("events | where n between (1 .. 3) | count", ["count", "3"]),
        // Lists (S23).
        ("events | where c == 'auth' | count", ["count", "2"]), ("events | where c != 'auth' | count", ["count", "3"]),
        ("events | aggregate count() by c", ["c\tcount", "auth\t2", "web\t3", "\t1"]),
        ("events | distinct c", ["c", "auth", "web", ""]),
        ("events | aggregate count_distinct(c)", ["count_distinct_c", "2"]),
        ("events | where u == 'bob' | select c, x = tostring(c)", ["c\tx", #"["web"]"# + "\t" + #"["web"]"#]),
        // Times (S26…S28, functions).
        ("events | where timestamp >= '2026-01-02' | count", ["count", "2"]),
        ("events | where timestamp between ('2026-01-01' .. '2026-01-01T01:30:00Z') | count", ["count", "2"]),
        ("events | where t == '2026-01-05T10:00:00+02:00' | count", ["count", "1"]),
        ("events | where timestamp < t | count", ["count", "1"]),
        (
            "events | aggregate count() by bin(timestamp, 1d)",
            [
                "bin_timestamp\tcount", "2026-01-01T00:00:00Z\t2", "2026-01-02T00:00:00Z\t1", "2026-01-08T00:00:00Z\t1",
                "\t1",
            ]
        ),
        (
            "events | aggregate min(timestamp), max(timestamp)",
            ["min_timestamp\tmax_timestamp", "2026-01-01T00:00:00Z\t2026-01-08T12:00:00Z"]
        ),
        (
            "events | where u == 'bob' | select x = timestamp - 90m, y = timestamp - '2026-01-01' ",
            ["x\ty", "2026-01-01T00:00:00Z\t2026-01-01T01:30:00Z2026-01-01"].dropLast() + ["2026-01-01T00:00:00Z\t"]
        ),
        (
            "events | aggregate n = count() by w = week(timestamp)",
            ["w\tn", "2026 - Week 1\t3", "2026 - Week 2\t1", "\t1"]
        ),
        (
            "events | where u == 'bob' | select year(timestamp), month(timestamp), x = format_datetime(timestamp, '%d.%m.%Y %I:%M %p %a %j')",
            ["timestamp_year\ttimestamp_month\tx", "2026\t2026-01\t01.01.2026 01:30 AM Thu 001"]
        ),
        ("let start = ago(7d); events | where timestamp >= start | count", ["count", "2"]),
        // Arithmetic and functions.
        (
            "events | where u == 'alice' | select a = n + 1, b = 7 / 2, c = 7 % -3, d = n + 'x', e = 1 / 0, f = 2h * 1.5, g = 90m / 1h",
            ["a\tb\tc\td\te\tf\tg", "2\t3.5\t1\t1x\t\t3h\t1.5"]
        ),
        (
            "events | where u == 'zoë' | select a = n + 1, b = toint(n), c = -n",
            ["a\tb\tc", "9223372036854776000\t\t-9223372036854775807"]
        ),
        (
            "events | where u == 'alice' | select round(2.345, 2), x = round(-2.5), y = toint('12.9'), z = toint('x')",
            ["result\tx\ty\tz", "2.35\t-3\t12\t"].map { $0.replacingOccurrences(of: "2.35", with: "2.35") }
        ),
        (
            "events | where u == 'bob' | select d = extract('https?://([^/]+)', 1, url), r = replace_regex(url, '[a-z]+', '<$0>')",
            ["d\tr", "ex.org\t<https>://<ex>.<org>/<p>?<q>=1"]
        ),
        (
            "events | where json != null | select a = parse_json(json), b = parse_json('[1,{\"x\":null}]')",
            ["a\tb", #"{"a":[{"b":1},{"b":2}]}"# + "\t" + #"[1,{"x":null}]"#]
        ),
        ("events | where json != null | extend p = parse_json(json) | select b = p.a.b", ["b", "[1,2]"]),
        (
            "events | where u == 'alice' | select m.k, e = m.d.e, x = m['k'], y = c[1], z = c[9]",
            ["m.k\te\tx\ty\tz", "v\t5\tv\tweb\t"]
        ),
        (
            "events | select x = iff(n > 1, 'big', 'small'), y = coalesce(u, 'none') | distinct x, y",
            ["x\ty", "big\tAlice", "big\tbob", "big\tzoë", "small\talice", "small\tnone"]
        ),
        // Aggregates.
        (
            "events | aggregate sum(n), avg(n), min(n), max(n)",
            ["sum_n\tavg_n\tmin_n\tmax_n", "9223372036854776000\t2305843009213694000\t-7\t9223372036854775807"]
        ),
        (
            "events | where n < 3 | aggregate s = sum(n), a = avg(n), k = countif(n > 1), v = make_set(u)",
            ["s\ta\tk\tv", "-3.5\t-1.1666666666666667\t1\t" + #"["alice","bob"]"#]
        ),
        (
            "events | where u == 'nobody' | aggregate count(), sum(n), make_set(u)",
            ["count\tsum_n\tmake_set_u", "0\t\t"]
        ),
        ("events | where u == 'nobody' | aggregate count() by u", ["u\tcount"]),
        ("events | aggregate x = count() * 10 + countif(n > 0)", ["x", "54"]),
        (
            "events | aggregate count() by code, u | order by count, u asc | limit 1",
            ["code\tu\tcount", "\tAlice\t1"]
        ),
        // Lets, joins, pipelines in expressions.
        ("let k = events | where n < 2 | distinct u; events | where u in k | count", ["count", "1"]),
        ("let t = events | select u, n; events | join t on u | select u, t.n | limit 1", ["u\tt.n", "Alice\t3"]),
        (
            "let users = events | where u == 'bob' | select u; events | left join users on u | select u, x = user.u | order by x, u asc",
            ["u\tx", "bob\tbob", "Alice\t", "alice\t", "zoë\t", "\t"]
        ),
        ("let t = events | where u == 'bob' | select u; events | leftanti join t on u | count", ["count", "4"]),
        ("let t = events | select u; events | where n == 1 | rightanti join t on u", ["u", "", "Alice", "bob", "zoë"]),
        ("events | where n == toscalar(events | aggregate max(n)) | select u", ["u", "zoë"]),
        (
            "let labels = {'a': 'A', 'b': 'B'}; events | limit 1 | select x = labels['b'], y = labels['z']",
            ["x\ty", "B\t"]
        ),
    ]

    private func archived() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try folder.write(Self.lines, to: "a.jsonl")
        try folder.ingest("a.jsonl")
        return folder
    }

    @Test("programs give what was worked out by hand")
    func programs() throws {
        let folder = try archived()
        for (program, rows) in Self.results {
            let result = try Coldtrail.run(
                "sol", program, "--format", "tsv", "--now", "2026-01-08T12:00:00Z", in: folder)
            let lines = result.text.components(separatedBy: "\n").dropLast()
            #expect(result.status == 0 && Array(lines) == rows, "\(program)\n\(result.text)\(result.errorText)")
        }
    }

    @Test("what indexes count is what rows count")
    func fastAndSlow() throws {
        let folder = try TemporaryFolder()
        try folder.ingest(Project.path("SampleData/2026-01-investigation.jsonl.gz"))
        for tail in [
            "count", "aggregate count() by event.category", "aggregate count() by bin(timestamp, 6h)",
            "aggregate count() by host.name, event.outcome", "aggregate count_distinct(user.name) by event.category",
            "aggregate n = count(), d = count_distinct(source.ip) by bin(timestamp, 1d), event.outcome",
            "aggregate count_distinct(destination.port)",
        ] {
            for condition in [
                "event.outcome == 'failure'", "user.name != null", "event.category != 'network'", "source.ip == null",
            ] {
                func rows(_ program: String, _ options: [String] = []) throws -> [String] {
                    let result = try Coldtrail.run(["sol", program, "--format", "tsv"] + options, in: folder)
                    #expect(result.status == 0, "\(result.errorText)")
                    return result.lines
                }
                let fast = try rows("events | where \(condition) | \(tail)")
                // Without indexes and columns.
                let slow = try Coldtrail.run(
                    "sol", "events | where \(condition) | \(tail)", "--paranoid", "--format", "tsv", in: folder)
                #expect(slow.status == 0 && slow.lines == fast, "\(condition) | \(tail)")
                #expect(slow.errorText.contains("paranoid: the lines agree"))
                #expect(fast.count >= 2)
            }
        }
        let counted = try Coldtrail.run(
            "count", "event.outcome:failure", "--by", "user.name", "--format", "tsv", in: folder
        ).lines.count
        #expect(
            try Coldtrail.run(
                "sol", "events | where event.outcome == 'failure' | aggregate count() by user.name", "--format", "tsv",
                in: folder
            ).lines.count == counted)
    }

    @Test("datasets, parameters, files, formats, warnings")
    func options() throws {
        let folder = try archived()
        _ = try folder.write("\u{FEFF}name,role\r\n\"bob\",\"ad\"\"min,\r\nx\"\r\nalice,\r\n", to: "roles.csv")
        let joined = try Coldtrail.run(
            "sol", "events | lookup roles on u == name into r | where r.name != null | select u, r.role", "--dataset",
            "roles=roles.csv", "--format", "jsonl", in: folder)
        #expect(joined.lines == [#"{"u":"bob","r.role":"ad\"min,\r\nx"}"#, #"{"u":"alice","r.role":null}"#])
        #expect(
            try Coldtrail.run(
                "sol", "events | where u in ?names | count", "--param", "names=bob", "--param", "names=alice",
                "--format",
                "json", in: folder
            ).text == "[{\"count\":2}]\n")
        #expect(try Coldtrail.run("sol", "events | where u == ?x | count", in: folder).errorText.contains("--param x="))
        _ = try folder.write("events\n| count // all\n", to: "p.sol")
        #expect(try Coldtrail.run("sol", "-f", "p.sol", "--format", "csv", in: folder).text == "count\r\n5\r\n")
        #expect(
            try Coldtrail.run(
                "sol", "events | where timestamp >= ?time.start | count", "--from", "2026-01-02", "--format", "tsv",
                in: folder
            )
            .lines == ["count", "2"])
        let old = try Coldtrail.run("sol", "events | where timestamp > ago(1h) | count", in: folder)
        #expect(old.errorText.contains("--now latest"))
        let unknown = try Coldtrail.run("sol", "events | where usr == 'x' | count", in: folder)
        #expect(unknown.errorText.contains("no archived event has the field usr"))
        #expect(
            try Coldtrail.run("sol", "--check", "events|sort by a", in: folder).text == "events | order by a desc\n")
        for (program, part) in [
            ("alerts | count", "not in an export"), ("nothing | count", "no table"), ("events | select u, u", "twice"),
            ("events | select u | where n == 1", "the columns are u"), ("events | aggregate u", "aggregate"),
            ("events | aggregate count() + n", "outside an aggregate"),
            ("events | where timestamp > 'yesterday'", "no time"),
            ("events | where timestamp > 7d", "ago(7d)"), ("events | where u matches regex '(?i)x'", "not supported"),
            ("events | select x = extract('a', 1, u)", "0 groups"),
            ("events | select x = format_datetime(timestamp, '%Q')", "%Q"),
            ("events | where u in events", "select"), ("events | join x on u", "no table"),
            ("events | where count() > 1", "aggregate"),
        ] {
            let result = try Coldtrail.run("sol", program, in: folder)
            #expect(
                result.status == 2 && result.errorText.contains(part) && result.errorText.contains("^"),
                "\(program): \(result.errorText)")
        }
        _ = try folder.write("a,b\n1\n", to: "bad.csv")
        let bad = try Coldtrail.run("sol", "d | count", "--dataset", "d=bad.csv", in: folder)
        #expect(bad.status == 2 && bad.errorText.contains("line 2"))
    }
}
