/// A text as its scalars. Swift's `String` compares by canonical equivalence, which the language does not.
typealias Scalars = [Unicode.Scalar]

/// A JSON value as a plain tree, with number texts, duplicate keys and their order kept.
///
/// Written for being obviously right, not fast; shares nothing with the product.
enum BruteJSON {
    case null
    case boolean(Bool)
    case number(String)
    case string(Scalars)
    case list([BruteJSON])
    case object([(key: Scalars, value: BruteJSON)])
}

/// A strict parser of RFC 8259.
struct BruteJSONParser {
    private let text: Scalars
    private var at = 0
    private var depth = 0

    private struct Malformed: Error {}

    private init(_ text: Scalars) {
        self.text = text
    }

    /// The value that is the whole text, white space around it aside; nil if the text is not JSON.
    static func parse(_ text: Scalars) -> BruteJSON? {
        var parser = BruteJSONParser(text)
        do {
            parser.skipSpace()
            let value = try parser.value()
            parser.skipSpace()
            return parser.at == text.count ? value : nil
        } catch {
            return nil
        }
    }

    private var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

    private mutating func skipSpace() {
        while let scalar = next, " \t\r\n".unicodeScalars.contains(scalar) { at += 1 }
    }

    private mutating func expect(_ word: String) throws {
        for scalar in word.unicodeScalars {
            guard next == scalar else { throw Malformed() }
            at += 1
        }
    }

    private mutating func value() throws -> BruteJSON {
        switch next {
        case "{": return try nested { try $0.object() }
        case "[": return try nested { try $0.list() }
        case "\"": return .string(try string())
        case "t":
            try expect("true")
            return .boolean(true)
        case "f":
            try expect("false")
            return .boolean(false)
        case "n":
            try expect("null")
            return .null
        default: return .number(try number())
        }
    }

    private mutating func nested(_ body: (inout BruteJSONParser) throws -> BruteJSON) throws -> BruteJSON {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 10_000 else { throw Malformed() }
        return try body(&self)
    }

    private mutating func object() throws -> BruteJSON {
        var members: [(key: Scalars, value: BruteJSON)] = []
        try expect("{")
        skipSpace()
        if next == "}" {
            at += 1
            return .object([])
        }
        while true {
            skipSpace()
            let key = try string()
            skipSpace()
            try expect(":")
            skipSpace()
            members.append((key, try value()))
            skipSpace()
            if next == "}" {
                at += 1
                return .object(members)
            }
            try expect(",")
        }
    }

    private mutating func list() throws -> BruteJSON {
        var items: [BruteJSON] = []
        try expect("[")
        skipSpace()
        if next == "]" {
            at += 1
            return .list([])
        }
        while true {
            skipSpace()
            items.append(try value())
            skipSpace()
            if next == "]" {
                at += 1
                return .list(items)
            }
            try expect(",")
        }
    }

    private mutating func number() throws -> String {
        let start = at
        if next == "-" { at += 1 }
        if next == "0" { at += 1 } else { try digits() }
        if next == "." {
            at += 1
            try digits()
        }
        if next == "e" || next == "E" {
            at += 1
            if next == "+" || next == "-" { at += 1 }
            try digits()
        }
        return String(text[start..<at])
    }

    private mutating func digits() throws {
        let start = at
        while let scalar = next, scalar >= "0", scalar <= "9" { at += 1 }
        if at == start { throw Malformed() }
    }

    private mutating func string() throws -> Scalars {
        var result: Scalars = []
        try expect("\"")
        while let scalar = next {
            at += 1
            switch scalar {
            case "\"": return result
            case "\\": result.append(contentsOf: try escape())
            default:
                guard scalar.value >= 0x20 else { throw Malformed() }
                result.append(scalar)
            }
        }
        throw Malformed()
    }

    private mutating func escape() throws -> Scalars {
        guard let letter = next else { throw Malformed() }
        at += 1
        switch letter {
        case "\"", "\\", "/": return [letter]
        case "b": return ["\u{8}"]
        case "f": return ["\u{C}"]
        case "n": return ["\n"]
        case "r": return ["\r"]
        case "t": return ["\t"]
        case "u":
            let unit = try hexadecimal()
            guard (0xD800..<0xDC00).contains(unit) else {
                // A low surrogate without a high one before it has no scalar either.
                return [Unicode.Scalar(unit) ?? "\u{FFFD}"]
            }
            let mark = at
            if next == "\\" {
                at += 1
                if next == "u" {
                    at += 1
                    let low = try hexadecimal()
                    if (0xDC00..<0xE000).contains(low),
                        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00))
                    {
                        return [scalar]
                    }
                }
            }
            at = mark
            return ["\u{FFFD}"]
        default: throw Malformed()
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard at + 4 <= text.count else { throw Malformed() }
        var unit: UInt32 = 0
        for scalar in text[at..<at + 4] {
            guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else { throw Malformed() }
            unit = unit * 16 + UInt32(digit)
        }
        at += 4
        return unit
    }
}

extension String {
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
