/// IPv4 addresses in the order of their texts' bytes: each octet counts by its place among the texts of all octets ("0", "1",
/// "10", "100", ...). What follows an octet is less than any digit.
enum OctetOrder {
    /// By place.
    static let octets = (UInt8.min...UInt8.max).sorted { "\($0)".utf8.lexicographicallyPrecedes("\($1)".utf8) }
    /// By octet.
    static let places = octets.indices.reduce(into: [UInt8](repeating: 0, count: 256)) { places, place in
        places[Int(octets[place])] = UInt8(place)
    }
    /// The texts by place, each with its length in the lowest byte, its bytes above.
    static let texts = octets.map { octet in
        "\(octet)".utf8.enumerated().reduce(UInt32("\(octet)".utf8.count)) { text, digit in
            text | UInt32(digit.element) << UInt32(8 * (digit.offset + 1))
        }
    }

    /// The places of the octets, the first one highest, of an address in quotation marks; nil for any other entry.
    static func key(_ entry: UnsafeBufferPointer<UInt8>) -> UInt64? {
        guard 9...17 ~= entry.count, entry[0] == UInt8(ascii: "\""), entry[entry.count - 1] == UInt8(ascii: "\"") else {
            return nil
        }
        var key: UInt64 = 0
        var at = 1
        for octet in 0..<4 {
            var number = 0
            let start = at
            while at < entry.count, at - start < 3, entry[at] &- 0x30 <= 9 {
                number = number * 10 + Int(entry[at] - 0x30)
                at += 1
            }
            // Without zeros in front.
            guard at > start, number <= 255, entry[start] != 0x30 || at - start == 1 else { return nil }
            guard entry[at] == (octet < 3 ? UInt8(ascii: ".") : UInt8(ascii: "\"")) else { return nil }
            at += 1
            key = key << 8 | UInt64(places[number])
        }
        return at == entry.count ? key : nil
    }
}
