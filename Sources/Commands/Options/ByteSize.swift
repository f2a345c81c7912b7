import ArgumentParser

/// Sizes in arguments.
enum ByteSize {
    /// `536870912`, `512M`, `2G`, `1.5GiB`: binary units.
    static func parse(_ text: String) throws -> Int {
        var number = Substring(text.uppercased())
        if number.hasSuffix("IB") {
            number = number.dropLast(2)
        } else if number.hasSuffix("B") {
            number = number.dropLast()
        }
        var shift = 0
        for (unit, bits) in [("K", 10), ("M", 20), ("G", 30), ("T", 40)] where number.hasSuffix(unit) {
            number = number.dropLast()
            shift = bits
        }
        guard let value = Double(number), value >= 0, value * Double(1 << shift) < 1e15, number.first?.isNumber ?? false
        else {
            throw ValidationError("\"\(text)\" is no size; write 512M or 2G")
        }
        return Int(value * Double(1 << shift))
    }
}
