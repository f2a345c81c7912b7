/// One value of a row, typed so that numbers stay numbers in JSON.
public enum Cell: Hashable, Sendable {
    case text(String)
    /// Text that may not be UTF-8: the bytes of a reject, a file name.
    case bytes([UInt8])
    case integer(Int)
    /// JSON has no infinities and no NaN: they are written as null.
    case double(Double)
    case boolean(Bool)
    case null
    /// A complete JSON value, written as it is.
    case json([UInt8])
    case list([Cell])

    /// The cell as JSON.
    public func appendJSON(to out: inout [UInt8]) {
        switch self {
        case .text(let text): JSONText.appendString(text, to: &out)
        case .bytes(let bytes): bytes.withUnsafeBytes { JSONText.appendString($0, to: &out) }
        case .integer(let value): out.append(contentsOf: String(value).utf8)
        case .double(let value): out.append(contentsOf: (NumberText.shortest(value) ?? "null").utf8)
        case .boolean(let value): out.append(contentsOf: (value ? "true" : "false").utf8)
        case .null: out.append(contentsOf: "null".utf8)
        case .json(let bytes): out.append(contentsOf: bytes)
        case .list(let cells):
            out.append(UInt8(ascii: "["))
            for (index, cell) in cells.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                cell.appendJSON(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        }
    }

    /// The cell as text for tables, CSV and TSV, not yet quoted or escaped: null is empty, a list is compact JSON.
    public func appendText(to out: inout [UInt8]) {
        switch self {
        case .text(let text): out.append(contentsOf: text.utf8)
        case .bytes(let bytes): out.append(contentsOf: bytes)
        case .null: break
        case .integer, .double, .boolean, .json, .list: appendJSON(to: &out)
        }
    }

    public var isNull: Bool {
        if case .null = self { true } else { false }
    }
}
