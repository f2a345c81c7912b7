import Archive
import Events
import Foundation
import QueryLanguage
import SOLEngine
import Testing

/// Examples of every rule and function of SOL, worked out by hand; docs/sol.md names them by their numbers.
@Suite struct SOLRulesTests {
    private static let lines = [
        #"{"@timestamp":"2026-01-01T00:00:00Z","u":"alice","n":1,"c":["auth","web"],"code":4625,"m":{"k":"v","d":{"e":5}},"t":"2026-01-05T10:00:00+02:00"}"#,
        #"{"@timestamp":"2026-01-01T01:30:00Z","u":"bob","n":2.5,"c":["web"],"code":"4625","url":"https://ex.org/p?q=1"}"#,
        #"{"@timestamp":"2026-01-02T00:00:00.5Z","u":"Alice","n":"3","c":[],"flag":true,"l":[{"b":1},{"b":[2,null]}],"e":{}}"#,
        #"{"@timestamp":"2026-01-08T12:00:00Z","u":null,"n":-7,"c":["auth","auth"],"code":4.625e3,"l":[{"b":9}]}"#,
        #"{"n":9223372036854775807,"u":"zoë","c":"web","created_at":"2026-01-03"}"#,
    ]

    /// Rule, program, rows: values side by side with `|`, null as `∅`.
    private static let examples: [(rule: String, program: String, rows: [String])] = [
        ("S1", "let a = 1; set x = 2;\n\nlet t = events\n| where n == a;\nt | count;", ["1"]),
        ("S2", "events | where `u` == 'bob' | count", ["1"]),
        ("S3", "events | where not n > 1 and u == 'alice' | count", ["1"]),
        ("S3", "events | limit 1 | select x = 2 + 3 * -4 % 3, y = (2 + 3) * 4, z = 10 - 3 - 2", ["2|20|5"]),
        ("S3", "events | where u == 'bob' or u == 'alice' and n == 99 | count", ["1"]),
        (
            "S4", #"events | limit 1 | select a = "C:\Windows", b = 'it\'s', c = '\.sh', d = @'\n', e = "a\\b""#,
            [#"C:\Windows|it's|\.sh|\n|a\b"#]
        ),
        ("S5", "events | where u startswith('al') | count", ["1"]),
        ("count_distinct", "events | aggregate d = count_distinct(timestamp)", ["4"]),
        ("count_distinct", "events | aggregate d = count_distinct(code)", ["2"]),
        ("count_distinct", "events | aggregate d = count_distinct(c)", ["2"]),
        ("S6", "events | project u | sort by u asc | limit 1", ["Alice"]),
        ("S6", "let t = events | distinct(u); events | join t on u | count", ["4"]),
        ("S7", "events | where u !in ('alice') and u !in~ ['BOB'] | count", ["3"]),
        ("S8", "events | order by timestamp asc | select `@timestamp`, u | limit 1", ["2026-01-01T00:00:00Z|alice"]),
        ("S8", "events | where timestamp == null | select u, created_at", ["zoë|2026-01-03"]),
        ("S8", "events | where created_at == '2026-01-03' | count", ["1"]),
        ("S9", "events | where timestamp >= ?time.start and timestamp < ?time.end | count", ["4"]),
        ("S9", "events | where u in ?names | count", ["2"]),
        ("S9", "events | where code == ?code | count", ["3"]),
        (
            "S10", "events | where timestamp > ago(7d) | select u, now(), d = now(-1d)",
            ["∅|2026-01-08T12:00:00Z|2026-01-07T12:00:00Z", "Alice|2026-01-08T12:00:00Z|2026-01-07T12:00:00Z"].map {
                $0
            }
        ),
        (
            "S20", "events | where u == 'zoë' | select a = n + 1, b = n, c = 1 / 0, d = 1e308 * 10",
            ["9223372036854776000|9223372036854775807|∅|∅"]
        ),
        (
            "S20a",
            "events | limit 1 | select a = tostring(2.0), b = tostring(1e21), c = tostring(1d + 2h + 3m + 1s * 4.5), d = tostring(0s), e = tostring(-1 * 1h), f = tostring(0.1)",
            ["2|1e+21|1d2h3m4.5s|0s|-1h|0.1"]
        ),
        (
            "S20a", "events | order by timestamp asc | limit 3 | select t = tostring(timestamp)",
            ["2026-01-01T00:00:00Z", "2026-01-01T01:30:00Z", "2026-01-02T00:00:00.500Z"]
        ),
        ("S21", "events | where c == null | select u, c, e, missing", ["Alice|∅|∅|∅"]),
        ("S21", "events | where l != null | order by n asc | select l.b", ["9", "[1,2]"]),
        ("S21", "events | where u == 'bob' | select c", [#"["web"]"#]),
        ("S22", "events | where missing > 5 | count", ["0"]),
        ("S22", "events | where not missing > 5 | count", ["5"]),
        ("S22", "events | where u != 'bob' | count", ["4"]),
        ("S22", "events | where missing == also_missing | count", ["0"]),
        ("S22", "events | where not flag | count", ["0"]),
        ("S22", "events | where flag or u == 'bob' | count", ["2"]),
        ("S22", "events | aggregate countif(flag), countif(u)", ["1|0"]),
        ("S23", "events | where c == 'auth' | count", ["2"]),
        ("S23", "events | where c != 'auth' | count", ["3"]),
        ("S23", "events | aggregate count() by c", ["auth|2", "web|3", "∅|1"]),
        ("S23", "events | aggregate count_distinct(c), sum(l.b)", ["2|12"]),
        (
            "S23", "events | where u == 'alice' | select a = toupper(c), b = tostring(c), d = c + '', e = round(c)",
            [#"["AUTH","WEB"]|["auth","web"]|["auth","web"]|∅"#]
        ),
        ("S24", "events | where u == 'alice' | count", ["1"]),
        ("S24", "events | where u =~ 'ALICE' | count", ["2"]),
        (
            "S24",
            "events | where u contains 'lic' and u startswith~ 'AL' and u endswith 'e' and not u contains 'A' | count",
            ["1"]
        ),
        ("S25", "events | where code == 4625 | count", ["3"]),
        ("S25", "events | where code == '4625' | count", ["3"]),
        ("S25", "events | where n > '2' | select u", ["Alice", "bob", "zoë"]),
        ("S25", "events | where n > 2 | count", ["3"]),
        ("S25", "events | where flag == 'true' | count", ["1"]),
        ("S25", "events | where n contains '.5' and timestamp startswith '2026-01-01T01' | count", ["1"]),
        ("S26", "events | where timestamp >= '2026-01-02' | count", ["2"]),
        ("S26", "events | where t == timestamp + 4d + 8h | count", ["1"]),
        ("S26", "events | where u > timestamp | count", ["0"]),
        (
            "S28",
            "events | where u == 'alice' | select a = n + 'x' + missing, b = timestamp + 36h, c = timestamp - (timestamp - 90m), d = 7 / 2, e = -7 % 3, f = 2h * 1.5, g = 90m / 1h, h = n + missing",
            ["1x|2026-01-02T12:00:00Z|1h30m|3.5|-1|3h|1.5|∅"]
        ),
        ("S29", "events | where n between (1 .. 2.5) | count", ["2"]),
        ("S29", "events | where timestamp between ('2026-01-01' .. '2026-01-01T01:30:00Z') | count", ["2"]),
        ("S30", "events | where u matches regex '^.l' | count", ["2"]),
        ("S30", "events | where u matches regex 'lic' and not u matches regex '^lic' | count", ["2"]),
        ("S30", #"events | where url matches regex 'p\?q=\d$' | count"#, ["1"]),
        (
            "S31",
            "let m = {'a': 1, 'b': {'c': 'x'}}; events | where u == 'alice' | select x = m['a'], y = m['z'], z = m.b.c, w = c[1], v = c[9], q = m.d.e",
            ["1|∅|x|web|∅|∅"]
        ),
        ("S31", "events | where u == 'alice' | extend k = 'd' | select a = m.d.e, b = m[k]", [#"5|{"e":5}"#]),
        ("S32", "events | extend x = n + 1 | where x == 2 | select u, x, n", ["alice|2|1"]),
        ("S32", "let n = 'constant'; events | limit 1 | extend n = 5 | select a = n, b = `n`", ["constant|5"]),
        ("S33", "events | where n == (events | aggregate max(n)) | select u", ["zoë"]),
        ("count", "events | where u == 'bob' | count", ["1"]),
        ("where", "events | where n > 1 | where n < 3 | select u", ["bob"]),
        ("select", "events | where u == 'bob' | select n, toint(n), n + 1, n * 2, k = u", ["2.5|2|3.5|5|bob"]),
        ("extend", "events | where u == 'bob' | extend u = toupper(u), z = 1 | select u, z", ["BOB|1"]),
        ("distinct", "events | distinct c, flag", ["auth|∅", "web|∅", "∅|true"]),
        (
            "aggregate", "events | aggregate sum(n), avg(n), min(n), max(n), min(timestamp)",
            ["9223372036854776000|2305843009213694000|-7|9223372036854775807|2026-01-01T00:00:00Z"]
        ),
        ("aggregate", "events | where u == 'nobody' | aggregate count(), sum(n), make_set(u)", ["0|∅|∅"]),
        ("aggregate", "events | where u == 'nobody' | aggregate count() by u", []),
        (
            "names",
            "events | aggregate count(), count_distinct(u), max(n) by month(timestamp) | where month_timestamp == '2026-01' | select count, count_distinct_u, max_n, timestamp_month",
            ["4|3|2.5|2026-01"]
        ),
        (
            "names",
            "events | aggregate count() by bin(timestamp, 7d) | where bin > '2026-01-02' | select timestamp, count",
            ["2026-01-08T00:00:00Z|1"]
        ),
        ("names", "events | where u == 'bob' | aggregate sum(n) / 2", ["1.25"]),
        ("order by", "events | order by c, u asc | select u", ["bob", "alice", "∅", "zoë", "Alice"]),
        (
            "order by", "events | extend k = coalesce(flag, t, n) | order by k asc | select k",
            ["-7", "2.5", "9223372036854775807", "2026-01-05T10:00:00+02:00", "true"]
        ),
        ("top", "events | top 2 by n | select u", ["Alice", "zoë"]),
        ("limit", "events | limit 2 | select u", ["∅", "Alice"]),
        (
            "join",
            "let users = events | where n != null | select u, n; events | join users on u | where u == 'bob' | select user.u, user.n",
            ["bob|2.5"]
        ),
        (
            "join",
            "let a = events | select u, code; events | where u == 'bob' | join a on code into r | select r.u | order by `r.u` asc",
            ["alice", "bob", "∅"]
        ),
        (
            "left join",
            "let t = events | where u == 'bob' | select u; events | left join t on u into r | select u, r.u | order by u asc",
            ["Alice|∅", "alice|∅", "bob|bob", "zoë|∅", "∅|∅"]
        ),
        ("leftanti join", "let t = events | where u == 'bob' | select u; events | leftanti join t on u | count", ["4"]),
        (
            "rightanti join", "let t = events | select u; events | where n == 1 | rightanti join t on u",
            ["∅", "Alice", "bob", "zoë"]
        ),
        (
            "lookup", "events | lookup roles on u == name into r | where r.role != null | select u, r.role",
            ["alice|admin"]
        ),
        ("render", "events | aggregate count() by u | render barchart | limit 1", ["Alice|1"]),
        ("let", "let k = events | where n < 2 | distinct u; events | where u in k | count", ["1"]),
        ("set", "set internal_fetch_limit = 1; events | count", ["5"]),
        ("now", "events | limit 1 | select now()", ["2026-01-08T12:00:00Z"]),
        ("ago", "events | limit 1 | select x = ago(36h)", ["2026-01-07T00:00:00Z"]),
        (
            "bin",
            "events | limit 1 | select a = bin(-7, 5), b = bin(7.9, 2.5), c = bin(timestamp, 1d), d = bin('1969-12-31T23:00:00Z', 7d), e = bin(100m, 1h), f = bin(7, 0)",
            ["-10|7.5|2026-01-08T00:00:00Z|1969-12-25T00:00:00Z|1h|∅"]
        ),
        ("year", "events | limit 1 | select year(timestamp), y = year('1999-12-31'), z = year(n)", ["2026|1999|∅"]),
        ("month", "events | limit 1 | select month(timestamp)", ["2026-01"]),
        (
            "week", "events | limit 1 | select a = week('2026-03-26'), b = week('2021-01-03'), c = week('2020-12-31')",
            ["2026 - Week 13|2020 - Week 53|2020 - Week 53"]
        ),
        ("tolower", "events | limit 1 | select a = tolower('ÀB'), b = tolower('İ'), c = tolower(missing)", ["àb|İ|∅"]),
        ("toupper", "events | limit 1 | select a = toupper('zoë'), b = toupper('straße')", ["ZOË|STRAßE"]),
        (
            "extract",
            "events | where u == 'bob' | select a = extract('https?://([^/]+)', 1, url), b = extract('q=(.)', 0, url), c = extract('x(y)', 1, url), d = extract('(x)?h', 1, url)",
            ["ex.org|q=1|∅|∅"]
        ),
        (
            "replace_regex",
            "events | where u == 'bob' | select replace_regex(url, '([a-z]+)://', '<$1$2>'), b = replace_regex('aaa', 'a*?', '-')",
            ["<https>ex.org/p?q=1|-a-a-a-"]
        ),
        (
            "round",
            "events | limit 1 | select a = round(2.5), b = round(-2.5), c = round(2.345, 1), d = round(7, 2), e = round('x'), f = round(1250, -2)",
            ["3|-3|2.3|7|∅|1300"]
        ),
        (
            "toint",
            "events | limit 1 | select a = toint('12.9'), b = toint(-3.9), c = toint('x'), d = toint(2147483648), e = toint(' 5')",
            ["12|-3|∅|∅|∅"]
        ),
        (
            "tostring", "events | limit 1 | select a = tostring(missing) == '', b = tostring(true), c = tostring(1.50)",
            ["true|true|1.5"]
        ),
        (
            "parse_json",
            #"events | limit 1 | extend p = parse_json('{"a":[{"b":1},{"b":2}],"x":"y"}') | select p.a.b, p.x, q = parse_json('{'), r = parse_json(n)"#,
            ["[1,2]|y|∅|∅"]
        ),
        (
            "iff", "events | select x = iff(n > 1, 'big', 'small'), y = iff(flag, 1, 0) | distinct x, y",
            ["big|0", "big|1", "small|0"]
        ),
        (
            "coalesce", "events | aggregate count() by who = coalesce(u, missing, 'Unknown')",
            ["Alice|1", "Unknown|1", "alice|1", "bob|1", "zoë|1"]
        ),
        (
            "format_datetime",
            "events | where u == 'bob' | select a = format_datetime(timestamp, '%d.%m.%Y %I:%M:%S %p %a %A %b %B %j %y %f %z %Z %%'), b = format_datetime('x', '%Y')",
            ["01.01.2026 01:30:00 AM Thu Thursday Jan January 001 26 000000 +0000 UTC %|∅"]
        ),
        ("isnull", "events | aggregate countif(isnull(u)), countif(isnull(c))", ["1|1"]),
        ("isnotnull", "events | aggregate countif(isnotnull(u))", ["4"]),
        ("toscalar", "events | where n == toscalar(events | aggregate min(n)) | count", ["1"]),
        ("sum", "events | where u != 'zoë' | aggregate sum(n), s = sum(u), t = sum(code)", ["-3.5|∅|9250"]),
        ("min", "events | aggregate min(n), min(u), x = min(timestamp - '2026-01-01')", ["-7|∅|∅"]),
        ("max", "events | where n < 5 | aggregate max(n), max(timestamp)", ["2.5|2026-01-08T12:00:00Z"]),
        ("avg", "events | where n < 3 | aggregate avg(n)", ["-1.1666666666666667"]),
        ("count_distinct", "events | aggregate count_distinct(u), count_distinct(code)", ["4|2"]),
        ("make_set", "events | aggregate make_set(c), make_set(missing)", [#"["auth","web"]|∅"#]),
        ("countif", "events | aggregate countif(n > 1), x = countif(c == 'auth')", ["3|2"]),
    ]

    /// Rule, program, part of the message.
    private static let errors: [(rule: String, program: String, part: String)] = [
        ("S2", "events | WHERE u == 'x'", "lower case"), ("S2", "events | where in == 1", "word of the language"),
        ("S3", "events | where 1 < n < 3", "chain"), ("S4", "events | where u == 'a\nb'", "missing"),
        ("S9", "events | where u == ?unset", "--param unset="), ("S11", "events | | count", "stage"),
        ("S11", "events | summarize count()", "aggregate"), ("S11", "events | take 5", "limit"),
        ("S11", "events | where u = 'x'", "=="), ("S26", "events | where timestamp > 'yesterday'", "no time"),
        ("S27", "events | where timestamp >= (7d)", "ago(7d)"),
        ("S30", "events | where u matches regex '(?i)x'", "not supported"),
        ("S30", "events | where u matches regex '(?=x)'", "not supported"),
        ("S32", "events | select u | where n == 1", "the columns are u"),
        ("S33", "events | where u in (events)", "select the columns first"),
        ("names", "events | select u, u", "named twice"), ("aggregate", "events | aggregate count() + n", "outside"),
        ("aggregate", "events | aggregate u", "aggregate"),
        ("join", "let t = events | select u; events | extend `x.u` = 1 | join t on u into x", "already"),
        ("extract", "events | select x = extract('a', 1, u)", "0 groups"),
        ("format_datetime", "events | select x = format_datetime(timestamp, '%Q')", "%Q"),
        ("count", "alerts | count", "not in an export"),
    ]

    @Test func everyRule() throws {
        try TestArchive.with(Self.lines.map { Array($0.utf8) }, fields: nil) { archive in
            for fromLines in [false, true] {
                for (rule, program, rows) in Self.examples {
                    do {
                        #expect(try Self.rows(program, archive, fromLines) == rows, "\(rule): \(program)")
                    } catch {
                        Issue.record("\(rule): \(program): \(error)")
                    }
                }
            }
            for (rule, program, part) in Self.errors {
                do {
                    _ = try Self.rows(program, archive, false)
                    Issue.record("\(rule): \(program) is taken")
                } catch let error as QueryError {
                    #expect(error.description.contains(part), "\(rule): \(error.description)")
                }
            }
        }
    }

    /// Distinct values are counted from dictionaries, from long texts' digests, from sorted times, or from rows: all agree.
    @Test(arguments: ["texts", "numbers among them", "lists", "objects", "nanoseconds", "times from another field"])
    func distinctCounts(_ kind: String) throws {
        var random = SystemRandomNumberGenerator()
        let lines = (0..<700).map { _ -> [UInt8] in
            let number = Int.random(in: 0..<400, using: &random)
            // The same text, spelled in two ways.
            let slash = Bool.random(using: &random) ? #"\/"# : "/"
            var text = "\"\(slash)\(number)\(String(repeating: "long ", count: 60))\""
            let other = Int.random(in: 0..<10, using: &random) == 0
            switch kind {
            case "numbers among them" where other:
                text = ["7", "7.0", "\"7\"", "true", "\"true\""].randomElement() ?? "7"
            case "lists" where other: text = "[\(text),\"x\",null,\"x\"]"
            case "objects" where other: text = "{\"k\":\(text)}"
            default: break
            }
            let second = String(format: "%02d", number % 60)
            let fraction = kind == "nanoseconds" ? ".00000000\(number % 3)" : ".\(number % 5)"
            let time = "\"2026-01-0\(1 + number % 9)T10:20:\(second)\(fraction)Z\""
            let name = kind == "times from another field" && other ? "timestamp" : "@timestamp"
            return Array("{\"\(name)\":\(time),\"m\":\(text),\"n\":\(number)}".utf8)
        }
        try TestArchive.with(lines, fields: nil) { archive in
            for field in ["m", "timestamp", "n", "m.k", "missing"] {
                for source in ["events", "events | where n < 200"] {
                    let program = "\(source) | aggregate d = count_distinct(\(field))"
                    let found = try Self.rows(program, archive, false)
                    #expect(try found == Self.rows(program, archive, true), "\(kind): \(program)")
                    if field == "n" { #expect(found != ["0"]) }
                }
            }
        }
    }

    private static func rows(_ program: String, _ archive: Archive, _ fromLines: Bool) throws -> [String] {
        let time = try #require(TimeText.parse("2026-01-08T12:00:00Z"))
        let roles = try CSVTable(Array("name,role\nalice,admin\nalice,second\nbob,\n".utf8), name: "roles")
        var options = SOLOptions(
            archive: archive, now: time, parameters: ["names": ["bob", "alice"], "code": ["4625"]],
            datasets: ["roles": roles], threads: 2)
        options.fromLines = fromLines
        var rows: [String] = []
        _ = try ProgramRun(program, options).run(start: { _ in }) { row in
            rows.append(row.map { if case .null = $0 { "∅" } else { $0.text } }.joined(separator: "|"))
            return true
        }
        return rows
    }
}
