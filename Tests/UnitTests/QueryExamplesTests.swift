import QueryLanguage
import Testing

/// The examples of the language's documentation, each with the tree it must give.
@Suite struct QueryExamplesTests {
    @Test(
        arguments: [
            (
                "event.type:connection AND NOT action.outcome:failure AND destination.domain:evil*",
                .and([
                    .term("event.type", "connection"), .not(.term("action.outcome", "failure")),
                    .term("destination.domain", "evil", .anyRun),
                ])
            ),
            (#"id:"ALWyJiGeJSiw""#, .term("id", "ALWyJiGeJSiw")),
            (#"source.ip: "1.2.3.4""#, .term("source.ip", "1.2.3.4")),
            (
                #"source.ip:"1.2.3.4" OR destination.ip:"1.2.3.4""#,
                .or([.term("source.ip", "1.2.3.4"), .term("destination.ip", "1.2.3.4")])
            ),
            (
                "source.ip:1.2.3.4 event.outcome:failure",
                .and([.term("source.ip", "1.2.3.4"), .term("event.outcome", "failure")])
            ),
            ("a OR b c", .or([.text("a"), .and([.text("b"), .text("c")])])),
            ("NOT a OR b", .or([.not(.text("a")), .text("b")])),
            ("NOT(a OR b)", .not(.or([.text("a"), .text("b")]))),
            ("event.category:network", .term("event.category", "network")),
            (
                "event.category:(network AND web)",
                .and([.term("event.category", "network"), .term("event.category", "web")])
            ),
            ("event.category:(NOT network)", .not(.term("event.category", "network"))),
            ("user.name:Root", .term("user.name", "Root")),
            (
                #"user.name:(alice OR bob OR "carol d")"#,
                .or([.term("user.name", "alice"), .term("user.name", "bob"), .term("user.name", "carol d")])
            ),
            ("user.name:*admin*", .term("user.name", .anyRun, "admin", .anyRun)),
            ("user.name:adm?n", .term("user.name", "adm", .anyOne, "n")),
            (#"user.name:"""#, .term("user.name")),
            ("NOT user.name:*", .not(.field("user.name", .exists))),
            ("dns.question.name:*", .field("dns.question.name", .exists)),
            (
                #"process.name:/(power|pw)shell(\.exe)?/"#,
                .field("process.name", .literal(.regex(#"(power|pw)shell(\.exe)?"#)))
            ),
        ] as [(String, Query)])
    func fieldsAndOperators(text: String, query: Query) throws {
        #expect(try parsedQuery(text) == query)
    }

    @Test(
        arguments: [
            (
                #"process.executable:"C:\Windows\System32\cmd.exe""#,
                .term("process.executable", #"C:\Windows\System32\cmd.exe"#)
            ),
            (#"process.executable:*\\cmd.exe"#, .term("process.executable", .anyRun, #"\cmd.exe"#)),
            (#"process.executable:C:\Windows\\*"#, .term("process.executable", #"C:\Windows\"#, .anyRun)),
            (#"process.command_line:"*-enc *""#, .term("process.command_line", .anyRun, "-enc ", .anyRun)),
            (#"process.command_line:*-enc\ *"#, .term("process.command_line", .anyRun, "-enc ", .anyRun)),
            (#"file.name:"what\?.txt""#, .term("file.name", "what?.txt")),
            (#"file.path:"/tmp/malware""#, .term("file.path", "/tmp/malware")),
            (#"file.path:\/tmp/malware"#, .term("file.path", "/tmp/malware")),
            (#"url.original:"https://x.org/a?b=1""#, .term("url.original", "https://x.org/a", .anyOne, "b=1")),
            ("mimikatz", .text("mimikatz")),
            ("mimi*", .text("mimi", .anyRun)),
            ("*katz*", .text(.anyRun, "katz", .anyRun)),
            (#""failed password for""#, .text("failed password for")),
            (#"message:"failed password""#, .term("message", "failed password")),
            ("message:fail", .term("message", "fail")),
            (#"message:/user_\d+/"#, .field("message", .literal(.regex(#"user_\d+"#)))),
            (#""10.0.0.1""#, .text("10.0.0.1")),
            (#""AND""#, .text("AND")),
        ] as [(String, Query)])
    func text(text: String, query: Query) throws {
        #expect(try parsedQuery(text) == query)
    }

    @Test(
        arguments: [
            ("source.ip:10.0.0.0/8", .term("source.ip", "10.0.0.0/8")),
            (
                "source.ip:[145.0.0.0 TO 145.255.255.255]",
                .field("source.ip", .range(.inclusive(.address("145.0.0.0")), .inclusive(.address("145.255.255.255"))))
            ),
            ("source.ip:fe80::1", .term("source.ip", "fe80::1")),
            ("source.ip:10.1.*", .term("source.ip", "10.1.", .anyRun)),
            ("destination.port:443", .term("destination.port", "443")),
            ("destination.bytes:>42", .field("destination.bytes", .compare(.greater, .number("42")))),
            (
                "destination.port:(>=1024 AND <49152)",
                .and([
                    .field("destination.port", .compare(.greaterOrEqual, .number("1024"))),
                    .field("destination.port", .compare(.less, .number("49152"))),
                ])
            ),
            (
                "destination.port:[100 TO 200}",
                .field("destination.port", .range(.inclusive(.number("100")), .exclusive(.number("200"))))
            ),
            (
                "event.code:[4624 TO 4634]",
                .field("event.code", .range(.inclusive(.number("4624")), .inclusive(.number("4634"))))
            ),
            (
                "@timestamp:[2026-01-01 TO 2026-01-02]",
                .field("@timestamp", .range(.inclusive(.date("2026-01-01")), .inclusive(.date("2026-01-02"))))
            ),
            (
                "timestamp:>=2026-01-01T12:00:00+02:00",
                .field("timestamp", .compare(.greaterOrEqual, .date("2026-01-01T12:00:00+02:00")))
            ),
            ("tls.established:true", .term("tls.established", "true")),
            (
                #""okta.system.debug.behaviors.New IP":POSITIVE"#,
                .term("okta.system.debug.behaviors.New IP", "POSITIVE")
            ),
            (
                #"sekoiaio.intake.parsing_status:"success" AND NOT(sekoiaio.intake.dialect:"apache" OR sekoiaio.intake.dialect:"nginx")"#,
                .and([
                    .term("sekoiaio.intake.parsing_status", "success"),
                    .not(.or([.term("sekoiaio.intake.dialect", "apache"), .term("sekoiaio.intake.dialect", "nginx")])),
                ])
            ),
        ] as [(String, Query)])
    func typedValues(text: String, query: Query) throws {
        #expect(try parsedQuery(text) == query)
    }
}
