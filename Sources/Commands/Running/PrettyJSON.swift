import Rendering

/// Lays JSON out over several lines. Only white space between tokens changes: keys keep their order and duplicates,
/// numbers and strings their spelling.
enum PrettyJSON {
    /// Deeper levels are not indented further.
    private static let deepestIndent = 40

    /// - Parameter json: valid JSON.
    static func text(_ json: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(json.count * 2)
        var depth = 0
        var isInString = false
        var isEscaped = false
        var opened = false
        func lineBreak() {
            out.append(UInt8(ascii: "\n"))
            for _ in 0..<min(depth, deepestIndent) { out.append(contentsOf: [0x20, 0x20]) }
        }
        for byte in json {
            if isInString {
                out.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                // An empty object or list stays on its line.
                if !opened { lineBreak() }
                opened = false
                out.append(byte)
                continue
            default: break
            }
            if opened { lineBreak() }
            opened = false
            out.append(byte)
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                opened = true
            case UInt8(ascii: ","): lineBreak()
            case UInt8(ascii: ":"): out.append(0x20)
            case UInt8(ascii: "\""): isInString = true
            default: break
            }
        }
        return out
    }
}

extension EventWriter {
    /// Writes text of several lines, made visible on a terminal line by line.
    mutating func writeLines(_ text: [UInt8]) throws {
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            try line.withUnsafeBytes { try write(event: $0) }
        }
    }
}
