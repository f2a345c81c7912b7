/// JSON (RFC 8259) written piece by piece.
public enum JSONText {
    /// Appends a string in quotes. Bytes that are not UTF-8 become U+FFFD.
    public static func appendString(_ bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
        guard UTF8Scalar.isValid(bytes) else {
            // String repairs by the recommended practice: one U+FFFD per maximal ill-formed part.
            return appendString(String(decoding: bytes, as: UTF8.self), to: &out)
        }
        out.append(UInt8(ascii: "\""))
        var runStart = 0
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[runStart..<index]))
            runStart = index + 1
            appendEscape(byte, to: &out)
        }
        out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[runStart...]))
        out.append(UInt8(ascii: "\""))
    }

    /// Appends a string in quotes.
    public static func appendString(_ text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { appendString(UnsafeRawBufferPointer($0), to: &out) }
    }

    /// `text` in quotes.
    public static func string(_ text: String) -> String {
        var out: [UInt8] = []
        appendString(text, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends `\uXXXX`, two of them for a scalar above U+FFFF.
    static func appendUnicodeEscape(_ scalar: UInt32, to out: inout [UInt8]) {
        if scalar > 0xFFFF {
            appendUnicodeEscape(0xD800 + (scalar - 0x10000) >> 10, to: &out)
            appendUnicodeEscape(0xDC00 + (scalar - 0x10000) & 0x3FF, to: &out)
            return
        }
        out.append(UInt8(ascii: "\\"))
        out.append(UInt8(ascii: "u"))
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: scalar >> shift & 0xF)
            out.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static func appendEscape(_ byte: UInt8, to out: inout [UInt8]) {
        let letter: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
        case 0x08: letter = UInt8(ascii: "b")
        case 0x09: letter = UInt8(ascii: "t")
        case 0x0A: letter = UInt8(ascii: "n")
        case 0x0C: letter = UInt8(ascii: "f")
        case 0x0D: letter = UInt8(ascii: "r")
        default: return appendUnicodeEscape(UInt32(byte), to: &out)
        }
        out.append(UInt8(ascii: "\\"))
        out.append(letter)
    }
}
