import Events

/// A value of SOL (S20).
public enum Value: Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case time(Instant)
    /// Nanoseconds.
    case timespan(Int64)
    case list([Value])
    case map([Member])

    public struct Member: Sendable {
        public var key: String
        public var value: Value

        public init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    var isNull: Bool { if case .null = self { true } else { false } }

    /// A number that is finite, else null.
    static func finite(_ number: Double) -> Value { number.isFinite ? .number(number) : .null }

    /// As a double; nil for anything but numbers.
    var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .null, .boolean, .string, .time, .timespan, .list, .map: nil
        }
    }

    /// The items of a list, else the value itself; nothing for null.
    var items: [Value] {
        switch self {
        case .null: []
        case .list(let items): items
        case .boolean, .integer, .number, .string, .time, .timespan, .map: [self]
        }
    }

    /// The number that a text is if it is a JSON number, else null.
    static func number(in text: String) -> Value {
        guard DecimalText.isNumber(text) else { return .null }
        if !text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }),
            let number = Int64(text)
        {
            return .integer(number)
        }
        return Double(text).map(finite) ?? .null
    }

    /// A list without nulls and without lists in it; null if nothing is left (S21).
    static func flattened(_ values: [Value]) -> Value {
        var items: [Value] = []
        for value in values { items += value.items }
        return items.isEmpty ? .null : .list(items)
    }
}
