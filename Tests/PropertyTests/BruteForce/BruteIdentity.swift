/// What makes two events equal, written out: the leaves by name, numbers by value. Shares nothing with the product.
enum BruteIdentity {
    /// - Parameters:
    ///   - kept: names that count with what is below them, nil for all; then fields without a value do not count.
    ///   - leftOut: names that do not count.
    static func of(_ json: BruteJSON, kept: [String]? = nil, leftOut: [String] = []) -> String {
        guard case .object(let members) = json else { return "?" }
        var leaves: [(name: Scalars, value: BruteJSON)] = []
        collect(members, prefix: [], &leaves)
        var texts: [(name: [UInt8], text: String)] = []
        for leaf in leaves {
            let name = String(String.UnicodeScalarView(leaf.name))
            if let kept {
                if !kept.contains(where: { covers($0, name) }) || !hasValue(leaf.value) { continue }
            }
            if leftOut.contains(where: { covers($0, name) }) { continue }
            texts.append((Array(name.utf8), text(leaf.value)))
        }
        // A stable order by name: equal names stay as they come.
        let sorted = texts.enumerated().sorted {
            $0.element.name == $1.element.name
                ? $0.offset < $1.offset : $0.element.name.lexicographicallyPrecedes($1.element.name)
        }
        return sorted.map { "\($0.element.name)=\($0.element.text)" }.joined(separator: ";")
    }

    private static func covers(_ field: String, _ name: String) -> Bool {
        name == field || name.hasPrefix(field + ".")
    }

    private static func collect(
        _ members: [(key: Scalars, value: BruteJSON)], prefix: Scalars,
        _ leaves: inout [(name: Scalars, value: BruteJSON)]
    ) {
        for (key, value) in members {
            let name = prefix.isEmpty ? key : prefix + ["."] + key
            if case .object(let inner) = value, !inner.isEmpty {
                collect(inner, prefix: name, &leaves)
            } else {
                leaves.append((name, value))
            }
        }
    }

    private static func hasValue(_ json: BruteJSON) -> Bool {
        switch json {
        case .null: false
        case .object(let members): !members.isEmpty
        case .list(let items): items.contains(where: hasValue)
        case .boolean, .number, .string: true
        }
    }

    private static func text(_ json: BruteJSON) -> String {
        switch json {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .number(let text): "number \(number(text))"
        case .string(let scalars): "string \(scalars.map { String($0.value) })"
        case .list(let items): "[" + items.map(text).joined(separator: ",") + "]"
        case .object: "{" + of(json) + "}"
        }
    }

    /// Digits without zeros at either end, and the power of ten of the last.
    private static func number(_ text: String) -> String {
        var mantissa = text
        var exponent = 0
        if let e = mantissa.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            exponent = Int(mantissa[mantissa.index(after: e)...]) ?? 0
            mantissa = String(mantissa[..<e])
        }
        let isNegative = mantissa.hasPrefix("-")
        if isNegative { mantissa.removeFirst() }
        if let point = mantissa.firstIndex(of: ".") {
            exponent -= mantissa.distance(from: point, to: mantissa.endIndex) - 1
            mantissa.remove(at: point)
        }
        while mantissa.hasSuffix("0"), mantissa.count > 1 {
            mantissa.removeLast()
            exponent += 1
        }
        while mantissa.hasPrefix("0"), mantissa.count > 1 { mantissa.removeFirst() }
        return mantissa == "0" ? "0" : "\(isNegative ? "-" : "")\(mantissa)e\(exponent)"
    }
}

/// Writes an event of scalars and lists in another spelling: other key order, nested or flat, other spaces, escapes and
/// number forms.
struct Respelling {
    var random: SeededRandom

    mutating func line(_ fields: [(name: String, json: BruteJSON)]) -> String {
        var groups: [(key: String, members: [(String, BruteJSON)])] = []
        var flat: [(String, BruteJSON)] = []
        for field in fields {
            if let dot = field.name.firstIndex(of: "."), random.chance(40) {
                let key = String(field.name[..<dot])
                let rest = String(field.name[field.name.index(after: dot)...])
                if let place = groups.firstIndex(where: { $0.key == key }) {
                    groups[place].members.append((rest, field.json))
                } else {
                    groups.append((key, [(rest, field.json)]))
                }
            } else {
                flat.append((field.name, field.json))
            }
        }
        var members = flat.map { "\(string($0.0)):\(space())\(json($0.1))" }
        for group in groups {
            let inner = group.members.shuffled(using: &random).map { "\(string($0.0))\(space()):\(json($0.1))" }
            members.append("\(string(group.key)):{\(inner.joined(separator: ","))}")
        }
        return "{" + members.shuffled(using: &random).joined(separator: "," + space()) + space() + "}"
    }

    private mutating func space() -> String { random.pick(["", "", " ", "\t", "  "]) }

    private mutating func json(_ json: BruteJSON) -> String {
        switch json {
        case .null: return "null"
        case .boolean(let value): return "\(value)"
        case .number(let text): return number(text)
        case .string(let scalars): return string(String(String.UnicodeScalarView(scalars)))
        case .list(let items):
            var texts: [String] = []
            for item in items { texts.append(self.json(item)) }
            return "[" + texts.joined(separator: "," + space()) + "]"
        case .object: return "{}"
        }
    }

    /// An integer in one of its forms.
    private mutating func number(_ text: String) -> String {
        guard let value = Int(text) else { return text }
        switch random.int(0...3) {
        case 0: return "\(value).0"
        case 1 where value != 0: return "\(value)0e-1"
        case 2 where value % 100 == 0 && value != 0: return "\(value / 100)E2"
        default: return "\(value)"
        }
    }

    private mutating func string(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value == 0x22 || scalar.value == 0x5C || scalar.value < 0x20
            guard mustEscape || random.chance(5) else {
                out.unicodeScalars.append(scalar)
                continue
            }
            for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                let digits = String(unit, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return out + "\""
    }
}
