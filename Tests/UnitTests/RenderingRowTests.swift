import Foundation
import Testing

@testable import Rendering

@Suite("Rows in every format")
struct RenderingRowTests {
    private func written(
        _ format: Format, columns: [OutputColumn], rows: [[Cell]], options: RowOptions = RowOptions(),
        terminal: Bool = false
    ) throws -> String {
        let folder = try RenderingFolder()
        let sink = try OutputSink(path: folder.path("out"), isTerminal: terminal)
        var writer = try RowWriter(columns: columns, format: format, sink: sink, options: options)
        for row in rows { try writer.write(row) }
        try writer.finish()
        try sink.finish()
        return String(decoding: try folder.bytes("out"), as: UTF8.self)
    }

    private let columns = [OutputColumn("value"), OutputColumn("count", .right), OutputColumn("share", .right)]
    private let rows: [[Cell]] = [
        [.text("4625"), .integer(1200), .double(0.5)],
        [.text("日本 \"x\""), .integer(7), .null],
    ]

    @Test func table() throws {
        #expect(
            try written(.table, columns: columns, rows: rows) == """
                value     count  share
                4625       1200    0.5
                日本 "x"      7

                """)
    }

    @Test func jsonLines() throws {
        #expect(
            try written(.jsonl, columns: columns, rows: rows) == """
                {"value":"4625","count":1200,"share":0.5}
                {"value":"日本 \\"x\\"","count":7,"share":null}

                """)
    }

    @Test("an array stays valid JSON for any number of rows")
    func jsonArray() throws {
        #expect(try written(.json, columns: columns, rows: []) == "[]\n")
        #expect(
            try written(.json, columns: columns, rows: rows) == """
                [{"value":"4625","count":1200,"share":0.5},
                {"value":"日本 \\"x\\"","count":7,"share":null}]

                """)
    }

    @Test("partial is said in every object")
    func extras() throws {
        let options = RowOptions(jsonExtras: [("partial", .boolean(true))])
        let text = try written(.jsonl, columns: [OutputColumn("count")], rows: [[.integer(1)]], options: options)
        #expect(text == "{\"count\":1,\"partial\":true}\n")
        #expect(
            try written(.csv, columns: [OutputColumn("count")], rows: [[.integer(1)]], options: options)
                == "count\r\n1\r\n")
        #expect(try written(.jsonl, columns: [], rows: [[]], options: options) == "{\"partial\":true}\n")
    }

    @Test func csv() throws {
        #expect(
            try written(.csv, columns: columns, rows: rows)
                == "value,count,share\r\n4625,1200,0.5\r\n\"日本 \"\"x\"\"\",7,\r\n")
    }

    @Test("null and empty text differ in CSV, and no row is an empty line")
    func csvEmpty() throws {
        let one = [OutputColumn("a")]
        #expect(try written(.csv, columns: one, rows: [[.null], [.text("")]]) == "a\r\n\"\"\r\n\"\"\r\n")
        let two = [OutputColumn("a"), OutputColumn("b")]
        #expect(try written(.csv, columns: two, rows: [[.null, .text("")]]) == "a,b\r\n,\"\"\r\n")
    }

    @Test("TSV keeps one line a row")
    func tsv() throws {
        let columns = [OutputColumn("a"), OutputColumn("b")]
        let text = try written(
            .tsv, columns: columns, rows: [[.text("1\t2\n3\r\\"), .list([.integer(1), .text("x")])]])
        #expect(text == "a\tb\n1\\t2\\n3\\r\\\\\t[1,\"x\"]\n")
    }

    @Test("a hostile cell cannot tear a table, in a pipe either")
    func hostileTable() throws {
        let text = try written(
            .table, columns: [OutputColumn("a\u{1B}")], rows: [[.text("1\n\u{1B}[2J\u{202E}")], [.bytes([0xFF])]])
        #expect(text == "a\\x1B\n1\\x0A\\x1B[2J\\u{202E}\n\\xFF\n")
    }

    @Test("a terminal gets no control character in any format", arguments: Format.ofRows)
    func terminal(format: Format) throws {
        let evil = "a\u{1B}]0;x\u{07}\u{202E}\n\r\u{9B}"
        let text = try written(
            format, columns: [OutputColumn(evil), OutputColumn("b")],
            rows: [[.text(evil), .json(Array("\"\u{202E}\"".utf8))]], terminal: true)
        let acting = text.unicodeScalars.filter { TerminalText.actsInsteadOfShowing($0.value) && $0 != "\n" }
        #expect(acting.allSatisfy { $0 == "\t" && format == .tsv })
        #expect(text.contains("202e") || text.contains("202E"))
    }

    @Test("rows after the sample keep the widths, and lose nothing in a pipe")
    func longTable() throws {
        let many = (0..<300).map {
            [Cell.text("v\($0)" + ($0 == 250 ? String(repeating: "x", count: 50) : "")), .integer($0)]
        }
        let lines = try written(.table, columns: Array(columns.prefix(2)), rows: many).split(separator: "\n")
        #expect(lines.count == 301)
        #expect(lines[1] == "v0         0")
        #expect(lines[251].hasSuffix("xxx    250"))
        #expect(lines[300] == "v299     299")
    }

    @Test("on a terminal the widest columns give way")
    func narrow() {
        let rows = [["id", "name", "text"], ["1", "short", String(repeating: "y", count: 200)]]
        let layout = TableLayout(rows: rows, alignments: [.right, .left, .left], columns: 40)
        #expect(layout.widths == [2, 5, 29])
        var line: [UInt8] = []
        layout.appendLine(rows[1], to: &line)
        #expect(String(decoding: line, as: UTF8.self) == " 1  short  " + String(repeating: "y", count: 28) + "…\n")
        let crowded = TableLayout(
            rows: [Array(repeating: "0123456789", count: 30)], alignments: Array(repeating: .left, count: 30),
            columns: 40)
        #expect(crowded.widths.allSatisfy { $0 == 6 })
    }

    @Test("events formats are refused", arguments: [Format.raw, .ids])
    func refused(format: Format) throws {
        let sink = try OutputSink(path: "/dev/null")
        let error = #expect(throws: RenderingError.self) { try RowWriter(columns: [], format: format, sink: sink) }
        #expect(error?.code == .formatNotHere)
    }
}

@Suite("Cells that a spreadsheet would run")
struct RenderingFormulaTests {
    private func csv(_ cell: Cell, raw: Bool = false) -> String {
        var out: [UInt8] = []
        CSVText.append(cell, raw: raw, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("@SUM(A1)", "'@SUM(A1)"), ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"), ("\t=1", "'\t=1"), ("\r=1", "\"'\r=1\""), ("=\"a\",1", "\"'=\"\"a\"\",1\""), ("-", "'-"),
        ("-1", "-1"), ("+33", "+33"), ("-1.5e-7", "-1.5e-7"), ("-1.", "'-1."), ("-1e", "'-1e"), ("--1", "'--1"),
        ("1=1", "1=1"),
        (" =1", " =1"), ("-１", "'-１"),
    ])
    func text(cell: String, written: String) {
        #expect(csv(.text(cell)) == written)
    }

    @Test func raw() {
        #expect(csv(.text("=1+1"), raw: true) == "=1+1")
        #expect(csv(.integer(-5)) == "-5")
        #expect(csv(.double(-1e-9)) == "-1e-9")
    }

    @Test(
        "well-known field names head their column unchanged, formulas do not",
        arguments: [
            ("@timestamp", "@timestamp"), ("@a.b_1", "@a.b_1"), ("@SUM(A1)", "'@SUM(A1)"), ("=a", "'=a"),
            ("a,b", "\"a,b\""),
        ])
    func header(name: String, written: String) {
        var out: [UInt8] = []
        CSVText.appendHeader(name, raw: false, to: &out)
        #expect(String(decoding: out, as: UTF8.self) == written)
    }
}

@Suite("JSON")
struct RenderingJSONTests {
    @Test func strings() throws {
        let all = String(String.UnicodeScalarView((0...0x250).compactMap(UnicodeScalar.init))) + "😀\u{2028}"
        let text = JSONText.string(all)
        #expect(try JSONDecoder().decode([String].self, from: Data("[\(text)]".utf8)) == [all])
        #expect(JSONText.string("a\"\\\u{1}\n") == #""a\"\\\u0001\n""#)
    }

    @Test("bytes that are not UTF-8 become U+FFFD")
    func invalid() {
        var out: [UInt8] = []
        Cell.bytes([0x61, 0xFF, 0xE2, 0x80, 0x62, 0x22]).appendJSON(to: &out)
        #expect(String(decoding: out, as: UTF8.self) == "\"a\u{FFFD}\u{FFFD}b\\\"\"")
    }

    @Test("objects are built in order")
    func line() {
        var inner = JSONLine()
        inner.add("k\"", true)
        var line = JSONLine()
        #expect(line.text == "{}")
        line.add("count", 5)
        line.add("list", .list([.null, .double(.nan), .double(2)]))
        line.add("inner", inner)
        #expect(line.text == #"{"count":5,"list":[null,null,2],"inner":{"k\"":true}}"#)
    }

    @Test(
        "doubles as ECMAScript prints them",
        arguments: [
            (2.0, "2"), (0.1, "0.1"), (-0.0, "0"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
            (1.5e300, "1.5e+300"),
            (1e-6, "0.000001"), (1e-7, "1e-7"), (1.25e-9, "1.25e-9"), (123456.789, "123456.789"), (-4.43e2, "-443"),
            (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
            (9007199254740992, "9007199254740992"),
            (12345678901234567168, "12345678901234567000"),
        ])
    func doubles(value: Double, text: String) {
        #expect(NumberText.shortest(value) == text)
        #expect(Double(text) == value)
    }
}
