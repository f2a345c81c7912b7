extension [UInt8] {
    /// Appends an SQLite varint: big-endian groups of seven bits, a ninth byte holds eight.
    mutating func appendVarint(_ value: UInt64) {
        if value < 0x80 {
            append(UInt8(truncatingIfNeeded: value))
            return
        }
        if value >> 56 != 0 {
            for shift in stride(from: 57, through: 8, by: -7) {
                append(UInt8(truncatingIfNeeded: value >> UInt64(shift) & 0x7F | 0x80))
            }
            append(UInt8(truncatingIfNeeded: value))
            return
        }
        var groups = 1
        while value >> UInt64(7 * groups) != 0 { groups += 1 }
        for i in stride(from: groups - 1, through: 0, by: -1) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(7 * i) & 0x7F | (i == 0 ? 0 : 0x80)))
        }
    }

    /// A signed number by zigzag coding.
    mutating func appendSigned(_ value: Int64) {
        appendVarint(UInt64(bitPattern: value << 1 ^ value >> 63))
    }
}

/// Reads what `[UInt8].appendVarint` wrote; every read is checked.
public struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    public private(set) var at: Int

    public init(_ bytes: UnsafeRawBufferPointer, at: Int = 0) {
        self.bytes = bytes
        self.at = at
    }

    public var isAtEnd: Bool { at >= bytes.count }

    @inline(__always)
    public mutating func varint() throws(ArchiveError) -> UInt64 {
        var value: UInt64 = 0
        for i in 0..<9 {
            guard at < bytes.count else { throw ArchiveError(.damaged, "a number is cut off") }
            let byte = bytes[at]
            at &+= 1
            if i == 8 { return value << 8 | UInt64(byte) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { return value }
        }
        return value
    }

    public mutating func signed() throws(ArchiveError) -> Int64 {
        Self.unfolded(try varint())
    }

    /// Numbers that were written as signed differences, each to the one before (the first to 0).
    mutating func differences(_ count: Int) throws(ArchiveError) -> [Int64] {
        var place = at
        var previous: Int64 = 0
        // All but the last few numbers have nine bytes from their first on.
        var values = [Int64](unsafeUninitializedCapacity: count) { out, initialized in
            guard let base = bytes.baseAddress else { return }
            let last = bytes.count - 9
            while initialized < count, place <= last {
                let word = UInt64(bigEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                // The last byte of the number is the first without its high bit; there is no branch for the length.
                let ends = ~word & 0x8080_8080_8080_8080
                let value: UInt64
                if ends != 0 {
                    let length = ends.leadingZeroBitCount / 8 &+ 1
                    value = Self.gathered(word >> UInt64(64 &- 8 &* length))
                    place &+= length
                } else {
                    value = Self.gathered(word) << 8 | UInt64(base.load(fromByteOffset: place &+ 8, as: UInt8.self))
                    place &+= 9
                }
                previous &+= Self.unfolded(value)
                out[initialized] = previous
                initialized &+= 1
            }
        }
        at = place
        while values.count < count {
            previous &+= try signed()
            values.append(previous)
        }
        return values
    }

    /// The low seven bits of each byte, side by side: groups are brought together in pairs, three times.
    @inline(__always)
    private static func gathered(_ word: UInt64) -> UInt64 {
        var value = word & 0x7F7F_7F7F_7F7F_7F7F
        value = (value & 0x007F_007F_007F_007F) | (value & 0x7F00_7F00_7F00_7F00) >> 1
        value = (value & 0x0000_3FFF_0000_3FFF) | (value & 0x3FFF_0000_3FFF_0000) >> 2
        return (value & 0x0000_0000_0FFF_FFFF) | (value & 0x0FFF_FFFF_0000_0000) >> 4
    }

    /// The signed number of a zigzag code.
    @inline(__always)
    static func unfolded(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A length that must fit what is left.
    public mutating func length() throws(ArchiveError) -> Int {
        let value = try varint()
        guard value <= UInt64(bytes.count - at) else { throw ArchiveError(.damaged, "a length is too large") }
        return Int(value)
    }

    public mutating func take(_ count: Int) throws(ArchiveError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - at else { throw ArchiveError(.damaged, "data is cut off") }
        defer { at += count }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<at + count])
    }
}
