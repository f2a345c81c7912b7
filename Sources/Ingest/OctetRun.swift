/// Four numbers of 0...255 without leading zeros, joined by single dots, are an address wherever they stand.
struct OctetRun {
    var count = 0
    private var value: UInt32 = 0
    private var previousEnd = -1

    /// Takes in a word of up to three characters, the first of which is a digit; true if it ends an address.
    @inline(__always)
    mutating func take(_ word: UInt64, _ length: Int, start: Int, text: UnsafePointer<UInt8>) -> Bool {
        guard let octet = Self.octet(word, length) else {
            count = 0
            return false
        }
        count = count > 0 && start == previousEnd &+ 1 && text[previousEnd] == 0x2E ? count &+ 1 : 1
        value = value << 8 | octet
        previousEnd = start &+ length
        return count >= 4
    }

    @inline(__always)
    private static func octet(_ word: UInt64, _ length: Int) -> UInt32? {
        var rest = UInt32(truncatingIfNeeded: word)
        var value = rest & 0xFF &- 0x30
        if length > 1, value == 0 { return nil }
        for _ in 1..<length {
            rest >>= 8
            let digit = rest & 0xFF &- 0x30
            if digit > 9 { return nil }
            value = value &* 10 &+ digit
        }
        return value > 255 ? nil : value
    }

    /// `ip4x` and eight hexadecimal digits, as the words of a term.
    var token: (low: UInt64, high: UInt64) {
        let prefix: UInt64 = 0x7834_7069  // ip4x, little-endian
        return (prefix | Self.hexadecimal(value >> 16) << 32, Self.hexadecimal(value & 0xFFFF))
    }

    /// The four digits of a 16-bit number, the first in the lowest byte.
    private static func hexadecimal(_ value: UInt32) -> UInt64 {
        var text: UInt64 = 0
        for i in 0..<4 {
            let nibble = UInt64(value >> UInt32(12 &- 4 &* i) & 0xF)
            text |= (nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble) << UInt64(8 &* i)
        }
        return text
    }
}
