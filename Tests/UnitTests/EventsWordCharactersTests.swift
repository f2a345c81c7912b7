import Events
import Testing

@Suite("Words and case (R31, R32)")
struct EventsWordCharactersTests {
    @Test(
        "Letters, numbers, marks and private use are word characters",
        arguments: [
            "a", "Z", "0", "9", "é", "ß", "Ω", "я", "中", "あ", "٣", "²", "½", "Ⅷ", "ª", "\u{0301}", "\u{20DD}",
            "\u{0903}", "\u{E000}",
            "\u{F8FF}", "\u{10FFFD}", "𝒳", "\u{20000}", "ﬁ", "ʰ", "א",
        ] as [Unicode.Scalar])
    func isWord(scalar: Unicode.Scalar) {
        #expect(WordCharacters.isWord(scalar.value))
    }

    @Test(
        "Punctuation, symbols, spaces, controls and unassigned are not",
        arguments: [
            "_", "-", ".", "@", "/", " ", "\0", "\n", "\u{7F}", "\u{A0}", "\u{200B}", "\u{200D}", "\u{202E}", "€", "+",
            "™", "😀", "\u{FEFF}", "\u{FFFD}",
            "\u{FFFF}", "\u{0378}", "‿", "“", "\u{10FFFF}", "ⓐ",
        ] as [Unicode.Scalar])
    func isNoWord(scalar: Unicode.Scalar) {
        #expect(!WordCharacters.isWord(scalar.value))
    }

    @Test("No number crashes the look-up")
    func outOfRange() {
        for number: UInt32 in [0xD800, 0xDFFF, 0x110000, 0x1FFFFF, .max] {
            #expect(!WordCharacters.isWord(number))
            #expect(WordCharacters.fold(number) == number)
        }
    }

    @Test("The tables agree with the runtime's Unicode on the characters that both know")
    func agreesWithRuntime() {
        // Scalars that later versions of Unicode gave another category or a lower case.
        var different = 0
        for number in (UInt32(0)...0x10FFFF).filter({ $0 < 0xD800 || $0 > 0xDFFF }) {
            guard let properties = Unicode.Scalar(number)?.properties, let age = properties.age, age.major <= 14,
                age.major < 14 || age.minor == 0
            else { continue }
            let lower = properties.lowercaseMapping.unicodeScalars
            let fold = lower.count == 1 ? lower.first?.value ?? number : number
            if WordCharacters.isWord(number) != isWord(properties.generalCategory)
                || WordCharacters.fold(number) != fold
            {
                different += 1
            }
        }
        #expect(WordCharacters.unicodeVersion == "14.0.0")
        #expect(different <= 8)
    }

    @Test(
        "Case is ignored one scalar for one",
        arguments: [
            ("MiMiKatz-42_X", "mimikatz-42_x"), ("ÀÉÎ Straße", "àéî straße"), ("ΣΑΣ", "σασ"), ("ЖЯ", "жя"),
            ("İ", "İ"), ("I", "i"), ("ſ", "ſ"), ("K", "k"), ("Å", "å"), ("ẞ", "ß"), ("Ǆ", "ǆ"), ("ǅ", "ǆ"), ("Ⅷ", "ⅷ"),
            ("𐐀", "𐐨"), ("Ⴀ", "ⴀ"), ("Ꭰ", "ꭰ"),
            ("ÀE\u{301}", "àe\u{301}"), ("", ""), ("日本語 😀", "日本語 😀"), ("Ⱥ", "ⱥ"), ("[@`{", "[@`{"),
        ])
    func folded(text: String, expected: String) {
        #expect(folded(Array(text.utf8)) == Array(expected.utf8))
    }

    @Test("Folding is done once for all: twice changes nothing")
    func foldIsIdempotent() {
        #expect(
            (UInt32(0)...0x10FFFF).allSatisfy {
                WordCharacters.fold(WordCharacters.fold($0)) == WordCharacters.fold($0)
            })
    }

    @Test("Bytes that are not UTF-8 are survived")
    func foldsBrokenText() {
        for bytes: [UInt8] in [
            [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0x80], [0xFF, 0x41], [0xF7, 0xBF, 0xBF, 0xBF],
        ] {
            #expect(folded(bytes).count == bytes.count)
        }
        #expect(folded([0x41, 0xFF]) == [0x61, 0xFF])
    }

    @Test("Each scalar is decoded and encoded with its length")
    func decodesScalars() {
        for scalar: UInt32 in [0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF] {
            var bytes: [UInt8] = []
            UTF8Text.append(scalar, to: &bytes)
            #expect(Unicode.Scalar(scalar).map { Array(String($0).utf8) } == bytes)
            let decoded = (bytes + [0x20]).withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { UTF8Text.decodeScalar($0, $0 + buffer.count) }
            }
            #expect(decoded?.scalar == scalar && decoded?.length == bytes.count)
        }
    }

    @Test(
        "Only well-formed UTF-8 is valid",
        arguments: [
            ([], true), ([0x41], true), ([0xC3, 0xA9], true), ([0xF4, 0x8F, 0xBF, 0xBF], true),
            ([0xEF, 0xBB, 0xBF], true), ([0xED, 0x9F, 0xBF], true),
            ([0xC0, 0x80], false), ([0xC1, 0xBF], false), ([0xE0, 0x9F, 0xBF], false),
            ([0xF0, 0x8F, 0xBF, 0xBF], false), ([0xED, 0xA0, 0x80], false),
            ([0xF4, 0x90, 0x80, 0x80], false), ([0xF5, 0x80, 0x80, 0x80], false), ([0x80], false), ([0xC3], false),
            ([0xE2, 0x82], false),
            ([0xF0, 0x9F, 0x98], false), ([0xC3, 0x41], false), ([0xE2, 0x82, 0x41], false), ([0xFE], false),
        ] as [([UInt8], Bool)])
    func validity(bytes: [UInt8], isValid: Bool) {
        // At every alignment against the steps of the scan, and also before ASCII.
        for padding in [0, 1, 7, 31, 32, 33, 64] {
            let before = [UInt8](repeating: 0x61, count: padding)
            #expect((before + bytes).withUnsafeBytes { UTF8Text.isValid($0) } == isValid)
            #expect((before + bytes + before).withUnsafeBytes { UTF8Text.isValid($0) } == (isValid))
        }
    }

    private func folded(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [1, 2, 3]
        bytes.withUnsafeBytes { WordCharacters.folded($0, into: &out) }
        return out
    }

    private func isWord(_ category: Unicode.GeneralCategory) -> Bool {
        switch category {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark,
            .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .privateUse:
            true
        default:
            false
        }
    }
}
