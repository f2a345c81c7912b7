/// What the templates append to a line: text, numbers and JSON strings, without a `String` in between.
extension [UInt8] {
    mutating func append(text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Decimal digits.
    mutating func append(decimal value: UInt64) {
        if value < 10 {
            append(0x30 + UInt8(value))
            return
        }
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var rest = value
        Swift.withUnsafeMutableBytes(of: &digits) { buffer in
            var at = buffer.count
            repeat {
                at -= 1
                buffer[at] = 0x30 + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: buffer[at...])
        }
    }

    /// At least `width` digits, with leading zeros (or blanks).
    mutating func append(padded value: Int, width: Int, with filler: UInt8 = 0x30) {
        var digits = 1
        var limit = 10
        while value >= limit {
            digits += 1
            limit *= 10
        }
        for _ in digits..<Swift.max(width, digits) { append(filler) }
        append(decimal: UInt64(value))
    }

    /// The content of a JSON string (RFC 8259), without its quotes: `"`, `\` and control characters escaped.
    mutating func append(jsonEscaped bytes: some Sequence<UInt8>) {
        for byte in bytes {
            switch byte {
            case 0x22, 0x5C:
                append(0x5C)
                append(byte)
            case 0x0A: append(text: "\\n")
            case 0x0D: append(text: "\\r")
            case 0x09: append(text: "\\t")
            case 0..<0x20:
                append(text: "\\u00")
                append(hexDigit(byte >> 4))
                append(hexDigit(byte & 15))
            default: append(byte)
            }
        }
    }
}

/// The lower-case digit of a number below 16.
func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x61 + value - 10
}
