import Testing

@testable import Ingest

/// Strings of accepted JSON, read in one pass.
@Suite struct IngestStringTests {
    @Test(arguments: [
        (#""""#, ""), (#""abc""#, "abc"), (#""a\"b""#, #"a"b"#), (#""\\""#, #"\"#), (#""\\\"\/""#, #"\"/"#),
        (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"), (#""A\u00e9\u20AC""#, "Aé€"), (#""\ud83d\uDE00""#, "😀"),
        (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"), (#""\ude00\ud83d\u0041""#, "\u{FFFD}\u{FFFD}A"),
        (#""\ud83d\n""#, "\u{FFFD}\n"),
        (#""0123456789\"0123456789\"0123456789""#, #"0123456789"0123456789"0123456789"#),
        (#""\u0000""#, "\0"), (#""東京\\東京""#, #"東京\東京"#),
    ])
    func readsAndDecodes(_ json: String, _ text: String) {
        let bytes = Array(json.utf8) + Array(#","x":"\"}"#.utf8) + Array(repeating: 0x5C, count: 80)
        let out = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + 16)
        defer { out.deallocate() }
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let (end, decoded) = ValidJSON.readString(base, into: out)
            #expect(end - base == json.utf8.count)
            #expect((decoded != nil) == json.contains("\\"))
            let length = ValidJSON.unescape(base + 1, json.utf8.count - 2, into: out)
            #expect(String(decoding: UnsafeBufferPointer(start: out, count: length), as: UTF8.self) == text)
            if let decoded {
                _ = ValidJSON.readString(base, into: out)
                #expect(String(decoding: UnsafeBufferPointer(start: out, count: decoded), as: UTF8.self) == text)
            }
        }
    }
}
