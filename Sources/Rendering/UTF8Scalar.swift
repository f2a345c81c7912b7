/// UTF-8 read scalar by scalar from bytes that may be anything.
enum UTF8Scalar {
    /// The scalar whose encoding begins at `index`, and its length in bytes (1 to 4); nil where the bytes are not
    /// well formed (Unicode 15.0, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
    @inline(__always)
    static func read(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (value: UInt32, length: Int)? {
        let first = bytes[index]
        if first < 0x80 { return (UInt32(first), 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard first >= 0xC2, first <= 0xF4, index + length <= bytes.count else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let next = bytes[index + offset]
            guard next & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(next & 0x3F)
        }
        switch length {
        case 3 where value < 0x800 || (0xD800...0xDFFF).contains(value): return nil
        case 4 where value < 0x10000 || value > 0x10FFFF: return nil
        default: return (value, length)
        }
    }

    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            guard let (_, length) = read(bytes, at: index) else { return false }
            index += length
        }
        return true
    }
}
