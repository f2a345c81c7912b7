/// Reading UTF-8 byte by byte.
public enum UTF8Text {
    /// The scalar that begins at `p`, and its length of 1...4 bytes.
    ///
    /// The text must be valid UTF-8 and `p` must be before `end` and at the start of a scalar. On other text the
    /// scalar is unspecified (it may be above U+10FFFF), but no byte at or after `end` is read, and
    /// `length` never passes `end`: a sequence that `end` cuts off gives U+FFFD of length 1.
    @inlinable
    public static func decodeScalar(
        _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> (scalar: UInt32, length: Int) {
        let first = UInt32(p[0])
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 {
            guard end - p >= 2 else { return (0xFFFD, 1) }
            return ((first & 0x1F) << 6 | UInt32(p[1] & 0x3F), 2)
        }
        if first < 0xF0 {
            guard end - p >= 3 else { return (0xFFFD, 1) }
            return ((first & 0x0F) << 12 | UInt32(p[1] & 0x3F) << 6 | UInt32(p[2] & 0x3F), 3)
        }
        guard end - p >= 4 else { return (0xFFFD, 1) }
        return (
            (first & 0x07) << 18 | UInt32(p[1] & 0x3F) << 12 | UInt32(p[2] & 0x3F) << 6 | UInt32(p[3] & 0x3F), 4
        )
    }

    /// Appends a scalar (at most U+10FFFF, no surrogate) as UTF-8.
    @inlinable
    public static func append(_ scalar: UInt32, to out: inout [UInt8]) {
        if scalar < 0x80 {
            out.append(UInt8(truncatingIfNeeded: scalar))
            return
        }
        if scalar < 0x800 {
            out.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
        } else {
            if scalar < 0x10000 {
                out.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
            } else {
                out.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
                out.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
            }
            out.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
        }
        out.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }

    /// Whether the bytes are UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
    public static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        guard var p = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return true }
        let end = p + text.count
        while p < end {
            if p.pointee < 0x80 {
                p = skipASCII(p, end)
            } else {
                let length = validLength(p, end)
                if length == 0 { return false }
                p += length
            }
        }
        return true
    }

    /// The first byte from `p` on that is not ASCII, or `end`.
    static func skipASCII(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        var p = start
        while end - p >= 32 {
            let raw = UnsafeRawPointer(p)
            let bits =
                raw.loadUnaligned(as: UInt64.self) | raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                | raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                | raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            if bits & 0x8080_8080_8080_8080 != 0 { break }
            p += 32
        }
        while p < end, p.pointee < 0x80 { p += 1 }
        return p
    }

    /// The length of the well-formed non-ASCII sequence at `p` (the Unicode Standard, table 3-7), or 0.
    private static func validLength(_ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
        let first = p[0]
        let available = end - p
        if first < 0xE0 {
            return first >= 0xC2 && available >= 2 && isContinuation(p[1]) ? 2 : 0
        }
        if first < 0xF0 {
            guard available >= 3, isContinuation(p[1]), isContinuation(p[2]) else { return 0 }
            if first == 0xE0 && p[1] < 0xA0 { return 0 }  // overlong
            if first == 0xED && p[1] > 0x9F { return 0 }  // surrogate
            return 3
        }
        guard first <= 0xF4, available >= 4, isContinuation(p[1]), isContinuation(p[2]), isContinuation(p[3])
        else { return 0 }
        if first == 0xF0 && p[1] < 0x90 { return 0 }  // overlong
        if first == 0xF4 && p[1] > 0x8F { return 0 }  // above U+10FFFF
        return 4
    }

    private static func isContinuation(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }
}
