import Events
import Testing

/// Random events written in random spellings, and random damage to them.
@Suite("Decoding events, at random")
struct EventsDecoderFuzzTests {
    @Test("Values survive any spelling of the event", arguments: 0..<20)
    func roundTrip(seed: UInt64) {
        var writer = EventWriter(seed: seed)
        let decoder = EventDecoder()
        for _ in 0..<50 {
            writer.writeEvent()
            writer.line.withUnsafeBytes { line in
                guard decoder.decode(line) == nil else {
                    Issue.record("rejected: \(String(decoding: line, as: UTF8.self))")
                    return
                }
                let values = decoder.values.map {
                    "\(decoder.fieldName($0.field)) \($0.kind) \(String(decoding: $0.text, as: UTF8.self))"
                }
                // Swift strings compare by canonical equivalence; bytes must be equal.
                #expect(values.map { Array($0.utf8) } == writer.expected.map { Array($0.utf8) })
            }
        }
    }

    @Test("Kept escapes say the same, valid or damaged", arguments: 0..<20)
    func keptEscapes(seed: UInt64) {
        var random = SplitMix(state: seed)
        let pieces = [
            "a", "text", "é", "\\\\", "\\\"", "\\n", "\\t", "\\r", "\\b", "\\f", "\\/", "\\u00e9", "\\u0041",
            "\\ud83d\\ude00",
            "long piece without any", "\\\\\\\\\\\\", "/", " ", "\u{1F600}",
        ]
        let broken = ["\\", "\"", "\\x", "\u{1}", "\\u12", "\\u"]
        let (plain, keeping) = (EventDecoder(), EventDecoder(keepsEscapes: true))
        var spelled = 0
        for number in 0..<2_000 {
            func text() -> String {
                (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    let isBroken = number % 4 == 0 && Int.random(in: 0..<20, using: &random) == 0
                    return (isBroken ? broken : pieces).randomElement(using: &random) ?? ""
                }.joined()
            }
            let line = Array("{\"a\":\"\(text())\",\"b\":[\"\(text())\",1],\"c\":\"\(text())\"}".utf8)
            line.withUnsafeBytes { line in
                #expect(plain.decode(line) == keeping.decode(line))
                #expect(plain.values.count == keeping.values.count)
                for (value, other) in zip(plain.values, keeping.values) {
                    #expect(value.field == other.field && value.kind == other.kind && !value.isSpelled)
                    guard other.isSpelled else {
                        #expect(value.text.elementsEqual(other.text))
                        continue
                    }
                    if !other.text.elementsEqual(value.text) { spelled += 1 }
                    #expect(ShortEscapes.text(of: other.text) == Array(value.text))
                    #expect(ShortEscapes.spell(value.text) == Array(other.text))
                    #expect(other.text.count == value.text.count + ShortEscapes.count(in: value.text))
                }
            }
        }
        #expect(spelled > 500)
    }

    @Test("Damage gives a reject or other values, never a crash or a read outside", arguments: 0..<20)
    func damage(seed: UInt64) {
        var writer = EventWriter(seed: seed)
        let decoder = EventDecoder()
        for _ in 0..<50 {
            writer.writeEvent()
            for _ in 0..<10 {
                var line = writer.line
                switch Int.random(in: 0..<3, using: &writer.random) {
                case 0: line.removeLast(Int.random(in: 1...line.count, using: &writer.random))
                case 1:
                    line[Int.random(in: 0..<line.count, using: &writer.random)] = UInt8.random(
                        in: 0...255, using: &writer.random)
                default: line.remove(at: Int.random(in: 0..<line.count, using: &writer.random))
                }
                // A copy of exactly this size, so that an address sanitizer sees a read outside.
                let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: line.count, alignment: 1)
                defer { exact.deallocate() }
                exact.copyBytes(from: line)
                let reason = decoder.decode(UnsafeRawBufferPointer(exact))
                #expect(reason == nil || decoder.values.isEmpty)
                let length = decoder.values.reduce(0) { $0 + $1.text.count }
                #expect(length <= line.count)
            }
        }
    }
}

/// Writes random events, and what should be read from them.
private struct EventWriter {
    var random: SplitMix
    var line: [UInt8] = []
    var expected: [String] = []

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func writeEvent() {
        line = []
        expected = []
        writeObject(path: nil, depth: 0)
        writeSpace()
    }

    private mutating func writeObject(path: String?, depth: Int) {
        writeSpace()
        put("{")
        let count = Int.random(in: 0...4, using: &random)
        if count > 0, let path { expected.append("\(path) object ") }
        for index in 0..<count {
            if index > 0 { put(",") }
            writeSpace()
            let key = text()
            writeString(key)
            writeSpace()
            put(":")
            writeValue(path: path.map { $0 + "." + key } ?? key, depth: depth + 1)
        }
        writeSpace()
        put("}")
    }

    private mutating func writeValue(path: String, depth: Int) {
        writeSpace()
        switch Int.random(in: 0..<(depth > 4 ? 5 : 8), using: &random) {
        case 0:
            let word = Bool.random(using: &random) ? "true" : "false"
            put(word)
            expected.append("\(path) boolean \(word)")
        case 1:
            put("null")
            expected.append("\(path) null null")
        case 2:
            let numbers = ["0", "-0", "-0.0e+00", "12", "9.5", "1E5", "123456789012345678901234567890", "-1.5e-300"]
            let number = numbers.randomElement(using: &random) ?? "0"
            put(number)
            expected.append("\(path) number \(number)")
        case 3, 4:
            let value = text()
            writeString(value)
            expected.append("\(path) string \(value)")
        case 5, 6:
            put("[")
            for index in 0..<Int.random(in: 0...3, using: &random) {
                if index > 0 { put(",") }
                writeValue(path: path, depth: depth + 1)
            }
            writeSpace()
            put("]")
        default:
            writeObject(path: path, depth: depth + 1)
        }
        writeSpace()
    }

    private mutating func text() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "c", "d", ".", " ", "\"", "\\", "/", "\n", "\0", "\u{1F}", "é", "\u{301}", "e", "中", "😀",
            "\u{10FFFF}", "\u{FFFD}", "\u{7F}",
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...24, using: &random) {
            scalars.append(alphabet.randomElement(using: &random) ?? "a")
        }
        return String(scalars)
    }

    private mutating func writeString(_ text: String) {
        put("\"")
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if scalar == "\"" || scalar == "\\" || scalar == "/", Bool.random(using: &random) {
                put("\\" + String(scalar))
            } else if mustEscape || Int.random(in: 0..<6, using: &random) == 0 {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    put("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
                }
            } else {
                put(String(scalar))
            }
        }
        put("\"")
    }

    private mutating func writeSpace() {
        guard Int.random(in: 0..<8, using: &random) == 0 else { return }
        put([" ", "\t", "\r", "\n", "  \t "].randomElement(using: &random) ?? " ")
    }

    private mutating func put(_ text: String) { line.append(contentsOf: text.utf8) }
}

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014. Seeded, so that a failure repeats.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
