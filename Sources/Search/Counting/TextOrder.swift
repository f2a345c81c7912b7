#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The order of texts by their bytes, for texts that are short as a rule: no function is called for the first sixteen bytes.
enum TextOrder {
    /// The first eight bytes as a number that orders as they do; what is missing counts as zeros.
    @inline(__always)
    static func start(_ text: UnsafeRawBufferPointer) -> UInt64 {
        if text.count >= 8 { return UInt64(bigEndian: text.loadUnaligned(as: UInt64.self)) }
        var number: UInt64 = 0
        for place in 0..<8 { number = number << 8 | (place < text.count ? UInt64(text[place]) : 0) }
        return number
    }

    @inline(__always)
    static func isSmaller(_ a: UnsafeRawBufferPointer, than b: UnsafeRawBufferPointer) -> Bool {
        let common = min(a.count, b.count)
        guard common >= 8, let x = a.baseAddress, let y = b.baseAddress else { return isSmallerOfShort(a, b) }
        var (p, q) = (word(x), word(y))
        if p != q { return p < q }
        if common <= 16 {
            // The last eight bytes that both have: what they share with the first eight is equal.
            (p, q) = (word(x + (common - 8)), word(y + (common - 8)))
            return p == q ? a.count < b.count : p < q
        }
        (p, q) = (word(x + 8), word(y + 8))
        if p != q { return p < q }
        let order = memcmp(x + 16, y + 16, common - 16)
        return order == 0 ? a.count < b.count : order < 0
    }

    private static func isSmallerOfShort(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard let x = a.baseAddress, let y = b.baseAddress else { return a.count < b.count }
        let order = memcmp(x, y, min(a.count, b.count))
        return order == 0 ? a.count < b.count : order < 0
    }

    @inline(__always)
    static func isEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count, let x = a.baseAddress, let y = b.baseAddress else { return a.count == b.count }
        if a.count < 8 || a.count > 16 { return memcmp(x, y, a.count) == 0 }
        return word(x) == word(y) && word(x + (a.count - 8)) == word(y + (a.count - 8))
    }

    @inline(__always)
    private static func word(_ start: UnsafeRawPointer) -> UInt64 {
        UInt64(bigEndian: start.loadUnaligned(as: UInt64.self))
    }
}
