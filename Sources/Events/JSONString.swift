/// Writes JSON strings (RFC 8259, 7).
public enum JSONString {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Appends the text between quotes; quotes, backslashes and control characters are escaped, the rest stays.
    ///
    /// - Parameter utf8: valid UTF-8.
    public static func append(_ utf8: some Sequence<UInt8>, to out: inout [UInt8]) {
        out.append(0x22)
        for byte in utf8 {
            switch byte {
            case 0x22, 0x5C: out += [0x5C, byte]
            case 0x0A: out += [0x5C, 0x6E]
            case 0x0D: out += [0x5C, 0x72]
            case 0x09: out += [0x5C, 0x74]
            case 0..<0x20: out += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        out.append(0x22)
    }
}
