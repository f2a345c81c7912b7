/// Event lines of every shape the exports and their abuses have: flat and nested, lists, lists of objects, duplicate
/// keys, escapes, odd Unicode, missing and empty values. Lines hold no LF.
struct RandomEvents {
    private var values: RandomValues
    private var random: SeededRandom

    init(seed: UInt64) {
        values = RandomValues(seed: seed &+ 1)
        random = SeededRandom(seed: seed)
    }

    /// What a field's values are like.
    private enum Content {
        case address, port, number, name, domain, path, category, boolean, time, sentence, anything
    }

    private static let catalogue: [(name: String, content: Content)] = [
        ("source.ip", .address), ("destination.ip", .address), ("host.ip", .address), ("source.port", .port),
        ("destination.port", .port), ("destination.bytes", .number), ("event.code", .port), ("user.name", .name),
        ("source.user.name", .name), ("host.name", .name), ("dns.question.name", .domain),
        ("destination.domain", .domain),
        ("process.executable", .path), ("process.command_line", .path), ("file.path", .path),
        ("event.category", .category),
        ("event.type", .category), ("tls.established", .boolean), ("event.created", .time), ("message", .sentence),
        ("error.message", .sentence), ("event.original", .sentence), ("labels.New IP", .anything), ("a", .anything),
        ("a.b", .anything), ("a.b.c", .anything), ("x..y", .anything), ("caf\u{E9}.name", .name),
        ("cafe\u{301}.name", .name), ("Message", .sentence), ("network.transport", .category), ("", .anything),
    ]

    /// The names of the fields that events may have, and some that no event has.
    static let fieldNames =
        catalogue.map(\.name) + [
            "@timestamp", "timestamp", "files.name", "files.size", "source", "never.seen", "a.b.d",
        ]

    mutating func lines(_ count: Int) -> [[UInt8]] {
        (0..<count).map { _ in line() }
    }

    /// One event.
    mutating func line() -> [UInt8] {
        var members: [(name: String, json: String)] = []
        if random.chance(90) { members.append(("@timestamp", time())) }
        if random.chance(20) { members.append(("timestamp", random.chance(20) ? wrapped("null") : time())) }
        for _ in 0..<random.int(0...14) {
            let field = random.pick(Self.catalogue)
            members.append((field.name, json(field.content)))
        }
        if random.chance(15) { members.append(("files", files())) }
        if random.chance(10), let repeated = members.randomElement(using: &random) {
            members.append((repeated.name, json(.anything)))  // a duplicate key
        }
        if random.chance(30) { members.shuffle(using: &random) }
        let body =
            switch random.int(0...9) {
            case 0...5: object(members)
            case 6...7: nested(members, merging: true)
            default: nested(members, merging: false)
            }
        return Array((space() + body + space() + (random.chance(5) ? "\r" : "")).utf8)
    }

    /// A line that is no event.
    mutating func reject() -> [UInt8] {
        let good = line()
        switch random.int(0...6) {
        case 0: return []
        case 1: return Array(good.dropLast(random.int(1...max(1, good.count / 2)))) + Array("\"".utf8)
        case 2: return Array("[".utf8) + good + Array("]".utf8)
        case 3: return good + Array("x".utf8)
        case 4: return Array(#"{"message":"bad "#.utf8) + [0xFF, 0xC0, 0x80] + Array(#""}"#.utf8)
        case 5: return Array("{\"message\":\"raw \u{1} control\"}".utf8)
        default: return Array(#"{"message":"alice",}"#.utf8)
        }
    }

    // MARK: Values

    private mutating func time() -> String {
        switch random.int(0...19) {
        case 0: wrapped(json(.anything))
        case 1...3: values.random.pick(RandomValues.timeNumbers)
        case 4...8: string(values.random.pick(RandomValues.times))
        case 9: "[\(string(values.random.pick(RandomValues.times))), \(string(values.random.pick(RandomValues.times)))]"
        default:
            // A day and second out of few, so that periods and windows cut between events.
            string(
                "2026-0\(random.int(1...2))-\(random.int(10...28))T0\(random.int(0...9)):30:00"
                    + random.pick(["Z", "Z", "", ".5Z", "+02:00", "-0500"]))
        }
    }

    private mutating func json(_ content: Content) -> String {
        if random.chance(12) { return wrapped(json(content)) }
        if random.chance(8) { return anyJSON() }
        switch content {
        case .address: return string(values.random.pick(RandomValues.addresses))
        case .port:
            return random.chance(60)
                ? values.random.pick(RandomValues.numbers) : string(values.random.pick(RandomValues.numberTexts))
        case .number: return values.random.pick(RandomValues.numbers)
        case .name: return string(values.random.pick(RandomValues.names))
        case .domain: return string(values.random.pick(RandomValues.domains))
        case .path: return string(values.random.pick(RandomValues.paths))
        case .category:
            let items = (0..<random.int(1...3)).map { _ in string(values.random.pick(RandomValues.categories)) }
            return items.count == 1 && random.chance(50) ? items[0] : "[" + items.joined(separator: ",") + "]"
        case .boolean: return random.pick(["true", "false", "\"true\"", "1"])
        case .time: return string(values.random.pick(RandomValues.times))
        case .sentence: return string(values.sentence())
        case .anything: return anyJSON()
        }
    }

    private mutating func anyJSON() -> String {
        switch random.int(0...15) {
        case 0: "null"
        case 1: "[]"
        case 2: "{}"
        case 3: "\"\""
        case 4: random.pick(["true", "false"])
        case 5...6: values.random.pick(RandomValues.numbers)
        case 7: "{\(string("b")):\(string(values.anyText()))}"
        case 8: "{\"b\":{\"c\":\(wrapped(string(values.anyText())))}}"
        case 9: "{\"b\":null}"
        default: string(values.anyText())
        }
    }

    /// The value among others of a list.
    private mutating func wrapped(_ json: String) -> String {
        var items = [json]
        while random.chance(45) { items.append(random.chance(70) ? string(values.anyText()) : anyJSON()) }
        items.shuffle(using: &random)
        let list = "[" + items.joined(separator: "," + space()) + "]"
        return random.chance(20) ? "[" + list + "]" : list
    }

    private mutating func files() -> String {
        let items = (0..<random.int(1...3)).map { _ in
            object([("name", string(values.random.pick(RandomValues.paths))), ("size", json(.number))])
        }
        return "[" + items.joined(separator: ",") + "]"
    }

    // MARK: JSON text

    private mutating func object(_ members: [(name: String, json: String)]) -> String {
        let texts = members.map { string($0.name) + space() + ":" + space() + $0.json }
        return "{" + texts.joined(separator: "," + space()) + "}"
    }

    /// Objects inside objects for the dots in names; without merging `a.b` and `a.c` give the key `a` twice.
    private mutating func nested(_ members: [(name: String, json: String)], merging: Bool) -> String {
        var groups: [(name: String, members: [(name: String, json: String)])] = []
        var plain: [(name: String, json: String)] = []
        for member in members {
            guard let dot = member.name.firstIndex(of: "."), random.chance(85) else {
                plain.append(member)
                continue
            }
            let head = String(member.name[..<dot])
            let rest = (String(member.name[member.name.index(after: dot)...]), member.json)
            if merging, let known = groups.firstIndex(where: { $0.name.utf8.elementsEqual(head.utf8) }) {
                groups[known].members.append(rest)
            } else {
                groups.append((head, [rest]))
            }
        }
        for group in groups {
            let inner = nested(group.members, merging: merging)
            plain.append((group.name, random.chance(10) ? "[\(inner)]" : inner))
        }
        return object(plain)
    }

    /// A JSON string; some characters that need no escape get one.
    private mutating func string(_ text: String) -> String {
        var result = "\""
        let escapesMuch = random.chance(5)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\t": result += random.chance(50) ? "\\t" : "\\u0009"
            case "/" where random.chance(20): result += "\\/"
            default:
                if scalar.value < 0x20 || (escapesMuch && random.chance(50)) {
                    for unit in String(scalar).utf16 { result += Self.escape(unit) }
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        if random.chance(1) {
            result += random.pick(["\\ud800", "\\udc00", "\\ud83d\\ud83d\\ude00", "\\ud800\\u0041"])
        }
        return result + "\""
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private mutating func space() -> String {
        random.chance(90) ? "" : random.pick([" ", "  ", "\t", " \r "])
    }
}
