import SOLEngine

/// A cell of either side.
enum SOLCell: Equatable, CustomStringConvertible {
    case number(Double, isInteger: Bool, text: String)
    /// Kind and UTF-8, because texts that only look alike differ.
    case other(Character, [UInt8])

    init(_ value: Value) {
        switch value {
        case .null: self = .other("0", [])
        case .boolean: self = .other("b", Array(value.text.utf8))
        case .integer(let number): self = .number(Double(number), isInteger: true, text: value.text)
        case .number(let number): self = .number(number, isInteger: false, text: value.text)
        case .string(let text): self = .other("s", Array(text.utf8))
        case .time: self = .other("t", Array(value.text.utf8))
        case .timespan: self = .other("d", Array(value.text.utf8))
        case .list: self = .other("l", value.json)
        case .map: self = .other("m", value.json)
        }
    }

    init(_ value: BruteValue) {
        switch value {
        case .null: self = .other("0", [])
        case .boolean: self = .other("b", Array(value.textString.utf8))
        case .integer(let number): self = .number(Double(number), isInteger: true, text: value.textString)
        case .number(let number): self = .number(number, isInteger: false, text: value.textString)
        case .string(let text): self = .other("s", Array(BruteValue.plain(text).utf8))
        case .time: self = .other("t", Array(value.textString.utf8))
        case .span: self = .other("d", Array(value.textString.utf8))
        case .list: self = .other("l", Array(value.json.utf8))
        case .map: self = .other("m", Array(value.json.utf8))
        }
    }

    static func == (a: SOLCell, b: SOLCell) -> Bool {
        switch (a, b) {
        case (.other(let x, let first), .other(let y, let second)): x == y && first == second
        // Whole numbers print alike (S20a); sums of doubles may be rounded otherwise.
        case (.number(let x, let first, let text), .number(let y, let second, let other)):
            text == other || (!first && !second && (x - y).magnitude <= max(x.magnitude, y.magnitude) * 1e-12)
        default: false
        }
    }

    var description: String {
        switch self {
        case .number(_, _, let text): "n:\(text)"
        case .other(let kind, let bytes): "\(kind):\(String(decoding: bytes, as: UTF8.self))"
        }
    }
}
