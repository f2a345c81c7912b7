import Testing

@testable import Rendering

@Suite("What a terminal shows")
struct RenderingTerminalTextTests {
    @Test(
        "what would act on the terminal is made visible",
        arguments: [
            ("\u{1B}[2J\u{1B}]52;c;ZXZpbA==\u{07}", #"\x1B[2J\x1B]52;c;ZXZpbA==\x07"#),
            ("a\tb\r\nc\u{0}", #"a\x09b\x0D\x0Ac\x00"#),
            ("\u{7F}\u{9B}31m", #"\x7F\u{9B}31m"#),
            ("gepj.\u{202E}exe", #"gepj.\u{202E}exe"#),
            ("\u{200E}\u{200F}\u{61C}\u{2066}\u{2069}", #"\u{200E}\u{200F}\u{61C}\u{2066}\u{2069}"#),
            ("\u{2028}\u{2029}\u{FEFF}\u{200B}", #"\u{2028}\u{2029}\u{FEFF}\u{200B}"#),
            ("\u{E0041}", #"\u{E0041}"#),
        ])
    func escapes(text: String, visible: String) {
        #expect(TerminalText.escaped(text) == visible)
    }

    @Test(
        "ordinary text of any script stays",
        arguments: ["", "plain", "é ß Ωμέγα שלום 日本語 👩‍👩‍👧 می‌خواهم", #"C:\x1B\u{202E}"#])
    func keeps(text: String) {
        #expect(TerminalText.escaped(text) == text)
    }

    @Test(
        "bytes that are not UTF-8 are shown one by one",
        arguments: [
            ([0x61, 0xFF, 0x62], #"a\xFFb"#),
            ([0xC0, 0xAF], #"\xC0\xAF"#),  // overlong slash
            ([0xED, 0xA0, 0x80], #"\xED\xA0\x80"#),  // surrogate
            ([0xF4, 0x90, 0x80, 0x80], #"\xF4\x90\x80\x80"#),  // above U+10FFFF
            ([0xE2, 0x80], #"\xE2\x80"#),  // cut off
            ([0xE2, 0x1B, 0x5B], #"\xE2\x1B["#),  // an escape does not hide behind a lead byte
            ([0xC2, 0x9B], #"\u{9B}"#),
        ] as [([UInt8], String)])
    func strayBytes(bytes: [UInt8], visible: String) {
        #expect(bytes.withUnsafeBytes { TerminalText.escaped($0) } == visible)
    }

    @Test("in JSON the visible form means the same")
    func json() {
        var out: [UInt8] = []
        Array("{\"a\":\"\u{202E}\u{E0041}\u{7F}\"}".utf8).withUnsafeBytes {
            TerminalText.appendEscaped($0, style: .json, to: &out)
        }
        #expect(String(decoding: out, as: UTF8.self) == #"{"a":"\u202e\udb40\udc41\u007f"}"#)
    }

    @Test("any bytes give valid text without controls")
    func fuzz() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let shown = bytes.withUnsafeBytes { TerminalText.escaped($0) }
            #expect(!shown.unicodeScalars.contains { TerminalText.actsInsteadOfShowing($0.value) })
            #expect(UTF8Scalar.isValid(Array(shown.utf8)))
            #expect(UTF8Scalar.isValid(bytes) == (String(validating: bytes, as: UTF8.self) != nil))
        }
    }
}

extension UTF8Scalar {
    static func isValid(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { isValid($0) }
    }
}

@Suite("Columns that text takes")
struct RenderingDisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("ｱ", 1),
        ("Ａ", 2), ("👍", 2), ("👍🏽", 2), ("👩‍👩‍👧", 2), ("🇫🇷🇩🇪", 4), ("☀️", 2), ("❤️‍🔥", 2), ("1️", 1), ("🏴", 2), ("שלום", 4),
        ("\u{200D}", 0), ("𠮷", 2),
    ])
    func width(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    @Test(
        "text that does not fit is cut between characters",
        arguments: [
            ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"),
            ("日本語", 1, "…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("a☀️b", 3, "a…"), ("👍🏽👍🏽", 3, "👍🏽…"),
        ])
    func truncation(text: String, columns: Int, shown: String) {
        #expect(DisplayWidth.truncated(text, to: columns) == shown)
        #expect(DisplayWidth.of(shown) <= columns)
    }

    @Test func padding() {
        #expect(DisplayWidth.padded("日", to: 4, alignment: .left) == "日  ")
        #expect(DisplayWidth.padded("12", to: 4, alignment: .right) == "  12")
        #expect(DisplayWidth.padded("12345", to: 4, alignment: .right) == "12345")
    }
}
