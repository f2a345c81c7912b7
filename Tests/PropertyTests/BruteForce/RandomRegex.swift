/// Regular expressions that have something to do with a text: parts of it, with classes, choices, counts and gaps put in.
struct RandomRegex {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// - Parameter isWhole: made for the whole text rather than for a part of it.
    mutating func expression(for text: Scalars, isWhole: Bool) -> String {
        var text = text
        if !isWhole, !text.isEmpty {
            let start = random.int(0...text.count - 1)
            text = Scalars(text[start..<min(text.count, start + random.int(1...20))])
        } else if text.count > 40 {
            return escaped(Scalars(text[..<random.int(1...12)])) + random.pick([".*", "[^~]*", "(.|\\n)+"])
        }
        var result = ""
        var place = 0
        while place < text.count {
            let length = min(text.count - place, random.int(1...6))
            result += piece(Scalars(text[place..<place + length]))
            place += length
        }
        if result.isEmpty { result = random.pick(["()", "x?", ".*", "a|", "[^a]*"]) }
        switch random.int(0...11) {
        case 0: return result + "|" + escaped(Scalars(random.pick(RandomValues.words).unicodeScalars))
        case 1: return "(" + escaped(Scalars(random.pick(RandomValues.names).unicodeScalars)) + "|" + result + ")"
        case 2: return result + random.pick(["x", ".", "\\d", "\\s?", "[é-ö]*"])
        default: return result
        }
    }

    /// An expression that matches the text, or nearly.
    private mutating func piece(_ text: Scalars) -> String {
        switch random.int(0...15) {
        case 0: return random.pick([".*", ".+", "\\S*", "\\w+", "[^ ]*", "\\D{1,9}"])
        case 1: return text.map { _ in "." }.joined()
        case 2: return ".{\(text.count)}"
        case 3: return ".{\(random.int(0...text.count)),\(text.count + random.int(0...2))}"
        case 4: return "(" + escaped(text) + ")" + random.pick(["?", "+", "*", "{1}", "{1,3}", "{0,2}"])
        case 5: return "(" + escaped(text) + "|" + escaped(changed(text)) + ")"
        case 6: return "(" + escaped(changed(text)) + "|\\d|" + escaped(text) + "|)"
        case 7: return text.map { characterClass($0) }.joined()
        case 8: return text.map { shorthand($0) }.joined()
        case 9: return escaped(changed(text))
        default: return escaped(text)
        }
    }

    private mutating func changed(_ text: Scalars) -> Scalars {
        switch random.int(0...2) {
        case 0: Scalars(String(text).uppercased().unicodeScalars)
        case 1: Scalars(String(text).lowercased().unicodeScalars)
        default: Scalars(text.reversed())
        }
    }

    private mutating func characterClass(_ scalar: Unicode.Scalar) -> String {
        let member = escaped([scalar])
        switch random.int(0...4) {
        case 0: return "[\(member)]"
        case 1: return "[\(member)x\\d]"
        case 2: return "[^\(random.pick(["~", "a-c", "\\s", "é"]))]"
        case 3:
            // A range around it.
            guard ("b"..."y").contains(scalar), let low = Unicode.Scalar(scalar.value - 1),
                let high = Unicode.Scalar(scalar.value + 1)
            else { return "[\(member)\\-]" }
            return "[\(low)-\(high)]"
        default: return "[A-Za-z0-9\(member)]"
        }
    }

    private mutating func shorthand(_ scalar: Unicode.Scalar) -> String {
        if ("0"..."9").contains(scalar) { return random.pick(["\\d", "\\w", "\\S", "\\W"]) }
        if scalar == " " { return random.pick(["\\s", "\\W", "\\D", " "]) }
        if scalar.isASCII, BruteText.isWord(scalar) { return random.pick(["\\w", "\\D", "\\S"]) }
        return random.pick([".", "\\D", escaped([scalar])])
    }

    private func escaped(_ text: Scalars) -> String {
        var result = ""
        for scalar in text {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if "\\.+*?()|[]{}^$/-&~".unicodeScalars.contains(scalar) { result += "\\" }
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
