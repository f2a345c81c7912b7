import Events
import Testing

@Suite("Numbers as texts (R21, R45)")
struct EventsDecimalTextTests {
    @Test(
        "JSON numbers",
        arguments: [
            "0", "-0", "443", "443.0", "4.43e2", "1E+5", "1e-5", "-12.50", "0.0", "0e0", "1e999999999999999999",
        ])
    func isNumber(text: String) {
        #expect(DecimalText.isNumber(text))
    }

    @Test(
        "What other languages take for numbers is none",
        arguments: [
            "", "-", "+1", "01", "0443", "00", "-01", "1.", ".5", "1.e5", "1e", "1e+", "1e1.5", "1_000", "0x1F", " 1",
            "1 ", "1,5", "NaN", "nan", "inf",
            "Infinity", "1f", "--1", "1\0", "٣", "1e٣", "true",
        ])
    func isNoNumber(text: String) {
        #expect(!DecimalText.isNumber(text))
    }

    @Test(
        "Two integers compare exactly at any length, in any spelling",
        arguments: [
            ("443", "443.0", 0), ("443", "4.43e2", 0), ("443", "44300e-2", 0), ("-0", "0", 0), ("0e5", "-0.0", 0),
            ("2", "10", -1), ("-2", "-10", 1), ("-1", "1", -1), ("0", "-1", 1), ("0", "1", -1),
            ("9007199254740993", "9007199254740992", 1), ("9007199254740993.0", "9007199254740992", 1),
            ("123456789012345678901234567890", "123456789012345678901234567891", -1),
            ("-123456789012345678901234567890", "-123456789012345678901234567891", 1),
            ("1e400", "1e401", -1), ("1e400", "10e399", 0), ("-1e400", "-1e401", 1),
            ("1e99999999999", "2e99999999999", -1),
            ("999999999999999999", "1000000000000000000", -1), ("9223372036854775808", "9223372036854775807", 1),
        ])
    func comparesIntegers(a: String, b: String, order: Int) {
        #expect(compare(a, b) == order)
        #expect(compare(b, a) == -order)
    }

    @Test(
        "Other numbers compare as doubles",
        arguments: [
            ("0.1", "0.10", 0), ("0.1", "0.10000000000000000001", 0), ("0.1", "0.2", -1), ("1.5", "1", 1),
            ("1.5", "2", -1), ("-1.5", "-1", -1),
            ("9007199254740993.5", "9007199254740994", 0), ("1e-400", "0", 0), ("1e-400", "-1e-400", 0),
            ("0.30000000000000004", "0.3", 1),
            ("1e-5", "0.00001", 0), ("3.14159265358979323846", "3.141592653589793", 0),
            ("1e99999999999999999999", "1e400", 1),
            ("1e99999999999999999999", "1.5", 1), ("-1e99999999999999999999", "-1.5", -1),
            ("123456789e-25", "1.23456789e-17", 0),
        ])
    func comparesDoubles(a: String, b: String, order: Int) {
        // An exponent beyond 17 digits is infinite as a double; 1e400 is too.
        let expected = a.hasPrefix("1e9999999999999999") && b == "1e400" ? 0 : order
        #expect(compare(a, b) == expected)
        #expect(compare(b, a) == -expected)
    }

    @Test("The double is the one that Swift reads")
    func doubles() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let digits =
                UInt64.random(in: 0...(.max), using: &generator) >> UInt64.random(in: 0...63, using: &generator)
            let exponent = Int.random(in: -40...40, using: &generator)
            for text in [
                "\(digits)e\(exponent)", "-\(digits)E\(exponent)", "\(digits).\(digits)", "0.\(digits)e\(exponent)",
            ] {
                #expect(Array(text.utf8).withUnsafeBytes { DecimalText.double($0) } == Double(text), "\(text)")
            }
        }
    }

    @Test(
        "The canonical text is one per value",
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.000e77", "0"), ("0e-99999999999999999999", "0"), ("1", "1e0"), ("1.0", "1e0"),
            ("10e-1", "1e0"), ("4430", "443e1"),
            ("443", "443e0"), ("4.43e2", "443e0"), ("-12.50", "-125e-1"), ("0.001", "1e-3"), ("100", "1e2"),
            ("1E+2", "1e2"), ("1e02", "1e2"),
            ("120.0340e10", "120034e7"), ("123456789012345678901234567890", "12345678901234567890123456789e1"),
            ("1e999999999", "1e999999999"), ("10e999999999", "1e1000000000"), ("0.1e-999999999", "1e-1000000000"),
            ("1e99999999999999999999", "1e99999999999999999999"),
            ("10e99999999999999999999", "1e100000000000000000000"),
            ("1000e99999999999999999998", "1e100000000000000000001"),
            ("0.01e100000000000000000000", "1e99999999999999999998"),
            ("0.1e-99999999999999999999", "1e-100000000000000000000"),
            ("100e-100000000000000000001", "1e-99999999999999999999"),
            ("0.1e1000000000000000000", "1e999999999999999999"),
            ("0.1e100000000000000000", "1e99999999999999999"), ("1e99999999999999999", "1e99999999999999999"),
            ("10e99999999999999999", "1e100000000000000000"), ("1e100000000000000000", "1e100000000000000000"),
        ])
    func canonical(text: String, expected: String) {
        #expect(canonical(text) == expected)
        #expect(canonical(expected) == expected || expected == "0")
    }

    @Test("A number of a million digits is read without fuss")
    func hugeNumbers() {
        let digits = String(repeating: "7", count: 1_000_000)
        #expect(compare(digits, digits + "0") == -1)
        #expect(compare(digits + "e-1", digits) == 0)  // no integer, and both infinite as doubles
        #expect(compare(digits + "e-2000000", "1") == -1)
        #expect(canonical(digits + "000") == digits + "e3")
        #expect(canonical("0." + String(repeating: "0", count: 1_000_000) + "1") == "1e-1000001")
        #expect(compare("1e" + digits, "1") == 1)
    }

    private func compare(_ a: String, _ b: String) -> Int {
        Array(a.utf8).withUnsafeBytes { a in Array(b.utf8).withUnsafeBytes { b in DecimalText.compare(a, b) } }
    }

    private func canonical(_ text: String) -> String {
        var out: [UInt8] = []
        Array(text.utf8).withUnsafeBytes { DecimalText.appendCanonical($0, to: &out) }
        return String(decoding: out, as: UTF8.self)
    }
}
