/// An IPv4 or IPv6 address (EQL rule R24). The families never mix: `::ffff:1.2.3.4` is IPv6.
///
/// Ordered by family (IPv4 first), then as numbers.
public enum IPAddress: Hashable, Sendable {
    /// The 32 bits, first part highest.
    case v4(UInt32)
    /// The upper and the lower 64 bits.
    case v6(UInt64, UInt64)

    public func isSameFamily(_ other: IPAddress) -> Bool {
        switch (self, other) {
        case (.v4, .v4), (.v6, .v6): true
        case (.v4, .v6), (.v6, .v4): false
        }
    }

    /// The term-index token of the address, the same for all its spellings: `ip4x` and 8 lower-case
    /// hexadecimal digits, or `ip6x` and 32.
    public var token: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        appendToken(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends `token` as ASCII bytes.
    public func appendToken(to out: inout [UInt8]) {
        switch self {
        case .v4(let bits):
            out.append(contentsOf: "ip4x".utf8)
            Self.appendHex(UInt64(bits), digits: 8, to: &out)
        case .v6(let high, let low):
            out.append(contentsOf: "ip6x".utf8)
            Self.appendHex(high, digits: 16, to: &out)
            Self.appendHex(low, digits: 16, to: &out)
        }
    }

    private static func appendHex(_ bits: UInt64, digits: Int, to out: inout [UInt8]) {
        for place in (0..<digits).reversed() {
            let nibble = UInt8(truncatingIfNeeded: bits >> UInt64(place * 4)) & 15
            out.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
        }
    }
}

extension IPAddress: Comparable {
    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        switch (a, b) {
        case (.v4(let a), .v4(let b)): a < b
        case (.v4, .v6): true
        case (.v6, .v4): false
        case (.v6(let aHigh, let aLow), .v6(let bHigh, let bLow)): aHigh == bHigh ? aLow < bLow : aHigh < bHigh
        }
    }
}
