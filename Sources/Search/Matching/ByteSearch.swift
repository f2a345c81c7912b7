#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The C library's vectorised searches, bounds checked and safe for empty buffers.
enum ByteSearch {
    static func areEqual(_ text: UnsafeRawBufferPointer, _ bytes: [UInt8]) -> Bool {
        guard text.count == bytes.count else { return false }
        guard let base = text.baseAddress else { return true }
        return bytes.withUnsafeBytes { isEqual(base, $0) }
    }

    /// Whether the bytes stand at `start`, where at least as many can be read.
    @inline(__always)
    static func isEqual(_ start: UnsafeRawPointer, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let other = bytes.baseAddress else { return true }
        return memcmp(start, other, bytes.count) == 0
    }

    /// The offset of the first such byte in `range`, or the range's end.
    @inline(__always)
    static func firstIndex(of byte: UInt8, in base: UnsafeRawPointer, _ range: Range<Int>) -> Int {
        guard !range.isEmpty, let hit = memchr(base + range.lowerBound, Int32(byte), range.count) else {
            return range.upperBound
        }
        return UnsafeRawPointer(hit) - base
    }

    /// The offset of the first place in `range` where the two bytes stand one after the other, both inside, or the range's end.
    static func firstIndex(of first: UInt8, then second: UInt8, in base: UnsafeRawPointer, _ range: Range<Int>) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let firsts = ones &* UInt64(first)
        let seconds = ones &* UInt64(second)
        var at = range.lowerBound
        while at &+ 9 <= range.upperBound {
            let differing =
                (base.loadUnaligned(fromByteOffset: at, as: UInt64.self).littleEndian ^ firsts)
                | (base.loadUnaligned(fromByteOffset: at &+ 1, as: UInt64.self).littleEndian ^ seconds)
            // The high bit of the lowest byte that is zero gets set.
            let marks = (differing &- ones) & ~differing & (ones << 7)
            if marks != 0 { return at &+ marks.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        while at &+ 1 < range.upperBound {
            let isHere =
                base.load(fromByteOffset: at, as: UInt8.self) == first
                && base.load(fromByteOffset: at &+ 1, as: UInt8.self) == second
            if isHere { return at }
            at &+= 1
        }
        return range.upperBound
    }

    /// The place of the byte that is rarest in event logs; 0 if there is none.
    static func rarestIndex(in bytes: [UInt8]) -> Int {
        bytes.indices.max { rarity(bytes[$0]) < rarity(bytes[$1]) } ?? 0
    }

    /// The commonest bytes of event logs, most common first; a guess that only speed depends on.
    private static let commonBytes = Array(" e0ta1oinsr2.:-/\"3,45lcd6789=mpu_hfgbvwykxqjz".utf8)

    private static func rarity(_ byte: UInt8) -> Int {
        commonBytes.firstIndex(of: byte) ?? commonBytes.count
    }
}

/// Bytes to be found as they are.
public struct ByteNeedle: Sendable {
    let bytes: [UInt8]
    private let rarest: Int

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        rarest = ByteSearch.rarestIndex(in: bytes)
    }

    /// Whether the bytes occur in the text; an empty needle always does.
    public func occurs(in text: UnsafeRawBufferPointer) -> Bool {
        if bytes.isEmpty { return true }
        guard let base = text.baseAddress, text.count >= bytes.count else { return false }
        // Offsets at which the rarest byte can stand if the needle is to fit.
        let end = text.count - bytes.count + rarest + 1
        return bytes.withUnsafeBytes { needle in
            var hit = ByteSearch.firstIndex(of: needle[rarest], in: base, rarest..<end)
            while hit < end {
                if ByteSearch.isEqual(base + (hit - rarest), needle) { return true }
                hit = ByteSearch.firstIndex(of: needle[rarest], in: base, hit + 1..<end)
            }
            return false
        }
    }
}
