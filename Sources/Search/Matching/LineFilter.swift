import Events

/// Tells from the bytes of a line, before it is read as JSON, that the query does not match it.
///
/// A text in a value stands in the line as it is, unless one of its characters is written as an escape. Characters that may
/// have a short escape (`"`, `\`, `/`, control characters) and all above ASCII are left out of what is looked for, so that only
/// `\u` followed by four digits can hide one.
public struct LineFilter: Sendable {
    /// A text that a value must hold, as far as it has one spelling besides `\u`.
    fileprivate struct Needle: Sendable {
        enum Text: Sendable {
            case exact(ByteNeedle)
            case folded(FoldedNeedle)
        }

        let text: Text

        func stands(in line: UnsafeRawBufferPointer) -> Bool {
            switch text {
            case .exact(let needle): needle.occurs(in: line)
            case .folded(let needle): needle.occurs(in: line, where: { _, _ in true })
            }
        }
    }

    /// Needles of which one must be there.
    fileprivate struct Group: Sendable {
        var needles: [Needle] = []
        /// Their characters, a bit each, in both cases.
        var characters: (UInt64, UInt64) = (0, 0)
    }

    private let groups: [Group]

    /// More groups hardly exclude any more lines.
    private static let groupLimit = 4
    /// More needles cost as much as reading the line.
    private static let needleLimit = 16

    /// - Parameter query: what the lines will be asked.
    public init(_ query: CompiledQuery) {
        groups = Array(Self.groups(of: query.root).prefix(Self.groupLimit))
    }

    /// False: the line does not match. True says nothing.
    ///
    /// - Parameter line: an event's JSON as it is written.
    public func mayMatch(_ line: UnsafeRawBufferPointer) -> Bool {
        groups.allSatisfy { group in
            group.needles.contains { $0.stands(in: line) } || Self.mayHide(group, in: line)
        }
    }

    // MARK: From the query

    private static func groups(of node: CompiledQuery.Node) -> [Group] {
        switch node {
        case .everything, .not: return []
        case .and(let parts): return parts.flatMap(groups)
        case .or(let parts):
            var all = Group()
            for part in parts {
                guard let best = groups(of: part).min(by: { $0.needles.count < $1.needles.count }),
                    all.needles.count + best.needles.count <= needleLimit
                else { return [] }
                all.needles += best.needles
                all.characters.0 |= best.characters.0
                all.characters.1 |= best.characters.1
            }
            return all.needles.isEmpty ? [] : [all]
        case .anywhere(let test), .field(_, let test):
            guard let raw = test.needles, !raw.isEmpty, raw.count <= needleLimit else { return [] }
            var group = Group()
            for needle in raw where !group.add(needle) { return [] }
            return [group]
        }
    }

    // MARK: Escapes

    /// Whether the line holds a character of the group's needles as `\uXXXX`.
    private static func mayHide(_ group: Group, in line: UnsafeRawBufferPointer) -> Bool {
        guard let base = line.baseAddress else { return false }
        var at = 0
        while true {
            at = ByteSearch.firstIndex(of: UInt8(ascii: "\\"), then: UInt8(ascii: "u"), in: base, at..<line.count)
            guard at + 6 <= line.count else { return false }
            if let unit = codeUnit(base + at + 2), group.holds(unit) { return true }
            at += 2
        }
    }

    /// The number that four hexadecimal digits write.
    private static func codeUnit(_ digits: UnsafeRawPointer) -> UInt32? {
        var unit: UInt32 = 0
        for place in 0..<4 {
            let byte = digits.load(fromByteOffset: place, as: UInt8.self)
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt32(byte & 0x0F)
            case UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                unit = unit << 4 | UInt32(byte & 0x0F) + 9
            default: return nil
            }
        }
        return unit
    }
}

extension LineFilter.Group {
    /// False: the needle has no part that would be found.
    fileprivate mutating func add(_ needle: RawNeedle) -> Bool {
        let part = needle.bytes.split { !Self.hasOneSpelling($0) }.max { $0.count < $1.count }
        guard let part, part.count > 1 else { return false }
        let text = String(decoding: part, as: UTF8.self)
        needles.append(
            LineFilter.Needle(text: needle.ignoreCase ? .folded(FoldedNeedle(text)) : .exact(ByteNeedle(Array(part)))))
        for byte in part {
            insert(byte)
            if needle.ignoreCase, byte &- 0x61 < 26 { insert(byte & 0xDF) }
        }
        return true
    }

    private static func hasOneSpelling(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): false
        case 0x20..<0x7F: true
        default: false
        }
    }

    private mutating func insert(_ byte: UInt8) {
        if byte < 64 { characters.0 |= 1 << UInt64(byte) } else { characters.1 |= 1 << UInt64(byte - 64) }
    }

    /// Whether a character of the needles, in either case if that does not count, has this number.
    fileprivate func holds(_ unit: UInt32) -> Bool {
        switch unit {
        case 0..<64: characters.0 >> UInt64(unit) & 1 != 0
        case 64..<128: characters.1 >> UInt64(unit - 64) & 1 != 0
        // KELVIN SIGN is `k` without case, and the only such character.
        case 0x212A: true
        default: false
        }
    }
}
