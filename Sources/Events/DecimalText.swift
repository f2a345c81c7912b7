/// JSON numbers as the texts they are written in (EQL rules R21 and R45).
public enum DecimalText {
    /// Whether the whole text is a JSON number: `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`.
    public static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
        // Most texts asked about are no numbers, and their first byte tells.
        guard let first = text.first, first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") <= 9 else {
            return false
        }
        return DecimalParts(text) != nil
    }

    /// The same for a string.
    public static func isNumber(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { isNumber(UnsafeRawBufferPointer($0)) }
    }

    /// Compares two JSON numbers by value: two integers (`443`, `443.0` and `4.43e2` are) exactly, of any length;
    /// others, and integers with an exponent of more than 17 digits, as doubles.
    ///
    /// - Returns: -1, 0 or 1. Both texts must be JSON numbers; otherwise 0.
    public static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        if let a = smallInteger(a), let b = smallInteger(b) {
            return a < b ? -1 : a > b ? 1 : 0
        }
        guard let aParts = DecimalParts(a), let bParts = DecimalParts(b) else { return 0 }
        if let order = compareIntegers(aParts, bParts) { return order }
        let aDouble = nearestDouble(aParts, a)
        let bDouble = nearestDouble(bParts, b)
        return aDouble < bDouble ? -1 : aDouble > bDouble ? 1 : 0
    }

    /// The double nearest to a JSON number, infinite if it is too large; nil if the text is none.
    public static func double(_ text: UnsafeRawBufferPointer) -> Double? {
        DecimalParts(text).map { nearestDouble($0, text) }
    }

    /// Appends a text that two JSON numbers share exactly if they have the same value: `0` for zero, else
    /// `[-]digits` `e` `exponent`, the digits without zeros at either end (`1.0` is `1e0`, `4430` is `443e1`).
    ///
    /// The exponent is exact whatever its length. Nothing is appended if the text is no JSON number.
    public static func appendCanonical(_ text: UnsafeRawBufferPointer, to out: inout [UInt8]) {
        if appendCanonicalInteger(text, to: &out) { return }
        guard let number = DecimalParts(text) else { return }
        if number.isZero {
            out.append(UInt8(ascii: "0"))
            return
        }
        if number.isNegative { out.append(UInt8(ascii: "-")) }
        for index in 0..<number.significantCount {
            out.append(UInt8(ascii: "0") + UInt8(number.digit(index)))
        }
        out.append(UInt8(ascii: "e"))
        let shift = Int64(number.mantissaPointPosition - number.significantCount)
        if let exponent = number.exponent {
            out.append(contentsOf: String(exponent + shift).utf8)
        } else {
            appendLongExponent(number, plus: shift, to: &out)
        }
    }

    /// The usual case, which needs no parts: 1 to 99 digits, the first not zero, without sign, point and exponent.
    private static func appendCanonicalInteger(_ text: UnsafeRawBufferPointer, to out: inout [UInt8]) -> Bool {
        guard text.count >= 1, text.count <= 99, text[0] != UInt8(ascii: "0") else { return false }
        var significant = 0
        for index in 0..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return false }
            if digit != 0 { significant = index + 1 }
        }
        out.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[..<significant]))
        out.append(UInt8(ascii: "e"))
        let zeros = UInt8(text.count - significant)
        if zeros >= 10 { out.append(UInt8(ascii: "0") + zeros / 10) }
        out.append(UInt8(ascii: "0") + zeros % 10)
        return true
    }

    /// An integer without point and exponent, of at most 18 digits.
    private static func smallInteger(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard text.count <= 18, let first = text.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        var number: Int64 = 0
        for index in (isNegative ? 1 : 0)..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            number = number &* 10 &+ Int64(digit)
        }
        return isNegative ? -number : number
    }

    /// The order of two integers; nil if one is not an integer.
    private static func compareIntegers(_ a: DecimalParts, _ b: DecimalParts) -> Int? {
        guard let aMagnitude = magnitudeOfInteger(a), let bMagnitude = magnitudeOfInteger(b) else { return nil }
        let aSign = a.isZero ? 0 : a.isNegative ? -1 : 1
        let bSign = b.isZero ? 0 : b.isNegative ? -1 : 1
        if aSign != bSign { return aSign < bSign ? -1 : 1 }
        if aMagnitude != bMagnitude { return aMagnitude < bMagnitude ? -aSign : aSign }
        for index in 0..<max(a.significantCount, b.significantCount) {
            let aDigit = a.digit(index)
            let bDigit = b.digit(index)
            if aDigit != bDigit { return aDigit < bDigit ? -aSign : aSign }
        }
        return 0
    }

    /// How many digits the integer part has (0 for zero); nil if the number is no integer.
    private static func magnitudeOfInteger(_ number: DecimalParts) -> Int64? {
        if number.isZero { return 0 }
        guard let point = number.pointPosition, point >= Int64(number.significantCount) else { return nil }
        return point
    }

    private static func nearestDouble(_ number: DecimalParts, _ text: UnsafeRawBufferPointer) -> Double {
        if number.isZero { return 0 }
        // Up to 15 digits and a power of ten up to 22 are doubles themselves, so one operation rounds correctly.
        // Source: William D. Clinger, "How to Read Floating Point Numbers Accurately", 1990.
        if number.significantCount <= 15, let point = number.pointPosition {
            let exponent = point - Int64(number.significantCount)
            if exponent >= -22, exponent <= 22 {
                var digits: Int64 = 0
                for index in 0..<number.significantCount { digits = digits * 10 + number.digit(index) }
                let magnitude = exponent < 0 ? Double(digits) / power(-exponent) : Double(digits) * power(exponent)
                return number.isNegative ? -magnitude : magnitude
            }
        }
        return Double(String(decoding: text, as: UTF8.self)) ?? 0
    }

    /// 10 to the power of 0...22, exactly.
    private static func power(_ exponent: Int64) -> Double {
        var result = 1.0
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    /// Appends the sum of an exponent of more than 17 digits and a number that is smaller than it.
    private static func appendLongExponent(_ number: DecimalParts, plus shift: Int64, to out: inout [UInt8]) {
        var digits = [UInt8](number.exponentDigits)
        // The sign stays, so the sum is one on magnitudes, from the last digit on.
        var carry = number.isExponentNegative ? -shift : shift
        for index in digits.indices.reversed() where carry != 0 {
            let sum = Int64(digits[index] - UInt8(ascii: "0")) + carry
            let (quotient, digit) = sum.flooredDivision(by: 10)
            digits[index] = UInt8(ascii: "0") + UInt8(digit)
            carry = quotient
        }
        if number.isExponentNegative { out.append(UInt8(ascii: "-")) }
        if carry > 0 { out.append(contentsOf: String(carry).utf8) }
        out.append(contentsOf: carry > 0 ? digits[...] : digits.drop { $0 == UInt8(ascii: "0") })
    }
}
