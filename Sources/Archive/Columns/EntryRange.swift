#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Consecutive entries of a dictionary, by their bytes.
public struct EntryRange: Equatable, Sendable {
    /// The least.
    public let lower: [UInt8]
    /// The first that is greater than all; nil: none is.
    public let upper: [UInt8]?

    /// Exactly one entry.
    public init(only entry: [UInt8]) {
        (lower, upper) = (entry, entry + [0])
    }

    /// All that begin so.
    public init(beginning bytes: [UInt8]) {
        lower = bytes
        let kept = bytes.lastIndex { $0 < .max }
        upper = kept.map { bytes[..<$0] + [bytes[$0] + 1] }
    }

    /// Whether an entry from `low` to `high`, both included, may lie in it.
    func overlaps(_ low: [UInt8], _ high: [UInt8]) -> Bool {
        Self.order(lower, high) <= 0 && (upper.map { Self.order(low, $0) < 0 } ?? true)
    }

    /// Below 0 if the first comes first.
    static func order(_ a: [UInt8], _ b: [UInt8]) -> Int {
        a.withUnsafeBytes { a in b.withUnsafeBytes { order(a, $0) } }
    }

    /// Below 0 if the first comes first.
    static func order(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let common = min(a.count, b.count)
        guard common > 0, let first = a.baseAddress, let second = b.baseAddress else { return a.count - b.count }
        let order = Int(memcmp(first, second, common))
        return order == 0 ? a.count - b.count : order
    }

    /// Whether an entry is one string, number, `true` or `false` that stands as it means: no escape, not several values. Its
    /// bytes are then the only ones of its value.
    static func isPlain(_ entry: UnsafeRawBufferPointer) -> Bool {
        guard let first = entry.first, !entry.contains(0x0A) else { return false }
        switch first {
        case UInt8(ascii: "\""):
            return entry.count >= 2 && entry.last == UInt8(ascii: "\"") && !entry.contains(UInt8(ascii: "\\"))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "f"): return true
        default: return false
        }
    }
}
