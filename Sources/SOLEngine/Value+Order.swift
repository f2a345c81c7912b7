import Events

extension Value {
    /// Negative, zero or positive: numbers < times < timespans < strings < booleans < lists < maps < null.
    static func order(_ a: Value, _ b: Value) -> Int {
        switch (a, b) {
        case (.integer(let x), .integer(let y)): return x < y ? -1 : x > y ? 1 : 0
        case (.string(let x), .string(let y)): return orderText(x, y)
        case (.time(let x), .time(let y)): return x < y ? -1 : x > y ? 1 : 0
        case (.timespan(let x), .timespan(let y)): return x < y ? -1 : x > y ? 1 : 0
        case (.boolean(let x), .boolean(let y)): return x == y ? 0 : y ? -1 : 1
        case (.list, .list), (.map, .map): return orderText(a.text, b.text)
        default: break
        }
        switch (a, b) {
        case (.integer(let x), .number(let y)): return orderNumber(x, y)
        case (.number(let x), .integer(let y)): return -orderNumber(y, x)
        default: break
        }
        if let x = a.double, let y = b.double { return x < y ? -1 : x > y ? 1 : 0 }
        return a.rank - b.rank
    }

    /// A number that orders two values as `order` does, or leaves it open by being equal.
    var orderPrefix: (UInt8, UInt64) {
        switch self {
        case .integer, .number:
            let bits = (double ?? 0).bitPattern
            // Zero has two signs.
            if double == 0 { return (0, 1 << 63) }
            return (0, bits >> 63 == 1 ? ~bits : bits | 1 << 63)
        case .time(let instant): return (1, UInt64(bitPattern: instant.microseconds) ^ 1 << 63)
        case .timespan(let span): return (2, UInt64(bitPattern: span) ^ 1 << 63)
        case .string(let text):
            var prefix: UInt64 = 0
            var left = 8
            for byte in text.utf8 {
                if left == 0 { break }
                prefix = prefix << 8 | UInt64(byte)
                left -= 1
            }
            return (3, prefix << UInt64(8 * left))
        case .boolean, .list, .map, .null: return (UInt8(rank), 0)
        }
    }

    private var rank: Int {
        switch self {
        case .integer, .number: 0
        case .time: 1
        case .timespan: 2
        case .string: 3
        case .boolean: 4
        case .list: 5
        case .map: 6
        case .null: 7
        }
    }

    /// Exactly: not every integer has a double.
    private static func orderNumber(_ x: Int64, _ y: Double) -> Int {
        if let whole = Int64(exactly: y) { return x < whole ? -1 : x > whole ? 1 : 0 }
        let x = Double(x)
        return x < y ? -1 : x > y ? 1 : 0
    }

    /// By code point, which is by the bytes of UTF-8.
    static func orderText(_ a: String, _ b: String) -> Int {
        if a.utf8.lexicographicallyPrecedes(b.utf8) { return -1 }
        return b.utf8.lexicographicallyPrecedes(a.utf8) ? 1 : 0
    }
}

/// How two values are compared (S22…S26).
struct ValueComparison {
    /// Whether a side is without a field: a number and a text are then compared as that side is.
    var leftIsLiteral: Bool
    var rightIsLiteral: Bool
    var ignoreCase = false

    /// Values of two fields: as joins and `in (pipeline)` compare.
    static let fields = ValueComparison(leftIsLiteral: false, rightIsLiteral: false)

    /// Whether some item of the one equals some item of the other. Null equals nothing.
    func isEqual(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.null, _), (_, .null): return false
        case (.list(let items), _): return items.contains { isEqual($0, b) }
        case (_, .list(let items)): return items.contains { isEqual(a, $0) }
        default: return order(a, b) == 0
        }
    }

    /// Whether some items are in such an order that `accept` takes its sign.
    func holds(_ a: Value, _ b: Value, _ accept: (Int) -> Bool) -> Bool {
        switch (a, b) {
        case (.null, _), (_, .null): return false
        case (.list(let items), _): return items.contains { holds($0, b, accept) }
        case (_, .list(let items)): return items.contains { holds(a, $0, accept) }
        default: return order(a, b).map(accept) ?? false
        }
    }

    /// Nil: they do not compare.
    private func order(_ a: Value, _ b: Value) -> Int? {
        switch (a, b) {
        case (.string(let x), .string(let y)):
            return ignoreCase ? Value.orderText(Folding.folded(x), Folding.folded(y)) : Value.orderText(x, y)
        case (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number), (.time, .time),
            (.timespan, .timespan), (.boolean, .boolean):
            return Value.order(a, b)
        case (.string(let text), .integer), (.string(let text), .number):
            return mixed(text, b, textIsLiteral: leftIsLiteral, numberIsLiteral: rightIsLiteral)
        case (.integer, .string(let text)), (.number, .string(let text)):
            return mixed(text, a, textIsLiteral: rightIsLiteral, numberIsLiteral: leftIsLiteral).map { -$0 }
        case (.string(let text), .time(let time)):
            return TimeText.parse(text).map { Value.order(.time($0), .time(time)) }
        case (.time(let time), .string(let text)):
            return TimeText.parse(text).map { Value.order(.time(time), .time($0)) }
        case (.boolean, .string(let text)) where rightIsLiteral: return textOrder(a.text, text)
        case (.string(let text), .boolean) where leftIsLiteral: return textOrder(text, b.text)
        default: return nil
        }
    }

    private func textOrder(_ a: String, _ b: String) -> Int {
        ignoreCase ? Value.orderText(Folding.folded(a), Folding.folded(b)) : Value.orderText(a, b)
    }

    /// S25: as text if only the text is a literal, else as numbers.
    private func mixed(_ text: String, _ number: Value, textIsLiteral: Bool, numberIsLiteral: Bool) -> Int? {
        if textIsLiteral, !numberIsLiteral { return textOrder(text, number.text) }
        let other = Value.number(in: text)
        return other.isNull ? nil : Value.order(other, number)
    }
}

/// Text without case: each scalar by its lower-case mapping if that is one scalar (R32).
enum Folding {
    static func folded(_ text: String) -> String {
        var text = text
        var out: [UInt8] = []
        text.withUTF8 { WordCharacters.folded(UnsafeRawBufferPointer($0), into: &out) }
        return String(decoding: out, as: UTF8.self)
    }

    static func upper(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.uppercased() }
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let mapped = scalar.properties.uppercaseMapping.unicodeScalars
            view.append(mapped.count == 1 ? mapped.first ?? scalar : scalar)
        }
        return String(view)
    }
}
