import Testing

@testable import Search

/// Short integers, eight bytes at a time.
@Suite struct PlainIntegerTests {
    @Test func numbersAreRead() {
        var random = SeededGenerator(state: 3)
        let numbers =
            [0, 1, 9, 10, 99, 100, 12_345_678, 99_999_999]
            + (0..<20_000).map { _ in
                Int64.random(in: 0..<100_000_000, using: &random) >> Int64.random(in: 0...20, using: &random)
            }
        for number in numbers {
            for follows in ["", "7", "\u{1}9999999"] {
                #expect(value("\(number)", follows: follows) == number)
            }
        }
    }

    @Test("what has another form is left to others")
    func otherTexts() {
        for text in [
            "", "-1", "01", "00", "123456789", "1.5", "1e3", "\"7\"", "/", ":", "1:", "/1", "12\n13", "١", "\u{7F}8",
            "1\u{0}",
        ] {
            for follows in ["", "00000000"] { #expect(value(text, follows: follows) == nil, "\(text)") }
        }
        // Every byte at every place.
        for place in 0..<6 {
            for byte in UInt8.min...UInt8.max {
                var text = Array("1234567".utf8)
                text[place] = byte
                let isNumber = (0x30...0x39).contains(byte) && (place > 0 || byte > 0x30)
                #expect((value(text, text.count) != nil) == isNumber, "\(byte) at \(place)")
            }
        }
    }

    private func value(_ text: String, follows: String) -> Int64? {
        value(Array((text + follows).utf8), text.utf8.count)
    }

    private func value(_ bytes: [UInt8], _ length: Int) -> Int64? {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            return PlainInteger.value(
                UnsafeRawBufferPointer(rebasing: bytes[..<length]), readableTo: start + bytes.count)
        }
    }
}
