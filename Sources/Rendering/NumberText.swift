/// Numbers as text for programs.
public enum NumberText {
    /// The shortest text that reads back as the same double, laid out as ECMAScript's `Number::toString` does
    /// (`2`, `0.1`, `1e+21`, `1e-7`); nil for infinities and NaN.
    public static func shortest(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        if value == 0 { return "0" }
        // Swift prints the same shortest digits, only laid out otherwise: take digits and exponent from there.
        var digits: [UInt8] = []
        var exponent = 0
        var fraction = 0
        var isInFraction = false
        let text = value.magnitude.description
        let mantissaEnd = text.utf8.firstIndex(of: UInt8(ascii: "e")) ?? text.endIndex
        for byte in text[..<mantissaEnd].utf8 {
            if byte == UInt8(ascii: ".") {
                isInFraction = true
            } else {
                digits.append(byte)
                if isInFraction { fraction += 1 }
            }
        }
        if mantissaEnd != text.endIndex { exponent = Int(text[text.index(after: mantissaEnd)...]) ?? 0 }
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        // The value is 0.d1d2d3… × 10^point.
        let point = digits.count - fraction + exponent - leadingZeros
        digits.removeFirst(leadingZeros)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (value < 0 ? "-" : "") + layOut(String(decoding: digits, as: UTF8.self), point: point)
    }

    private static func layOut(_ digits: String, point: Int) -> String {
        let count = digits.utf8.count
        if point >= count && point <= 21 { return digits + zeros(point - count) }
        if point > 0 && point <= 21 { return "\(digits.prefix(point)).\(digits.dropFirst(point))" }
        if point > -6 && point <= 0 { return "0." + zeros(-point) + digits }
        let exponent = point - 1
        let mantissa = count == 1 ? digits : "\(digits.prefix(1)).\(digits.dropFirst(1))"
        return mantissa + (exponent < 0 ? "e-" : "e+") + String(exponent.magnitude)
    }

    private static func zeros(_ count: Int) -> String {
        String(repeating: "0", count: count)
    }

    /// Whether the text is one plain decimal number, with an optional sign, fraction and exponent.
    static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        func skipSign() {
            guard index < bytes.count else { return }
            if bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") { index += 1 }
        }
        func skipDigits() -> Bool {
            let start = index
            while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
            return index > start
        }
        skipSign()
        guard skipDigits() else { return false }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() else { return false }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            skipSign()
            guard skipDigits() else { return false }
        }
        return index == bytes.count
    }
}
