import Events
import Search

/// Values as bytes, by which groups are told apart, and back.
extension Value {
    /// Stands before a map, whose bytes do not tell all that is in it.
    static let otherMark = UInt8(ascii: "j")

    /// Adds bytes that are equal for two values exactly if they are one group (`by`, `distinct`, `count_distinct`).
    func appendGroupKey(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(0)
        case .integer, .number:
            bytes.append(UInt8(ascii: "n"))
            bytes += text.utf8
        case .string(let text):
            bytes.append(UInt8(ascii: "s"))
            bytes += text.utf8
        case .boolean(let flag): bytes += flag ? "b1".utf8 : "b0".utf8
        case .time(let instant):
            bytes.append(UInt8(ascii: "t"))
            withUnsafeBytes(of: instant.microseconds) { bytes += $0 }
            withUnsafeBytes(of: instant.nanoseconds) { bytes += $0 }
        case .timespan(let span):
            bytes.append(UInt8(ascii: "d"))
            withUnsafeBytes(of: span) { bytes += $0 }
        case .list, .map:
            bytes.append(Self.otherMark)
            bytes += json
        }
    }

    /// What tells the values of events apart: a string is its text in quotation marks, other kinds begin otherwise.
    static let distinctKey = ValueKey.typed { kind, text, key in
        switch kind {
        case .string:
            key.append(0x22)
            key += text
            key.append(0x22)
        case .boolean:
            key.append(UInt8(ascii: "b"))
            key += text
        case .number:
            if isWholeAsWritten(text) {
                key.append(numberMark)
                key += text
                return true
            }
            let number = number(in: String(decoding: text, as: UTF8.self))
            if number.isNull { return false }
            key.append(numberMark)
            key += number.text.utf8
        case .null, .object: return false
        }
        return true
    }

    /// Begins the `distinctKey` of a number.
    static let numberMark = UInt8(ascii: "n")

    /// The value of a `distinctKey`.
    init(distinctKey key: UnsafeRawBufferPointer) {
        switch key.first {
        case 0x22: self = .string(String(decoding: key.dropFirst().dropLast(), as: UTF8.self))
        case UInt8(ascii: "b"): self = .boolean(key.count == 5)
        case Self.numberMark: self = .number(in: String(decoding: key.dropFirst(), as: UTF8.self))
        default: self = .null
        }
    }

    /// Whether a number is written as it is shown: a whole one without sign, of at most 18 digits.
    private static func isWholeAsWritten(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first, text.count <= 18, first != UInt8(ascii: "0") || text.count == 1 else {
            return false
        }
        return text.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 }
    }

    /// The same with its length in front, so that several can stand one after the other.
    func appendGroupPart(to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += [0, 0, 0, 0]
        appendGroupKey(to: &bytes)
        let length = UInt32(bytes.count - start - 4)
        for byte in 0..<4 { bytes[start + byte] = UInt8(truncatingIfNeeded: length >> (8 * byte)) }
    }

    /// The values of parts; lists and maps are null.
    static func keys(inGroupParts bytes: UnsafeRawBufferPointer) -> [Value] {
        var keys: [Value] = []
        var at = 0
        while at < bytes.count {
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
            keys.append(value(ofGroupKey: UnsafeRawBufferPointer(rebasing: bytes[at + 4..<at + 4 + length])))
            at += 4 + length
        }
        return keys
    }

    static func firstKey(inGroupParts bytes: UnsafeRawBufferPointer) -> Value {
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        // The beginning of a text is enough to order most.
        let end = bytes[4] == UInt8(ascii: "s") ? min(length, 33) : length
        return value(ofGroupKey: UnsafeRawBufferPointer(rebasing: bytes[4..<4 + end]))
    }

    private static func value(ofGroupKey bytes: UnsafeRawBufferPointer) -> Value {
        let rest = bytes[1...]
        switch bytes[0] {
        case UInt8(ascii: "s"): return .string(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "n"): return number(in: String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "b"): return .boolean(bytes[1] == UInt8(ascii: "1"))
        case UInt8(ascii: "t"):
            return .time(
                Instant(
                    microseconds: bytes.loadUnaligned(fromByteOffset: 1, as: Int64.self),
                    nanoseconds: bytes.loadUnaligned(fromByteOffset: 9, as: Int16.self)))
        case UInt8(ascii: "d"): return .timespan(bytes.loadUnaligned(fromByteOffset: 1, as: Int64.self))
        default: return .null
        }
    }
}
