import Events
import Testing

@Suite("Decoding events (R14 to R19)")
struct EventsDecoderTests {
    @Test(
        "Values come with their path, kind and text",
        arguments: [
            (#"{}"#, ""),
            (#" { } "#, ""),
            (#"{"a":"x"}"#, "a string x"),
            (#"{"a":-4.30E+2}"#, "a number -4.30E+2"),
            (#"{"a":true,"b":false,"c":null}"#, "a boolean true|b boolean false|c null null"),
            (#"{"a":""}"#, "a string "),
            (#"{"a":[1,"b",[true,[null]],[]]}"#, "a number 1|a string b|a boolean true|a null null"),
            (#"{"a":[],"b":{},"c":[[],{}]}"#, ""),
            (#"{"a":{"b":1}}"#, "a object |a.b number 1"),
            (#"{"a":[{"b":1},{"b":2,"c":3},{}]}"#, "a object |a.b number 1|a object |a.b number 2|a.c number 3"),
            (#"{"a.b":1,"a":{"b":2}}"#, "a.b number 1|a object |a.b number 2"),
            (#"{"a":1,"a":2,"a":1}"#, "a number 1|a number 2|a number 1"),
            (
                #"{"":1,"b":{"":2},"c":{"":{"":3}}}"#,
                " number 1|b object |b. number 2|c object |c. object |c.. number 3"
            ),
            (#"{"":{"b":1},".b":2}"#, " object |.b number 1|.b number 2"),
            (#"{"a b":{"c.d":{"e":0}}}"#, "a b object |a b.c.d object |a b.c.d.e number 0"),
            ("\t{\r\n\"a\" :\t[ 1 , 2 ] \r\n}\r", "a number 1|a number 2"),
            (#"{"é":"日本 😀"}"#, "é string 日本 😀"),
        ])
    func values(line: String, expected: String) {
        #expect(decoded(line) == expected)
    }

    @Test(
        "Escapes are resolved in values and in names",
        arguments: [
            (#"{"a":"\"\\\/\b\f\n\r\t"}"#, "a string \"\\/\u{8}\u{C}\n\r\t"),
            (#"{"a":"x\u0041y\u00e9\u4E2D\ud83d\ude00z"}"#, "a string xAyé中😀z"),
            (#"{"\u0061":"\u0000"}"#, "a string \0"),
            (#"{"a\u002eb":1}"#, "a.b number 1"),
            (#"{"a":"\ud800"}"#, "a string \u{FFFD}"),
            (#"{"a":"\udc00\ud800"}"#, "a string \u{FFFD}\u{FFFD}"),
            (#"{"a":"\ud800\ud83d\ude00"}"#, "a string \u{FFFD}😀"),
            (#"{"a":"\ud800\u0041"}"#, "a string \u{FFFD}A"),
            (#"{"a":"\ud800x\ud800\n"}"#, "a string \u{FFFD}x\u{FFFD}\n"),
            (#"{"a":"\uDBFF\uDFFF\uFFFF"}"#, "a string \u{10FFFF}\u{FFFF}"),
            (#"{"\ud800":1,"\ud801":2}"#, "\u{FFFD} number 1|\u{FFFD} number 2"),
        ])
    func escapes(line: String, expected: String) {
        #expect(decoded(line) == expected)
    }

    @Test("Texts of one line all stay valid until the next")
    func arenaDoesNotMove() throws {
        let items = (0..<5000).map { #""\u0041\n\#($0)""# }
        let decoder = EventDecoder()
        for _ in 0..<2 {
            let bytes = Array((#"{"a":["# + items.joined(separator: ",") + "]}").utf8)
            bytes.withUnsafeBytes { line in
                #expect(decoder.decode(line) == nil)
                let texts = decoder.values.map { String(decoding: $0.text, as: UTF8.self) }
                #expect(texts == (0..<5000).map { "A\n\($0)" })
            }
        }
    }

    @Test(
        "What RFC 8259 does not allow is no JSON",
        arguments: [
            "", " ", "\r", "{", "}", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}",
            "{\"a\"}", "{\"a\" 1}", "{\"a\"::1}",
            "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{\"a\":1}}", "{\"a\":1}{\"b\":2}", "{\"a\":1} x", "{\"a\":1},",
            "{\"a\":[1,]}", "{\"a\":[,1]}",
            "{\"a\":[1 2]}", "{\"a\":[1}", "{\"a\":[1}]", "{\"a\":{\"b\":1]", "{\"a\":]}", "{\"a\":}", "{\"a\":01}",
            "{\"a\":-}", "{\"a\":+1}",
            "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":0x1}", "{\"a\":1_0}", "{\"a\":NaN}",
            "{\"a\":Infinity}", "{\"a\":-Infinity}",
            "{\"a\":tru}", "{\"a\":True}", "{\"a\":truee}", "{\"a\":nul", "{\"a\":undefined}", "{\"a\":\"\\x41\"}",
            "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12g4\"}",
            "{\"a\":\"\\uD800\\u12\"}", "{\"a\":\"\\\"}", "{\"a\":\"\\u", "{\"a\":\"\\", "{\"a\":\"x\ty\"}",
            "{\"a\":\"x\0y\"}", "{\"a\":\"x\u{1F}y\"}", "{\"a\tb\":1}",
            "{\"a\":1}\0", "\0{\"a\":1}", "{\"a\":1\u{A0}}", "\u{FEFF}{\"a\":1}", "{\"a\":1 /* c */}", "// c\n{}",
            "{\"a\":\"\\n\u{7}\"}", "\u{C}{}", "[1,", "1 2",
            "{\"a\":\"b\"\"c\"}", "{\"a\":1:2}", "{\"a\",\"b\"}", "[\"a\":1]", "{\"a\":truefalse}", "{\"a\":1\"b\":2}",
            "{{}}", "{\"a\":\u{201C}b\u{201D}}",
        ])
    func notJSON(line: String) {
        #expect(decoded(line) == "notJSON")
    }

    @Test(
        "JSON that is no object is told apart",
        arguments: [
            "[]", "[{\"a\":1}]", "1", "-0.5e3", "\"x\"", "true", "false", "null", " [1, 2] ", "[[[]]]",
        ])
    func notAnObject(line: String) {
        #expect(decoded(line) == "notAnObject")
    }

    @Test(
        "Invalid UTF-8 is found anywhere in the line",
        arguments: [
            [0x7B, 0x7D, 0xFF], [0xFF, 0x7B, 0x7D], [0x7B, 0x22, 0xC3, 0x22, 0x3A, 0x31, 0x7D], [0x78, 0x80],
            [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x7D], [0xEF, 0xBB],
        ] as [[UInt8]])
    func invalidUTF8(line: [UInt8]) {
        #expect(decoded(line) == "invalidUTF8")
    }

    @Test("A byte order mark is skipped on the first line only, and only one")
    func byteOrderMark() {
        let decoder = EventDecoder()
        let line: [UInt8] = [0xEF, 0xBB, 0xBF] + Array(#"{"a":1}"#.utf8)
        #expect(line.withUnsafeBytes { decoder.decode($0, isFirstLine: true) } == nil)
        #expect(decoder.values.count == 1)
        #expect(line.withUnsafeBytes { decoder.decode($0) } == .notJSON)
        #expect((line.prefix(3) + line).withUnsafeBytes { decoder.decode($0, isFirstLine: true) } == .notJSON)
        #expect(line.prefix(3).withUnsafeBytes { decoder.decode($0, isFirstLine: true) } == .notJSON)
    }

    @Test("Nesting to 10,000 is an event, one more is not, and a million is no crash")
    func depth() {
        func nested(_ open: String, _ close: String, _ depth: Int) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        let decoder = EventDecoder()
        func reason(_ line: String) -> RejectReason? { Array(line.utf8).withUnsafeBytes { decoder.decode($0) } }

        #expect(reason(nested("{\"a\":", "}", 10_000)) == nil)
        #expect(decoder.values.count == 10_000)
        #expect(decoder.fieldName(decoder.values[9_999].field).utf8.count == 19_999)
        #expect(reason(nested("{\"a\":", "}", 10_001)) == .tooDeep)
        #expect(decoder.values.isEmpty)
        #expect(reason("{\"a\":" + nested("[", "]", 9_999) + "}") == nil)
        #expect(reason("{\"a\":" + nested("[", "]", 10_000) + "}") == .tooDeep)
        #expect(reason("{\"a\":" + nested("[{\"b\":", "}]", 5_000) + "}") == .tooDeep)
        #expect(reason(String(repeating: "[", count: 1_000_000)) == .tooDeep)
        #expect(reason(String(repeating: "{\"a\":", count: 1_000_000)) == .tooDeep)
    }

    @Test("Names of deep objects take memory by their bytes, not by their square")
    func deepNamesAreCheap() {
        let key = String(repeating: "k", count: 1000)
        let line = String(repeating: "{\"\(key)\":", count: 5000) + "1" + String(repeating: "}", count: 5000)
        let decoder = EventDecoder()
        #expect(Array(line.utf8).withUnsafeBytes { decoder.decode($0) } == nil)
        #expect(decoder.fieldMemoryUse < 4 * line.utf8.count)
        #expect(decoder.fieldCount == 5000)
    }

    @Test("A line of 64 MiB is an event, a longer one is not")
    func length() {
        let limit = EventDecoder.maximumLineLength
        let line = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 1)
        defer { line.deallocate() }
        line.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: "x"))
        line.copyBytes(from: #"{"a":""#.utf8)
        line[limit - 2] = UInt8(ascii: "\"")
        line[limit - 1] = UInt8(ascii: "}")
        line[limit] = UInt8(ascii: " ")
        let decoder = EventDecoder()
        #expect(decoder.decode(UnsafeRawBufferPointer(rebasing: line[..<limit])) == nil)
        #expect(decoder.values.first?.text.count == limit - 8)
        #expect(decoder.decode(UnsafeRawBufferPointer(line)) == .tooLong)
    }

    @Test("A field has one index however it is written, and names are told apart by bytes")
    func fieldIndexes() {
        let decoder = EventDecoder()
        #expect(decoder.fieldIndex("a.b.c") == nil)
        let registered = decoder.registerField("x.y")
        for line in [
            #"{"a":{"b":{"c":1}}}"#, #"{"a.b":{"c":1}}"#, #"{"a":{"b.c":1}}"#, #"{"a.b.c":1}"#,
            #"{"\u0061.b":{"\u0063":1}}"#,
        ] {
            #expect(Array(line.utf8).withUnsafeBytes { decoder.decode($0) } == nil)
            #expect(decoder.values.last?.field == decoder.fieldIndex("a.b.c"))
        }
        _ = Array(#"{"x":{"y":1},"é":1,"e\u0301":2}"#.utf8).withUnsafeBytes { decoder.decode($0) }
        #expect(decoder.values[1].field == registered)
        #expect(decoder.fieldIndex("\u{E9}") != decoder.fieldIndex("e\u{301}"))
        #expect(decoder.fieldIndex("a.b.") == nil && decoder.fieldIndex("b.c") == nil && decoder.fieldIndex("") == nil)
        #expect(decoder.fieldNames.count == decoder.fieldCount)
        for (index, name) in decoder.fieldNames.enumerated() {
            #expect(decoder.fieldIndex(name) == index && decoder.fieldName(index) == name)
        }
    }

    @Test("Many names, in many splits, keep their indexes")
    func manyFields() {
        let decoder = EventDecoder()
        var indexes: [String: Int] = [:]
        for round in 0..<3 {
            for number in 0..<4000 {
                let name = "k\(number % 40).n\(number % 100).leaf\(number)"
                let parts = name.split(separator: ".")
                let line =
                    switch round {
                    case 0: "{\"\(parts[0])\":{\"\(parts[1])\":{\"\(parts[2])\":1}}}"
                    case 1: "{\"\(parts[0]).\(parts[1])\":{\"\(parts[2])\":1}}"
                    default: "{\"\(name)\":1}"
                    }
                _ = Array(line.utf8).withUnsafeBytes { decoder.decode($0) }
                let index = decoder.values.last?.field
                if round == 0 { indexes[name] = index }
                if index != indexes[name] { Issue.record("\(line) has field \(String(describing: index))") }
            }
        }
    }

    @Test("The decoder goes on after a reject")
    func reuse() {
        let decoder = EventDecoder()
        for (line, count) in [
            (#"{"a":"\n"}"#, 1), (#"{"a":"\n","b":"\q"}"#, 0), (#"{"b":"\t","c":2}"#, 2), ("[]", 0), ("{}", 0),
        ] {
            _ = Array(line.utf8).withUnsafeBytes { decoder.decode($0) }
            #expect(decoder.values.count == count)
        }
    }

    @Test("Every reason has its own words")
    func reasons() {
        #expect(Set(RejectReason.allCases.map(\.explanation)).count == RejectReason.allCases.count)
    }

    private func decoded(_ line: String) -> String { decoded(Array(line.utf8)) }

    /// The values as `path kind text`, or the reason of the reject.
    private func decoded(_ line: [UInt8]) -> String {
        let decoder = EventDecoder()
        return line.withUnsafeBytes { bytes in
            if let reason = decoder.decode(bytes) { return decoder.values.isEmpty ? reason.rawValue : "values left" }
            return decoder.values.map {
                "\(decoder.fieldNames[$0.field]) \($0.kind) \(String(decoding: $0.text, as: UTF8.self))"
            }.joined(separator: "|")
        }
    }
}
