/// An IP address as its 4 or 16 bytes.
struct BruteAddress: Equatable {
    let bytes: [Int]

    /// R24: no zone ids, no leading zeros in IPv4 parts.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        if let bytes = Self.dotted(text) {
            self.bytes = bytes
            return
        }
        let halves = Self.split(text, "::")
        guard halves.count <= 2 else { return nil }
        guard let tail = Self.groups(halves[halves.count - 1], mayEndDotted: true) else { return nil }
        if halves.count == 1 {
            guard tail.count == 16 else { return nil }
            bytes = tail
        } else {
            guard let head = Self.groups(halves[0], mayEndDotted: false), head.count + tail.count <= 14 else {
                return nil
            }
            bytes = head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
        }
    }

    func isSameFamily(_ other: BruteAddress) -> Bool {
        bytes.count == other.bytes.count
    }

    static func compare(_ a: BruteAddress, _ b: BruteAddress) -> Int {
        for (x, y) in zip(a.bytes, b.bytes) where x != y { return x < y ? -1 : 1 }
        return 0
    }

    /// The text cut at every separator, like "a::b" into "a" and "b".
    private static func split(_ text: String, _ separator: String) -> [String] {
        var parts = [""]
        var rest = Substring(text)
        while let first = rest.first {
            if rest.hasPrefix(separator) {
                parts.append("")
                rest = rest.dropFirst(separator.count)
            } else {
                parts[parts.count - 1].append(first)
                rest = rest.dropFirst()
            }
        }
        return parts
    }

    /// `a.b.c.d`
    private static func dotted(_ text: String) -> [Int]? {
        let parts = split(text, ".")
        guard parts.count == 4 else { return nil }
        var bytes: [Int] = []
        for part in parts {
            guard let number = Int(part), number >= 0, number <= 255, String(number) == part else { return nil }
            bytes.append(number)
        }
        return bytes
    }

    /// `a:b:c`, two bytes each; the last may be dotted.
    private static func groups(_ text: String, mayEndDotted: Bool) -> [Int]? {
        if text.isEmpty { return [] }
        var bytes: [Int] = []
        let parts = split(text, ":")
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, mayEndDotted, let four = dotted(part) {
                bytes += four
                continue
            }
            guard (1...4).contains(part.count), part.allSatisfy(\.isHexDigit), let number = Int(part, radix: 16)
            else { return nil }
            bytes += [number / 256, number % 256]
        }
        return bytes
    }
}

/// R25.
struct BruteNetwork {
    let address: BruteAddress
    let length: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = BruteAddress(String(parts[0])), let length = Int(parts[1]),
            String(length) == parts[1], length >= 0, length <= address.bytes.count * 8
        else { return nil }
        self.address = address
        self.length = length
    }

    func contains(_ other: BruteAddress) -> Bool {
        other.isSameFamily(address) && bits(other).prefix(length) == bits(address).prefix(length)
    }

    private func bits(_ address: BruteAddress) -> [Int] {
        address.bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    }
}
