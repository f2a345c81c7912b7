extension IPAddress {
    /// Reads an address that is the whole text.
    ///
    /// IPv4 is four decimal parts 0...255 without leading zeros. IPv6 is as in RFC 4291 section 2.2: groups of
    /// one to four hexadecimal digits in either case, one `::` for one or more groups of zeros, the last 32 bits
    /// also as IPv4.
    /// - Returns: nil for anything else, zone ids, brackets and prefix lengths included.
    public static func parse(_ text: UnsafeRawBufferPointer) -> IPAddress? {
        guard text.count >= 2, text.count <= 45 else { return nil }  // "::" ... eight groups, the last two as IPv4
        for byte in text {
            // Every address has a colon or a dot after at most four digits.
            if byte == UInt8(ascii: ":") { return parseV6(text) }
            if byte == UInt8(ascii: ".") { return parseV4(text, from: 0).map(IPAddress.v4) }
            if hexValue(byte) == nil { return nil }
        }
        return nil
    }

    /// The same for a string.
    public static func parse(_ text: String) -> IPAddress? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// Four decimal parts from `start` to the end of the text.
    private static func parseV4(_ text: UnsafeRawBufferPointer, from start: Int) -> UInt32? {
        guard text.count - start >= 7, text.count - start <= 15 else { return nil }
        var bits: UInt32 = 0
        var parts = 0
        var part: UInt32 = 0
        var digits = 0
        for index in start...text.count {
            if index == text.count || text[index] == UInt8(ascii: ".") {
                guard digits > 0, part <= 255, parts < 4 else { return nil }
                bits = bits << 8 | part
                parts += 1
                part = 0
                digits = 0
            } else {
                let digit = text[index] &- UInt8(ascii: "0")
                guard digit <= 9, digits < 3, digits == 0 || part != 0 else { return nil }
                part = part * 10 + UInt32(digit)
                digits += 1
            }
        }
        return parts == 4 ? bits : nil
    }

    private static func parseV6(_ text: UnsafeRawBufferPointer) -> IPAddress? {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var count = 0  // groups read
        var gap: Int?  // groups before "::"
        var index = 0
        let end = text.count

        func append(_ group: UInt64) {
            high = high << 16 | low >> 48
            low = low << 16 | group
            count += 1
        }

        if text[0] == UInt8(ascii: ":") {
            guard text[1] == UInt8(ascii: ":") else { return nil }
            gap = 0
            index = 2
        }
        while index < end {
            let start = index
            var group: UInt64 = 0
            while index < end, let digit = hexValue(text[index]) {
                guard index - start < 4 else { return nil }
                group = group << 4 | digit
                index += 1
            }
            if index < end, text[index] == UInt8(ascii: ".") {
                guard count <= 6, let bits = parseV4(text, from: start) else { return nil }
                append(UInt64(bits >> 16))
                append(UInt64(bits & 0xFFFF))
                index = end
                break
            }
            guard index > start, count < 8 else { return nil }
            append(group)
            if index == end { break }
            guard text[index] == UInt8(ascii: ":"), index + 1 < end else { return nil }
            index += 1
            if text[index] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = count
                index += 1
            }
        }

        guard let gap else { return count == 8 ? .v6(high, low) : nil }
        guard count < 8 else { return nil }
        return spread(high, low, groups: count, gap: gap)
    }

    /// Puts zeros after the first `gap` of `groups` (0...7) groups that stand at the low end.
    private static func spread(_ high: UInt64, _ low: UInt64, groups: Int, gap: Int) -> IPAddress {
        // Shifts of 64 and more give zero on Swift's integers, which the edges rely on.
        let tail = (groups - gap) * 16
        let tailHigh = tail <= 64 ? 0 : high & ((1 << (tail - 64)) - 1)
        let tailLow = tail >= 64 ? low : low & ((1 << tail) - 1)
        // The groups before the gap go to the upper end.
        let shift = (8 - groups) * 16
        let keptHigh = high & ~tailHigh
        let keptLow = low & ~tailLow
        let movedHigh =
            shift >= 64 ? keptLow << UInt64(shift - 64) : keptHigh << UInt64(shift) | keptLow >> UInt64(64 - shift)
        let movedLow = shift >= 64 ? 0 : keptLow << UInt64(shift)
        return .v6(movedHigh | tailHigh, movedLow | tailLow)
    }

    private static func hexValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
