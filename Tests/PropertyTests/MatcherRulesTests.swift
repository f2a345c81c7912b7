import Events
import QueryLanguage
import Search
import Testing

/// Single rules of the language, told by example; the product's evaluator and the brute-force one must both know them.
@Suite struct MatcherRulesTests {
    /// A query, and an event that it must match or must not.
    struct Example: CustomTestStringConvertible, Sendable {
        var rule: String
        var query: Query
        var event: String
        var matches: Bool
        var ignoreCase = false

        var testDescription: String { "\(rule): \(query) \(matches ? "finds" : "misses") \(event)" }
    }

    @Test(arguments: wholeValues + types + timeTests + fullText + regexes + structure) func example(_ example: Example)
        throws
    {
        let line = Array(example.event.utf8)
        let brute = BruteForce(query: example.query, ignoreCase: example.ignoreCase)
        #expect(brute.matches(line: line) == example.matches, "brute force")

        let matcher = EventMatcher(try CompiledQuery(example.query, ignoreCase: example.ignoreCase))
        let decoder = EventDecoder()
        // The decoded values point into the line: it must be there while they are looked at.
        let matches = line.withUnsafeBytes { decoder.decode($0) == nil && matcher.matches(decoder) }
        #expect(matches == example.matches, "product")
    }

    @Test func refusesBoundsThatAreNotOfTheirKind() {
        for kind in [Bound.Kind.number, .address, .date] {
            #expect(throws: UnsupportedQuery.self) {
                try CompiledQuery(.field("f", .compare(.less, Bound(text: "nonsense", kind: kind))), ignoreCase: false)
            }
        }
    }

    @Test func aMatcherMayGoFromDecoderToDecoder() throws {
        let matcher = EventMatcher(try CompiledQuery(equals("b", "x"), ignoreCase: false))
        for event in [#"{"a":"y","b":"x"}"#, #"{"b":"x"}"#, #"{"c":1,"d":2,"b":"x"}"#] {
            let decoder = EventDecoder()
            let isMatch = Array(event.utf8).withUnsafeBytes { decoder.decode($0) == nil && matcher.matches(decoder) }
            #expect(isMatch)
        }
    }

    /// Patterns at which backtracking would take longer than the universe has lasted.
    @Test(.timeLimit(.minutes(1))) func hostileValuesTakeLinearTime() throws {
        let text = String(repeating: "a", count: 20_000)
        let line = Array(#"{"f":"\#(text)","message":"\#(text)"}"#.utf8)
        let stars = Array(repeating: "a", count: 30).joined(separator: "*")
        let decoder = EventDecoder()
        for query in [
            has("f", stars + "*b"), has("message", "x" + stars), words(stars + "?b"), has("f", "*" + stars + "?b*"),
            regex("f", "(a*)*b"), regex("f", "(a|aa)+b"), regex("message", "(.*a){20}b"), anyRegex("(a|b|ab)*c"),
            regex("f", "(a|a?){300}b"), regex("message", "[ab]*a[ab]{900}c"), regex("f", "(.*)(.*)(.*)(.*)(.*)b"),
        ] {
            for ignoreCase in [false, true] {
                let matcher = EventMatcher(try CompiledQuery(query, ignoreCase: ignoreCase))
                let isMatch = line.withUnsafeBytes { decoder.decode($0) == nil && matcher.matches(decoder) }
                #expect(!isMatch)
            }
        }
    }
}

// MARK: Queries in short

/// `*` and `?` are wildcards, `\` takes their meaning away.
private func pattern(_ text: String) -> Pattern {
    var pieces: [Pattern.Piece] = []
    var plain = String.UnicodeScalarView()
    func flush() {
        if !plain.isEmpty { pieces.append(.text(String(plain))) }
        plain.removeAll()
    }
    var isEscaped = false
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\" where !isEscaped:
            isEscaped = true
            continue
        case "*" where !isEscaped:
            flush()
            pieces.append(.anyRun)
        case "?" where !isEscaped:
            flush()
            pieces.append(.anyOne)
        default: plain.append(scalar)
        }
        isEscaped = false
    }
    flush()
    return Pattern(pieces: pieces)
}

private func has(_ field: String, _ text: String) -> Query { .field(field, .literal(.pattern(pattern(text)))) }
private func equals(_ field: String, _ text: String) -> Query {
    .field(field, .literal(.pattern(Pattern(pieces: text.isEmpty ? [] : [.text(text)]))))
}
private func words(_ text: String) -> Query { .anywhere(.pattern(pattern(text))) }
private func regex(_ field: String, _ text: String) -> Query { .field(field, .literal(.regex(text))) }
private func anyRegex(_ text: String) -> Query { .anywhere(.regex(text)) }
private func compare(_ field: String, _ sign: Comparison, _ kind: Bound.Kind, _ text: String) -> Query {
    .field(field, .compare(sign, Bound(text: text, kind: kind)))
}
private func within(_ field: String, _ kind: Bound.Kind, _ low: String, _ high: String, _ brackets: String = "[]")
    -> Query
{
    func end(_ text: String, _ isInclusive: Bool) -> RangeEnd {
        if text == "*" { return .open }
        return isInclusive ? .inclusive(Bound(text: text, kind: kind)) : .exclusive(Bound(text: text, kind: kind))
    }
    return .field(field, .range(end(low, brackets.first == "["), end(high, brackets.last == "]")))
}

extension MatcherRulesTests {
    /// One query with the events it finds and those it misses.
    private static func rule(
        _ rule: String, _ query: Query, ignoreCase: Bool = false, finds: [String], misses: [String]
    ) -> [Example] {
        finds.map { Example(rule: rule, query: query, event: $0, matches: true, ignoreCase: ignoreCase) }
            + misses.map { Example(rule: rule, query: query, event: $0, matches: false, ignoreCase: ignoreCase) }
    }

    static let wholeValues: [Example] = [
        rule(
            "R20", equals("user.name", "Root"), finds: [#"{"user.name":"Root"}"#],
            misses: [#"{"user.name":"root"}"#, #"{"user.name":"Root "}"#]),
        rule("R20", equals("n", "ROOT"), ignoreCase: true, finds: [#"{"n":"rOOt"}"#], misses: [#"{"n":"rOOt1"}"#]),
        rule("R20", equals("n", "kelvin"), ignoreCase: true, finds: [#"{"n":"\u212aELVIN"}"#], misses: []),
        rule(
            "R32", equals("n", "É"), ignoreCase: true, finds: [#"{"n":"é"}"#],
            misses: [#"{"n":"e\u0301"}"#, #"{"n":"e"}"#]),
        rule(
            "R32", equals("n", "İ"), ignoreCase: true, finds: [#"{"n":"İ"}"#],
            misses: [#"{"n":"i"}"#, #"{"n":"i\u0307"}"#]),
        rule("R32", equals("n", "é"), finds: [#"{"n":"\u00e9"}"#], misses: [#"{"n":"e\u0301"}"#]),
        rule(
            "R26", has("f", "*admin*"), finds: [#"{"f":"admin"}"#, #"{"f":"a\nadmins"}"#], misses: [#"{"f":"Admin"}"#]),
        rule(
            "R26", has("f", "adm?n"), finds: [#"{"f":"admin"}"#, #"{"f":"adm😀n"}"#],
            misses: [#"{"f":"admn"}"#, #"{"f":"adme\u0301n"}"#]),
        rule("R26", has("f", "44*"), finds: [#"{"f":443}"#, #"{"f":"44"}"#], misses: [#"{"f":4.43e2}"#]),
        rule(
            "R26", has("f", "*a?c*c"), finds: [#"{"f":"abcabcc"}"#, #"{"f":"aacaac"}"#],
            misses: [#"{"f":"abc"}"#, #"{"f":""}"#]),
        rule("R26", has("f", "t*e"), finds: [#"{"f":true}"#], misses: [#"{"f":false}"#]),
        rule("R26", has("f", "*"), finds: [#"{"f":""}"#, #"{"f":0}"#], misses: [#"{"f":null}"#, #"{"f":{"a":1}}"#]),
        rule("R26", has("f", "what\\?.txt"), finds: [#"{"f":"what?.txt"}"#], misses: [#"{"f":"whatx.txt"}"#]),
        rule(
            "R27", equals("f", ""), finds: [#"{"f":""}"#, #"{"f":["a",""]}"#],
            misses: [#"{"f":" "}"#, #"{"f":null}"#, "{}", #"{"f":[]}"#]),
        rule("R28", equals("f", "null"), finds: [#"{"f":"null"}"#], misses: [#"{"f":null}"#]),
        rule(
            "R28", equals("f", "true"), finds: [#"{"f":true}"#, #"{"f":"true"}"#],
            misses: [#"{"f":1}"#, #"{"f":"True"}"#]),
    ].flatMap(\.self)

    static let types: [Example] = [
        rule(
            "R21", equals("p", "443"), finds: [#"{"p":443}"#, #"{"p":443.0}"#, #"{"p":4.43e2}"#, #"{"p":"443"}"#],
            misses: [#"{"p":"0443"}"#, #"{"p":"443.0"}"#, #"{"p":444}"#]),
        rule(
            "R21", equals("p", "0"), finds: [#"{"p":-0.0}"#, #"{"p":0e9}"#], misses: [#"{"p":false}"#, #"{"p":""}"#]),
        rule(
            "R21", equals("p", "9007199254740993"), finds: [#"{"p":9007199254740993.0}"#],
            misses: [#"{"p":9007199254740992}"#]),
        rule("R21", equals("p", "0443"), finds: [#"{"p":"0443"}"#], misses: [#"{"p":443}"#]),
        rule(
            "R24", equals("ip", "fe80::1"), finds: [#"{"ip":"FE80:0::1"}"#, #"{"ip":["x","fe80::1"]}"#],
            misses: [#"{"ip":"fe80::1%eth0"}"#]),
        rule(
            "R24", equals("ip", "1.2.3.4"), finds: [#"{"ip":"1.2.3.4"}"#],
            misses: [#"{"ip":"::ffff:1.2.3.4"}"#, #"{"ip":"1.2.3.04"}"#]),
        rule(
            "R25", equals("ip", "10.9.9.9/8"), finds: [#"{"ip":"10.255.0.1"}"#, #"{"ip":"10.9.9.9/8"}"#],
            misses: [#"{"ip":"11.0.0.0"}"#, #"{"ip":"10.0.0.0/8"}"#, #"{"ip":"::ffff:10.0.0.1"}"#]),
        rule(
            "R25", equals("ip", "2001:db8::/33"), finds: [#"{"ip":"2001:db8:7fff::1"}"#],
            misses: [#"{"ip":"2001:db8:8000::1"}"#]),
        rule(
            "R45", compare("n", .greater, .number, "42"), finds: [#"{"n":43}"#, #"{"n":"42.5"}"#, #"{"n":["x",1e3]}"#],
            misses: [#"{"n":42}"#, #"{"n":true}"#, #"{"n":"x"}"#, #"{"n":" 43"}"#]),
        rule(
            "R47", compare("ip", .greaterOrEqual, .address, "10.0.0.1"),
            finds: [#"{"ip":"10.0.0.1"}"#, #"{"ip":"200.0.0.0"}"#],
            misses: [#"{"ip":"::1"}"#, #"{"ip":11}"#, #"{"ip":"9.9.9.9"}"#]),
        rule(
            "R48", within("p", .number, "100", "200", "[}"), finds: [#"{"p":100}"#, #"{"p":199.9}"#],
            misses: [#"{"p":200}"#, #"{"p":2e2}"#]),
        rule(
            "R48", within("p", .number, "100", "*", "{]"), finds: [#"{"p":101}"#],
            misses: [#"{"p":100}"#, #"{"p":{"a":101}}"#]),
        rule(
            "R27", within("p", .number, "*", "*"), finds: [#"{"p":"x"}"#, #"{"p":{"a":null}}"#],
            misses: [#"{"p":{}}"#, #"{"p":[null]}"#]),
    ].flatMap(\.self)

    static let timeTests: [Example] = [
        rule(
            "R23", equals("@timestamp", "2026-01"),
            finds: [
                #"{"@timestamp":"2026-01-31T23:59:59.999999999Z"}"#, #"{"@timestamp":"2026-02-01T00:30:00+01:00"}"#,
                #"{"@timestamp":1769853600}"#, #"{"@timestamp":1769853600123}"#,
            ], misses: [#"{"@timestamp":"2026-02-01"}"#, #"{"@timestamp":"1769853600"}"#, #"{"other":"2026-01-05"}"#]),
        rule(
            "R23", equals("@timestamp", "2026"), finds: [#"{"@timestamp":"2026-06-01"}"#, #"{"@timestamp":2026}"#],
            misses: [#"{"@timestamp":"2027-01-01"}"#]),
        rule(
            "R23", equals("created", "2026-01-31"), finds: [#"{"created":"2026-01-31"}"#],
            misses: [#"{"created":"2026-01-31T10:00:00Z"}"#]),
        rule(
            "R23", equals("@timestamp", "2026-01-31T10:00"), finds: [#"{"@timestamp":"2026-01-31 11:00:00.000+01"}"#],
            misses: [#"{"@timestamp":"2026-01-31T10:00:00.000000001Z"}"#]),
        rule(
            "R18", equals("timestamp", "2026"),
            finds: [
                #"{"@timestamp":"2026-06-01"}"#, #"{"@timestamp":"2026-06-01","timestamp":null}"#,
                #"{"timestamp":"2026-06-01"}"#,
            ],
            misses: [
                #"{"@timestamp":"2026-06-01","timestamp":""}"#, #"{"@timestamp":"2026-06-01","timestamp":{"a":1}}"#,
            ]),
        rule("R18", .field("timestamp", .exists), finds: [#"{"@timestamp":0}"#], misses: [#"{"a":{"timestamp":1}}"#]),
        rule("R18", equals("@timestamp", "2026"), finds: [], misses: [#"{"timestamp":"2026-06-01"}"#]),
        rule(
            "R49", within("@timestamp", .date, "2026-01-01", "2026-01-02"),
            finds: [#"{"@timestamp":"2026-01-01"}"#, #"{"@timestamp":"2026-01-02T23:59:59.999999999Z"}"#],
            misses: [#"{"@timestamp":"2026-01-03"}"#]),
        rule(
            "R49", within("@timestamp", .date, "2026-01-01", "2026-01-02", "{}"), finds: [],
            misses: [#"{"@timestamp":"2026-01-01"}"#, #"{"@timestamp":"2026-01-02"}"#]),
        rule(
            "R49", compare("created", .lessOrEqual, .date, "2026-01"), finds: [#"{"created":"2026-01-31T23:59:59Z"}"#],
            misses: [#"{"created":"2026-02-01"}"#, #"{"created":1769853600}"#]),
        rule(
            "R49", compare("created", .greater, .date, "2026-01"), finds: [#"{"created":"2026-02-01"}"#],
            misses: [#"{"created":"2026-01-31T23:59:59Z"}"#]),
    ].flatMap(\.self)

    static let fullText: [Example] = [
        rule(
            "R19", words("4.43e2"), finds: [#"{"a":4.43e2}"#, #"{"a":"4.43e2"}"#],
            misses: [#"{"a":443}"#, #"{"a":4.430e2}"#]),
        rule(
            "R29", words("alice"), finds: [#"{"a":{"b":[{"c":["x",["alice"]]}]}}"#, #"{"@timestamp":"alice"}"#],
            misses: [#"{"alice":"x"}"#, #"{"a":{"alice":null}}"#]),
        rule(
            "R31", words("a"), finds: [#"{"x":"_a_"}"#, #"{"x":"-a-"}"#, #"{"x":"a\u200b"}"#],
            misses: [#"{"x":"a1"}"#, #"{"x":"aé"}"#, #"{"x":"a\u0301"}"#, #"{"x":"a\ue000"}"#, #"{"x":"a²"}"#]),
        rule(
            "R30", words("failed login"),
            finds: [#"{"a":"Failed login for x"}"#, #"{"a":{"b":[1,"a failed LOGIN"]}}"#],
            misses: [#"{"a":"failed  login"}"#, #"{"failed login":1}"#, #"{"a":"failed logins"}"#]),
        rule(
            "R30", words("evil"), finds: [#"{"a":"evil.com"}"#, #"{"a":"evil_x"}"#, #"{"a":"devil evil"}"#],
            misses: [#"{"a":"devil"}"#, #"{"a":"evile\u0301"}"#, #"{"a":"evil\u0301"}"#]),
        rule("R30", words(".exe"), finds: [#"{"a":"cmd.exe"}"#], misses: [#"{"a":"cmd.exes"}"#]),
        rule(
            "R34", words("443"), finds: [#"{"a":443}"#, #"{"a":443.5}"#], misses: [#"{"a":4.43e2}"#, #"{"a":4430}"#]),
        rule("R34", words("true"), finds: [#"{"a":true}"#], misses: [#"{"a":null}"#]),
        rule(
            "R34", words("10.0.0.1"), finds: [#"{"a":"src=10.0.0.1:22"}"#],
            misses: [#"{"a":"10.0.0.12"}"#, #"{"a":"10.0.0.01"}"#]),
        rule("R34", words("10.0.0.0/8"), finds: [#"{"a":"to 10.0.0.0/8"}"#], misses: [#"{"a":"10.0.0.1"}"#]),
        rule("R32", words("k"), finds: [#"{"a":"K \u212a"}"#, #"{"a":"\u212A"}"#], misses: [#"{"a":"kk"}"#]),
        rule("R32", words("σίσυφος"), finds: [#"{"a":"ΣΊΣΥΦΟς"}"#], misses: [#"{"a":"ΣΊΣΥΦΟΣ"}"#]),
        rule("R33", words("mimi*"), finds: [#"{"a":"Mimikatz"}"#, #"{"a":"x mimi"}"#], misses: [#"{"a":"amimi"}"#]),
        rule("R33", words("*katz*"), finds: [#"{"a":"mimikatzen"}"#], misses: [#"{"a":"kat z"}"#]),
        rule(
            "R33", words("a*b"), finds: [#"{"a":"a-x-b"}"#, #"{"a":"ab"}"#, #"{"a":"a b a.b"}"#],
            misses: [#"{"a":"a b"}"#, #"{"a":"a.bc"}"#]),
        rule(
            "R33", words("a?c"), finds: [#"{"a":"abc"}"#, #"{"a":"a_c"}"#, #"{"a":"a\u00a0c"}"#],
            misses: [#"{"a":"a c"}"#, #"{"a":"ac"}"#, #"{"a":"a\nc"}"#]),
        rule("R33", words("*"), finds: ["{}", #"{"a":null}"#], misses: ["x"]),
        rule("R33", words("?*"), finds: [#"{"a":"x"}"#], misses: [#"{"a":""}"#, #"{"a":" "}"#]),
        rule(
            "R33", has("message", "*"), finds: [#"{"message":""}"#, #"{"message":1}"#],
            misses: [#"{"message":null}"#, "{}"]),
        rule("R33", has("message", ""), finds: [#"{"message":""}"#], misses: [#"{"message":" "}"#]),
        rule(
            "R30", has("message", "FAIL"), finds: [#"{"message":"did fail"}"#],
            misses: [#"{"message":"failed"}"#, #"{"Message":"fail"}"#]),
        rule(
            "R30", has("error.message", "x y"), finds: [#"{"error":{"message":"(x y)"}}"#],
            misses: [#"{"error":{"message":["x","y"]}}"#]),
        rule(
            "R30", has("event.original", "*x"), finds: [#"{"event.original":"abcx"}"#],
            misses: [#"{"event.original":"abcxd"}"#]),
        rule(
            "R45", compare("message", .less, .number, "5"), finds: [#"{"message":4}"#], misses: [#"{"message":"is 4"}"#]
        ),
    ].flatMap(\.self)

    static let regexes: [Example] = [
        rule(
            "R40", regex("process.name", #"(power|pw)shell(\.exe)?"#),
            finds: [#"{"process.name":"powershell.exe"}"#, #"{"process":{"name":["x","pwshell"]}}"#],
            misses: [#"{"process.name":"powershell.exe "}"#, #"{"process.name":"xpwshell"}"#, "{}"]),
        rule(
            "R40", regex("message", #"user_\d+"#), finds: [#"{"message":"for user_42."}"#],
            misses: [#"{"message":"user_x"}"#, #"{"other":"user_42"}"#]),
        rule(
            "R40", anyRegex(#"user_\d+"#), finds: [#"{"a":{"b":[1,"for user_42."]}}"#],
            misses: [#"{"user_42":1}"#, #"{"a":"user_"}"#]),
        rule("R40", regex("f", "a|b.*"), finds: [#"{"f":"a"}"#, #"{"f":"bc"}"#], misses: [#"{"f":"ab"}"#]),
        rule("R40", regex("f", "a*"), finds: [#"{"f":""}"#, #"{"f":"aa"}"#], misses: [#"{"f":"b"}"#, #"{"f":null}"#]),
        rule("R41", regex("f", "Root"), finds: [#"{"f":"Root"}"#], misses: [#"{"f":"root"}"#]),
        rule("R41", anyRegex("Root"), finds: [#"{"f":"a Root b"}"#], misses: [#"{"f":"root"}"#]),
        rule("R41", regex("f", "rOOt[A-C]"), ignoreCase: true, finds: [#"{"f":"RootB"}"#], misses: [#"{"f":"Rootd"}"#]),
        rule("R41", regex("f", "[^a]"), ignoreCase: true, finds: [#"{"f":"B"}"#], misses: [#"{"f":"A"}"#]),
        rule(
            "R41", regex("f", "kelvin"), ignoreCase: true, finds: [#"{"f":"\u212aELVIN"}"#],
            misses: [#"{"f":"kelvın"}"#]),
        rule(
            "R41", regex("f", "straße"), ignoreCase: true, finds: [#"{"f":"STRA\u1e9eE"}"#],
            misses: [#"{"f":"STRASSE"}"#]),
        rule(
            "R41", regex("n", #"4\d\.?\d*"#), finds: [#"{"n":443}"#, #"{"n":44.5}"#, #"{"n":"443"}"#],
            misses: [#"{"n":4.43e2}"#]),
        rule("R41", regex("b", "tr.e"), finds: [#"{"b":true}"#], misses: [#"{"b":false}"#, #"{"b":{"true":1}}"#]),
        rule(
            "R42", regex("f", "a.c"), finds: [#"{"f":"a\nc"}"#, #"{"f":"a😀c"}"#, #"{"f":"a\u0000c"}"#],
            misses: [#"{"f":"ac"}"#, #"{"f":"ae\u0301c"}"#]),
        rule(
            "R42", regex("f", "[^x]"), finds: [#"{"f":"\n"}"#, #"{"f":"é"}"#], misses: [#"{"f":"x"}"#, #"{"f":""}"#]),
        rule("R42", regex("f", "(ab){2,3}c{2}"), finds: [#"{"f":"ababcc"}"#], misses: [#"{"f":"abcc"}"#]),
        rule(
            "R42", regex("f", #"\w+\s\W\D"#), finds: [#"{"f":"a_1\t-x"}"#, #"{"f":"a éx"}"#],
            misses: [#"{"f":"é -x"}"#, #"{"f":"a --1"}"#]),
        rule("R42", regex("f", #"a\/b\.c\n\t\r"#), finds: [#"{"f":"a/b.c\n\t\r"}"#], misses: [#"{"f":"a/bxc\n\t\r"}"#]),
        rule(
            "R44", regex("f", #""a"@#&~<b> c"#), finds: [#"{"f":"\"a\"@#&~<b> c"}"#], misses: [#"{"f":"a@#&~<b> c"}"#]),
        rule("R44", anyRegex("a|ab"), finds: [#"{"f":"xab"}"#], misses: [#"{"f":"b"}"#]),
    ].flatMap(\.self)

    static let structure: [Example] = [
        rule(
            "R3", .not(equals("f", "x")), finds: ["{}", #"{"f":"y"}"#],
            misses: [#"{"f":"x"}"#, #"{"f":["y","x"]}"#, "not json", "[1]", ""]),
        rule(
            "R14", .everything, finds: ["{}", " {} ", "{}\r", #"{"a":"\ud800"}"#],
            misses: ["", "1", "{}{}", "\u{FEFF}{}", "{\"a\":\"\u{1}\"}"]),
        rule(
            "R14", equals("a", "\u{FFFD}x"), finds: [#"{"a":"\ud800x"}"#, #"{"a":"\udfffx"}"#], misses: [#"{"a":"x"}"#]),
        rule(
            "R15", .and([equals("f", "a"), equals("f", "b")]),
            finds: [#"{"f":["a","b"]}"#, #"{"f":[["b"],"a"]}"#, #"{"f":"a","f":"b"}"#], misses: [#"{"f":["a"]}"#]),
        rule(
            "R16", .field("f", .exists),
            finds: [#"{"f":""}"#, #"{"f":false}"#, #"{"f":{"a":null}}"#, #"{"f":[null,0]}"#],
            misses: [#"{"f":null}"#, #"{"f":[]}"#, #"{"f":[[],[null]]}"#, #"{"f":{}}"#, #"{"f":[{}]}"#, "{}"]),
        rule(
            "R17", equals("a.b.c", "x"),
            finds: [
                #"{"a.b.c":"x"}"#, #"{"a":{"b.c":"x"}}"#, #"{"a.b":[[{"c":["x"]}]]}"#,
                #"{"a":{"b":1},"a.b":{"c":"x"}}"#, #"{"a":"y","a":{"b":{"c":"x"}}}"#,
            ], misses: [#"{"a":{"b":"x"}}"#, #"{"a":{"b.c.d":"x"}}"#]),
        rule("R17", equals("caf\u{E9}", "x"), finds: [#"{"caf\u00e9":"x"}"#], misses: [#"{"cafe\u0301":"x"}"#]),
        rule(
            "R17", .and([equals("caf\u{E9}", "x"), equals("cafe\u{301}", "y")]),
            finds: [#"{"caf\u00e9":"x","cafe\u0301":"y"}"#], misses: [#"{"caf\u00e9":["x","y"]}"#]),
        rule("R17", equals("", "x"), finds: [#"{"":"x"}"#], misses: [#"{"a":"x"}"#]),
        rule("R17", equals("a.", "x"), finds: [#"{"a":{"":"x"}}"#, #"{"a.":"x"}"#], misses: [#"{"a":"x"}"#]),
        rule("AST", .and([]), finds: ["{}"], misses: []),
        rule("AST", .or([]), finds: [], misses: ["{}"]),
        rule(
            "R1", .or([equals("f", "a"), .and([equals("f", "b"), .not(words("c"))])]),
            finds: [#"{"f":"a"}"#, #"{"f":"b"}"#], misses: [#"{"f":"b","g":"c"}"#]),
    ].flatMap(\.self)
}
