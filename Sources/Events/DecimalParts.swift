/// The parts of a JSON number's text. Points into the text, copies nothing.
///
/// With d₁ the first significant digit, the number is 0.d₁d₂d₃… × 10^`pointPosition`.
struct DecimalParts {
    let isNegative: Bool
    /// How many digits stand from the first to the last that is not zero; 0 for zero.
    let significantCount: Int
    /// The digits after `e`, without sign and leading zeros.
    let exponentDigits: UnsafeRawBufferPointer
    let isExponentNegative: Bool

    /// The digits before the point begin here.
    private let integer: UnsafePointer<UInt8>
    private let integerCount: Int
    /// The digits after the point begin here, if there are any.
    private let fraction: UnsafePointer<UInt8>
    /// Zeros before the first significant digit, point not counted.
    private let leadingZeros: Int

    var isZero: Bool { significantCount == 0 }

    /// The place of the decimal point, counted from the first significant digit, before the exponent is added.
    var mantissaPointPosition: Int { integerCount - leadingZeros }

    /// The place of the decimal point; nil if the exponent has more than 17 digits.
    var pointPosition: Int64? {
        exponent.map { Int64(mantissaPointPosition) + $0 }
    }

    /// The written exponent; nil if it has more than 17 digits.
    var exponent: Int64? {
        guard exponentDigits.count <= 17 else { return nil }
        var number: Int64 = 0
        for byte in exponentDigits { number = number * 10 + Int64(byte - UInt8(ascii: "0")) }
        return isExponentNegative ? -number : number
    }

    /// The significant digit with this index, 0...9; zero after the last.
    func digit(_ index: Int) -> Int64 {
        guard index < significantCount else { return 0 }
        let place = leadingZeros + index
        let byte = place < integerCount ? integer[place] : fraction[place - integerCount]
        return Int64(byte - UInt8(ascii: "0"))
    }

    /// Splits a text; nil if it is not wholly `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?`.
    init?(_ text: UnsafeRawBufferPointer) {
        guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count > 0 else { return nil }
        var digits = DigitRun(position: base, end: base + text.count)

        isNegative = digits.skip(UInt8(ascii: "-"))
        integer = digits.position
        digits.read()
        integerCount = digits.count
        guard integerCount > 0, integer.pointee != UInt8(ascii: "0") || integerCount == 1 else { return nil }
        let hasPoint = digits.skip(UInt8(ascii: "."))
        fraction = digits.position
        if hasPoint {
            digits.read()
            if digits.count == integerCount { return nil }
        }
        leadingZeros = digits.firstNonZero ?? digits.count
        significantCount = digits.firstNonZero.map { digits.lastNonZero - $0 + 1 } ?? 0

        var exponent = DigitRun(position: digits.position, end: digits.end)
        if exponent.skip(UInt8(ascii: "e")) || exponent.skip(UInt8(ascii: "E")) {
            isExponentNegative = exponent.skip(UInt8(ascii: "-"))
            if !isExponentNegative { _ = exponent.skip(UInt8(ascii: "+")) }
            let start = exponent.position
            exponent.read()
            if exponent.count == 0 { return nil }
            let zeros = exponent.firstNonZero ?? exponent.count
            exponentDigits = UnsafeRawBufferPointer(start: start + zeros, count: exponent.count - zeros)
        } else {
            isExponentNegative = false
            exponentDigits = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        guard exponent.position == exponent.end else { return nil }
    }
}

/// Digits as they are read, with the places of those that are not zero.
private struct DigitRun {
    var position: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    /// Digits read so far.
    var count = 0
    var firstNonZero: Int?
    var lastNonZero = 0

    @inline(__always)
    mutating func read() {
        while position < end {
            let digit = position.pointee &- UInt8(ascii: "0")
            guard digit <= 9 else { return }
            if digit != 0 {
                if firstNonZero == nil { firstNonZero = count }
                lastNonZero = count
            }
            count += 1
            position += 1
        }
    }

    @inline(__always)
    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < end, position.pointee == byte else { return false }
        position += 1
        return true
    }
}
