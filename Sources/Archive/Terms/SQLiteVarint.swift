/// SQLite's variable-length integers: big-endian groups of seven bits, the high bit set on all but the last; a ninth
/// byte holds eight bits. (<https://www.sqlite.org/fileformat2.html#varint>)
enum SQLiteVarint {
    /// The most bytes a number takes.
    static let maximumLength = 9

    /// Writes `value` at `out`, where 9 bytes must be writable; returns the bytes written.
    @inline(__always)
    static func write(_ value: UInt64, to out: UnsafeMutablePointer<UInt8>) -> Int {
        if value < 0x80 {
            out[0] = UInt8(truncatingIfNeeded: value)
            return 1
        }
        if value < 0x4000 {
            out[0] = UInt8(truncatingIfNeeded: value >> 7 | 0x80)
            out[1] = UInt8(truncatingIfNeeded: value & 0x7F)
            return 2
        }
        return writeLong(value, to: out)
    }

    @inline(never)
    static func writeLong(_ value: UInt64, to out: UnsafeMutablePointer<UInt8>) -> Int {
        var rest = value
        var last = 0
        if value >> 56 != 0 {
            out[8] = UInt8(truncatingIfNeeded: value)
            rest = value >> 8
            last = 8
        } else {
            last = (63 - value.leadingZeroBitCount) / 7
            out[last] = UInt8(truncatingIfNeeded: value & 0x7F)
            rest = value >> 7
        }
        for index in stride(from: last - 1, through: 0, by: -1) {
            out[index] = UInt8(truncatingIfNeeded: rest & 0x7F | 0x80)
            rest >>= 7
        }
        return last + 1
    }

    /// Reads the number at `offset`, which moves behind it; nil, with `offset` unspecified, if it does not end before
    /// `end`.
    ///
    /// - Precondition: `base[0..<end]` is readable.
    @inline(__always)
    static func read(_ base: UnsafePointer<UInt8>, at offset: inout Int, end: Int) -> UInt64? {
        guard offset < end else { return nil }
        let byte = base[offset]
        offset &+= 1
        if byte < 0x80 { return UInt64(byte) }
        return readTail(base, at: &offset, end: end, first: byte)
    }

    /// The rest of a number of two or more bytes, whose first one was `first`.
    static func readTail(
        _ base: UnsafePointer<UInt8>, at offset: inout Int, end: Int, first: UInt8
    ) -> UInt64? {
        var value = UInt64(first & 0x7F)
        for index in 1..<maximumLength {
            guard offset < end else { return nil }
            let byte = base[offset]
            offset &+= 1
            if index == maximumLength - 1 { return value << 8 | UInt64(byte) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
