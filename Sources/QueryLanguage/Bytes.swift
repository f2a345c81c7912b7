/// The ASCII characters of the grammar.
extension UInt8 {
    static let openParen = UInt8(ascii: "(")
    static let closeParen = UInt8(ascii: ")")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")
    static let star = UInt8(ascii: "*")
    static let questionMark = UInt8(ascii: "?")
    static let greater = UInt8(ascii: ">")
    static let less = UInt8(ascii: "<")
    static let equals = UInt8(ascii: "=")

    /// Space, tab, CR or LF (R6).
    var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }

    /// A UTF-8 byte that continues a scalar.
    var isContinuation: Bool { self & 0xC0 == 0x80 }

    var isASCIILetterOrDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(asciiUppercased)
    }

    var asciiUppercased: UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) ? self & 0xDF : self
    }

    /// Whether a backslash before it makes it ordinary in a word (R9).
    var isEscapableInWord: Bool {
        switch self {
        case .quote, .backslash, .star, .questionMark, .openParen, .closeParen, .openBracket, .closeBracket,
            .openBrace, .closeBrace, .colon, .slash, .less, .greater, 0x20:
            true
        default:
            false
        }
    }

    /// Whether a backslash before it makes it ordinary in a phrase (R10).
    var isEscapableInPhrase: Bool {
        self == .quote || self == .backslash || self == .star || self == .questionMark
    }
}
