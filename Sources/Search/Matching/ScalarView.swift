import Events

/// A UTF-8 text read scalar by scalar at byte offsets, forwards and backwards, never outside its bounds.
struct ScalarView {
    let base: UnsafePointer<UInt8>
    /// Bytes.
    let count: Int

    /// Nil for an empty text.
    @inline(__always)
    init?(_ text: UnsafeRawBufferPointer) {
        guard let base = text.baseAddress, !text.isEmpty else { return nil }
        self.base = base.assumingMemoryBound(to: UInt8.self)
        count = text.count
    }

    /// The scalar at `offset` (0..<count) and the offset after it.
    @inline(__always)
    func scalar(at offset: Int) -> (scalar: UInt32, next: Int) {
        let byte = base[offset]
        if byte < 0x80 { return (UInt32(byte), offset + 1) }
        let (scalar, length) = UTF8Text.decodeScalar(base + offset, base + count)
        return (scalar, offset + length)
    }

    /// The scalar that ends before `offset` (1...count).
    @inline(__always)
    func scalar(before offset: Int) -> UInt32 {
        let last = base[offset - 1]
        if last < 0x80 { return UInt32(last) }
        var start = offset - 1
        while start > 0, start > offset - 4, base[start] & 0xC0 == 0x80 { start -= 1 }
        return UTF8Text.decodeScalar(base + start, base + offset).scalar
    }

    /// Whether word characters stand on both sides of `offset` (R31).
    @inline(__always)
    func isInsideWord(_ offset: Int) -> Bool {
        guard offset > 0, offset < count else { return false }
        return WordCharacters.isWord(scalar(before: offset)) && WordCharacters.isWord(scalar(at: offset).scalar)
    }
}

/// The characters that a full-text wildcard does not cross (R33).
enum FullTextSpace {
    @inline(__always)
    static func contains(_ scalar: UInt32) -> Bool {
        scalar == 0x20 || (scalar >= 0x09 && scalar <= 0x0D)
    }
}
