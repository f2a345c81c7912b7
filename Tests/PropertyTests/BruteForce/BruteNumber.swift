/// The text of a JSON number, taken apart.
struct BruteNumber {
    let text: String
    let isNegative: Bool
    /// The decimal digits without point and exponent: the digits left and right of the point.
    private(set) var whole: String
    private(set) var fraction: String

    /// `-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?` over the whole text, with an exponent of at most 400 in magnitude.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.text = text
        var rest = Substring(text)
        isNegative = rest.first == "-"
        if isNegative { rest.removeFirst() }
        whole = String(rest.prefix { Self.isDigit($0) })
        rest = rest.dropFirst(whole.count)
        guard !whole.isEmpty, whole == "0" || whole.first != "0" else { return nil }
        fraction = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = String(rest.prefix { Self.isDigit($0) })
            rest = rest.dropFirst(fraction.count)
            guard !fraction.isEmpty else { return nil }
        }
        if rest.first == "e" || rest.first == "E" {
            rest.removeFirst()
            let isSmall = rest.first == "-"
            if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
            guard !rest.isEmpty, rest.allSatisfy({ Self.isDigit($0) }), let exponent = Int(rest), exponent <= 400
            else { return nil }
            rest = ""
            for _ in 0..<exponent {
                if isSmall {
                    fraction = (whole.popLast().map(String.init) ?? "0") + fraction
                } else {
                    whole += fraction.isEmpty ? "0" : String(fraction.removeFirst())
                }
            }
        }
        guard rest.isEmpty else { return nil }
        whole = String(whole.drop { $0 == "0" })
        while fraction.last == "0" { fraction.removeLast() }
    }

    private static func isDigit(_ character: Character) -> Bool {
        character >= "0" && character <= "9" && character.isASCII
    }

    /// -1, 0 or 1: integers exactly, others as doubles (R21).
    static func compare(_ a: BruteNumber, _ b: BruteNumber) -> Int {
        if a.fraction.isEmpty, b.fraction.isEmpty {
            let aSign = a.whole.isEmpty ? 0 : a.isNegative ? -1 : 1
            let bSign = b.whole.isEmpty ? 0 : b.isNegative ? -1 : 1
            if aSign != bSign { return aSign < bSign ? -1 : 1 }
            if a.whole == b.whole { return 0 }
            let isBelow = a.whole.count == b.whole.count ? a.whole < b.whole : a.whole.count < b.whole.count
            return isBelow ? -aSign : aSign
        }
        guard let x = Double(a.text), let y = Double(b.text) else { preconditionFailure("not numbers") }
        return x < y ? -1 : x > y ? 1 : 0
    }

    /// The instant it means on a time field (R50).
    var instant: BruteInstant? {
        // The digits left of the point tell the unit: up to 11 seconds, up to 14 milliseconds and so on.
        let shift = whole.count <= 11 ? 0 : whole.count <= 14 ? 3 : whole.count <= 17 ? 6 : 9
        guard whole.count <= 21, let seconds = Int(whole.isEmpty ? "0" : "0" + whole.dropLast(shift)),
            let nanoseconds = Int((whole.suffix(shift) + fraction + "000000000").prefix(9))
        else { return nil }
        if !isNegative { return BruteInstant(seconds: seconds, nanoseconds: nanoseconds) }
        if nanoseconds == 0 { return BruteInstant(seconds: -seconds, nanoseconds: 0) }
        return BruteInstant(seconds: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds)
    }
}
