import Events

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads JSON into values; of an object only the members that are wanted.
///
/// The text is an archived event, which was checked when it was archived, or any string (`parse_json`).
struct JSONTree {
    /// As deep as an event may be.
    private static let deepest = EventDecoder.maximumDepth

    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    private var depth = 0

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The value of a whole text; nil if it is not JSON.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> Value? {
        var tree = JSONTree(bytes)
        tree.skipBlanks()
        guard let value = tree.value() else { return nil }
        tree.skipBlanks()
        return tree.at == bytes.count ? value : nil
    }

    /// The members of an event whose key (as UTF-8) `isWanted`.
    static func members(
        _ bytes: UnsafeRawBufferPointer, where isWanted: (UnsafeRawBufferPointer) -> Bool
    ) -> [Value.Member] {
        var tree = JSONTree(bytes)
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { tree.at = 3 }
        tree.skipBlanks()
        return tree.object(where: isWanted) ?? []
    }

    /// The values of a column's entry: JSON as written, several joined by line feeds.
    static func values(ofEntry bytes: UnsafeRawBufferPointer) -> Value {
        guard bytes.contains(0x0A) else { return parse(bytes) ?? .null }
        var found: [Value] = []
        for part in bytes.split(separator: 0x0A) {
            let value = parse(UnsafeRawBufferPointer(rebasing: part)) ?? .null
            if !value.isNull { found.append(value) }
        }
        return Value.joined(found)
    }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    private mutating func value() -> Value? {
        guard depth < Self.deepest, let byte = next else { return nil }
        switch byte {
        case UInt8(ascii: "\""): return string().map { .string($0) }
        // `{}` is null, as `[]` is (S21).
        case UInt8(ascii: "{"): return object(where: { _ in true }).map { $0.isEmpty ? .null : .map($0) }
        case UInt8(ascii: "["): return list()
        case UInt8(ascii: "t"): return word("true", .boolean(true))
        case UInt8(ascii: "f"): return word("false", .boolean(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: Value) -> Value? {
        let count = word.utf8CodeUnitCount
        guard at + count <= bytes.count else { return nil }
        for offset in 0..<count where bytes[at + offset] != word.utf8Start[offset] { return nil }
        at += count
        return value
    }

    private mutating func number() -> Value? {
        let start = at
        while let byte = next, byte &- 0x30 < 10 || "+-.eE".utf8.contains(byte) { at += 1 }
        guard at > start else { return nil }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard DecimalText.isNumber(text) else { return nil }
        return Value.number(in: text)
    }

    private mutating func list() -> Value? {
        at += 1
        depth += 1
        defer { depth -= 1 }
        var items: [Value] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .null }
        while true {
            skipBlanks()
            guard let item = value() else { return nil }
            items.append(item)
            skipBlanks()
            if take(UInt8(ascii: "]")) { return Value.flattened(items) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    private mutating func object(where isWanted: (UnsafeRawBufferPointer) -> Bool) -> [Value.Member]? {
        guard take(UInt8(ascii: "{")) else { return nil }
        depth += 1
        defer { depth -= 1 }
        var members: [Value.Member] = []
        skipBlanks()
        if take(UInt8(ascii: "}")) { return [] }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\""), let key = key(where: isWanted) else { return nil }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { return nil }
            skipBlanks()
            if let key = key.text {
                guard let value = value() else { return nil }
                members.append(Value.Member(key: key, value: value))
            } else {
                guard skip() else { return nil }
            }
            skipBlanks()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    /// A member's key; its text is nil if it is not wanted.
    private mutating func key(where isWanted: (UnsafeRawBufferPointer) -> Bool) -> (text: String?, Void)? {
        let start = at
        guard skipString() else { return nil }
        let raw = UnsafeRawBufferPointer(rebasing: bytes[start + 1..<at - 1])
        if !raw.contains(UInt8(ascii: "\\")) {
            return (isWanted(raw) ? String(decoding: raw, as: UTF8.self) : nil, ())
        }
        at = start
        guard var text = string() else { return nil }
        let wanted = text.withUTF8 { isWanted(UnsafeRawBufferPointer($0)) }
        return (wanted ? text : nil, ())
    }

    /// Passes over a value without looking at it.
    private mutating func skip() -> Bool {
        var open = 0
        repeat {
            guard let byte = next else { return false }
            switch byte {
            case UInt8(ascii: "\""): guard skipString() else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open -= 1
                at += 1
            default: at += 1
            }
            if open == 0, let following = next, following == UInt8(ascii: ",") || following == UInt8(ascii: "}") {
                return true
            }
        } while at < bytes.count
        return open == 0
    }

    private mutating func skipString() -> Bool {
        at += 1
        guard let base = bytes.baseAddress else { return false }
        while at < bytes.count, let quote = memchr(base + at, 0x22, bytes.count - at) {
            let end = base.distance(to: UnsafeRawPointer(quote))
            var before = end
            while before > at, bytes[before - 1] == UInt8(ascii: "\\") { before -= 1 }
            // After an odd number of backslashes the quote is an escaped one.
            let isEscaped = (end - before) % 2 == 1
            at = end + 1
            if !isEscaped { return true }
        }
        return false
    }

    private mutating func string() -> String? {
        let start = at + 1
        at = start
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { at += 1 }
        guard let stop = next, stop >= 0x20 else { return nil }
        if stop == UInt8(ascii: "\"") {
            at += 1
            return String(decoding: bytes[start..<at - 1], as: UTF8.self)
        }
        return escaped(from: start)
    }

    private mutating func escaped(from start: Int) -> String? {
        var out = Array(bytes[start..<at])
        while let byte = next {
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: out, as: UTF8.self) }
            guard byte >= 0x20 else { return nil }
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            guard let escape = next else { return nil }
            at += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(escape)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0C)
            case UInt8(ascii: "n"): out.append(0x0A)
            case UInt8(ascii: "r"): out.append(0x0D)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "u"):
                guard let scalar = scalar() else { return nil }
                out += String(scalar).utf8
            default: return nil
            }
        }
        return nil
    }

    private mutating func scalar() -> Unicode.Scalar? {
        guard let high = unit() else { return nil }
        if (0xD800...0xDBFF).contains(high), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
            bytes[at + 1] == UInt8(ascii: "u")
        {
            let before = at
            at += 2
            if let low = unit(), (0xDC00...0xDFFF).contains(low) {
                return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
            }
            at = before
        }
        // A lone half of a pair is no character: U+FFFD, as everywhere in the archive.
        return Unicode.Scalar(high) ?? "\u{FFFD}"
    }

    private mutating func unit() -> UInt32? {
        guard at + 4 <= bytes.count else { return nil }
        let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        at += 4
        return value
    }
}

extension Value {
    /// The values at a dotted path below members, by any way of cutting the path into keys (R15…R17).
    ///
    /// One value that is reached is that value, as it stands there; several are a list (S21).
    static func at(_ path: [String], in members: [Member]) -> Value {
        var found: [Value] = []
        collect(path[...], members, &found)
        return joined(found)
    }

    /// What values that were reached by one path are together.
    static func joined(_ found: [Value]) -> Value { found.count == 1 ? found[0] : flattened(found) }

    private static func collect(_ path: ArraySlice<String>, _ members: [Member], _ found: inout [Value]) {
        for member in members {
            // How many parts of the path the key takes.
            var taken = 0
            var rest = member.key.utf8[...]
            for part in path {
                guard rest.starts(with: part.utf8) else { break }
                rest = rest.dropFirst(part.utf8.count)
                taken += 1
                if rest.isEmpty { break }
                guard rest.first == UInt8(ascii: "."), taken < path.count else {
                    taken = 0
                    break
                }
                rest = rest.dropFirst()
            }
            guard taken > 0, rest.isEmpty else { continue }
            if taken == path.count {
                if !member.value.isNull { found.append(member.value) }
            } else {
                descend(path.dropFirst(taken), member.value, &found)
            }
        }
    }

    private static func descend(_ path: ArraySlice<String>, _ value: Value, _ found: inout [Value]) {
        switch value {
        case .map(let members): collect(path, members, &found)
        case .list(let items): for item in items { descend(path, item, &found) }
        case .null, .boolean, .integer, .number, .string, .time, .timespan: break
        }
    }
}
