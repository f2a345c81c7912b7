/// Comma-separated values: RFC 4180.
public enum CSVText {
    /// Appends one cell.
    ///
    /// A cell that a spreadsheet would run as a formula gets a `'` in front, unless it is a plain number.
    ///
    /// - Parameter raw: `--csv-raw`: leave formulas alone.
    public static func append(_ cell: Cell, raw: Bool, to out: inout [UInt8]) {
        switch cell {
        case .null: return
        case .integer, .double, .boolean: cell.appendText(to: &out)
        case .bytes(let bytes): bytes.withUnsafeBytes { append($0, raw: raw, to: &out) }
        case .text(var text): text.withUTF8 { append(UnsafeRawBufferPointer($0), raw: raw, to: &out) }
        case .json, .list:
            var text: [UInt8] = []
            cell.appendText(to: &text)
            text.withUnsafeBytes { append($0, raw: raw, to: &out) }
        }
    }

    private static func append(_ text: UnsafeRawBufferPointer, raw: Bool, to out: inout [UInt8]) {
        appendField(text, isSafe: raw || !startsFormula(text) || NumberText.isPlain(text), to: &out)
    }

    /// Appends a column name. `@timestamp` and its like stay as they are: a program looks the column up by that
    /// name, and a bare name calls nothing.
    public static func appendHeader(_ name: String, raw: Bool, to out: inout [UInt8]) {
        var name = name
        name.withUTF8 { utf8 in
            let text = UnsafeRawBufferPointer(utf8)
            appendField(text, isSafe: raw || !startsFormula(text) || isBareName(text), to: &out)
        }
    }

    private static func startsFormula(_ text: UnsafeRawBufferPointer) -> Bool {
        switch text.first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: true
        case .some, .none: false
        }
    }

    /// `@`, then ASCII letters, digits, dots and underscores only.
    private static func isBareName(_ text: UnsafeRawBufferPointer) -> Bool {
        text.first == UInt8(ascii: "@")
            && text.dropFirst().allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func appendField(_ text: UnsafeRawBufferPointer, isSafe: Bool, to out: inout [UInt8]) {
        // An empty text is "" and a null is nothing, so the two can be told apart.
        var quoted = text.isEmpty
        for byte in text where byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D {
            quoted = true
        }
        if quoted { out.append(UInt8(ascii: "\"")) }
        if !isSafe { out.append(UInt8(ascii: "'")) }
        if quoted {
            for byte in text {
                if byte == UInt8(ascii: "\"") { out.append(byte) }
                out.append(byte)
            }
            out.append(UInt8(ascii: "\""))
        } else {
            out.append(contentsOf: text)
        }
    }
}

/// Tab-separated values: one line a row whatever the cells hold.
public enum TSVText {
    /// Appends one cell; tab, line feed, carriage return and backslash are written `\t`, `\n`, `\r`, `\\`.
    public static func append(_ cell: Cell, to out: inout [UInt8]) {
        var text: [UInt8] = []
        cell.appendText(to: &text)
        for byte in text {
            switch byte {
            case 0x09: out.append(contentsOf: "\\t".utf8)
            case 0x0A: out.append(contentsOf: "\\n".utf8)
            case 0x0D: out.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\\"): out.append(contentsOf: "\\\\".utf8)
            default: out.append(byte)
            }
        }
    }
}
