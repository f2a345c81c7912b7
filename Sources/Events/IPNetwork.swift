/// The addresses with a common prefix (EQL rule R25): `10.0.0.0/8`, `2001:db8::/32`.
public struct IPNetwork: Hashable, Sendable {
    /// The lowest address inside.
    public let first: IPAddress
    /// The highest address inside.
    public let last: IPAddress

    /// Reads `address/n`; bits of the address after the first n are ignored.
    ///
    /// - Returns: nil unless the address is one (R24) and n is 0...32 or, for IPv6, 0...128, without leading zeros.
    public static func parse(_ text: String) -> IPNetwork? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// The same for UTF-8 bytes.
    public static func parse(_ text: UnsafeRawBufferPointer) -> IPNetwork? {
        guard let slash = text.lastIndex(of: UInt8(ascii: "/")),
            let address = IPAddress.parse(UnsafeRawBufferPointer(rebasing: text[..<slash])),
            let length = prefixLength(text[(slash + 1)...])
        else { return nil }
        return IPNetwork(address, prefixLength: length)
    }

    /// The network of an address; nil if the prefix is longer than the address.
    public init?(_ address: IPAddress, prefixLength: Int) {
        switch address {
        case .v4(let bits):
            guard prefixLength >= 0, prefixLength <= 32 else { return nil }
            let host = UInt32.max >> UInt32(prefixLength)  // a shift by the whole width gives zero
            first = .v4(bits & ~host)
            last = .v4(bits | host)
        case .v6(let high, let low):
            guard prefixLength >= 0, prefixLength <= 128 else { return nil }
            let hostHigh = UInt64.max >> UInt64(prefixLength)
            let hostLow = UInt64.max >> UInt64(max(0, prefixLength - 64))
            first = .v6(high & ~hostHigh, low & ~hostLow)
            last = .v6(high | hostHigh, low | hostLow)
        }
    }

    /// Whether the address is of the same family and inside.
    public func contains(_ address: IPAddress) -> Bool {
        // IPv4 sorts before IPv6, so an address between two of one family is of that family.
        first <= address && address <= last
    }

    private static func prefixLength(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard digits.count >= 1, digits.count <= 3 else { return nil }
        var number = 0
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return digits.first == UInt8(ascii: "0") && digits.count > 1 ? nil : number
    }
}
