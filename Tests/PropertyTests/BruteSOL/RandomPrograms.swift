/// Programs of SOL over the fields and values of random events.
struct RandomPrograms {
    private var random: SeededRandom
    /// Field names as the language writes them.
    private let fields: [String]
    private let texts: [String]
    private let numbers: [String]

    init(seed: UInt64, lines: [[UInt8]]) {
        random = SeededRandom(seed: seed)
        fields = RandomEvents.fieldNames.filter { !$0.isEmpty && !$0.contains("..") && !$0.contains("timestamp") }
            .map { name in
                name.split(separator: ".").map { part in
                    part.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 == 0x5F } ? String(part) : "`\(part)`"
                }.joined(separator: ".")
            }
        var texts = [
            "", "a", "10.0.0.1", "443", "true", "network", "Network", "ali", "2026-01-31", "é", "e\u{301}tude",
        ]
        for line in lines.prefix(60) {
            for value in BruteEvent(line: line)?.texts ?? [] {
                if let text = value.value.text { texts.append(BruteValue.plain(text)) }
            }
        }
        self.texts = texts.filter { !$0.unicodeScalars.contains { $0.value < 0x20 } && $0.utf8.count < 80 }
        numbers = ["0", "1", "2", "443", "80", "8080", "42.5", "4624", "0.1", "1000000", "9007199254740993"]
    }

    mutating func program() -> String {
        var lets = ""
        var table: String?
        self.table = nil
        if random.chance(35) {
            table = "t"
            lets += "let t = events | \(random.chance(50) ? "where \(condition(2)) | " : "")"
            lets +=
                random.chance(50)
                ? "distinct \(field())" : "aggregate n = count(), s = make_set(\(field())) by k = \(field())"
            lets += "; "
        }
        if random.chance(20) { lets += "let c = \(random.chance(50) ? string() : number()); " }
        hasConstant = lets.contains("let c")
        self.table = table
        var text = lets + "events"
        for _ in 0..<random.int(0...2) { text += " | where \(condition(random.int(0...2)))" }
        var columns: [String] = []
        if random.chance(30) {
            columns = ["x", "y"]
            text += " | extend x = \(value(2)), y = \(value(1))"
            if random.chance(40) { text += " | where \(comparison("x"))" }
        }
        if let table, random.chance(40), lets.contains("by k") {
            let kind = random.pick(["join", "left join", "lookup", "leftanti join", "inner join"])
            text += " | \(kind) \(table) on \(field()) == k into m"
            if !kind.contains("anti") { columns += ["m.n", "m.s"] }
        }
        text += ending(columns)
        hasConstant = false
        return text
    }

    private var hasConstant = false
    private var table: String?

    private mutating func ending(_ columns: [String]) -> String {
        switch random.int(0...13) {
        case 11, 12, 13: return leading()
        case 10: return " | aggregate n = count_distinct(\(field()))"
        case 0: return " | count"
        case 1: return " | distinct \(field())" + (random.chance(40) ? ", \(field(not: true))" : "")
        case 2: return " | select t = timestamp, v = \(value(2))\(list(columns)) | limit \(random.int(0...40))"
        case 3:
            return " | select a = \(value(1)), b = \(field())\(list(columns)) | order by a, b asc"
                + (random.chance(50) ? " | limit \(random.int(1...30))" : "")
        case 4: return " | aggregate count() by \(key()) | top \(random.int(1...9)) by count"
        case 5:
            return " | aggregate n = count(), v = \(aggregate()) by k1 = \(key()), k2 = \(key()) | where n > 1"
        case 6:
            return " | aggregate v = \(aggregate()), w = \(aggregate()), first = min(timestamp), last = max(timestamp)"
        case 7:
            return " | aggregate n = count(), first = min(timestamp), v = \(aggregate()) by k = \(key())"
                + " | extend share = round(n / 7.0, 2) | order by n asc, k"
        case 8: return " | aggregate v = \(aggregate()) by h = bin(timestamp, \(random.pick(["1h", "6h", "1d", "7d"])))"
        default:
            return " | aggregate n = \(aggregate()), v = sum(\(field())) / 2 + count() by k = \(value(1))"
        }
    }

    /// Groups of which only the first by their counts are wanted.
    private mutating func leading() -> String {
        let count = random.pick(["count()", "count()", "countif(\(condition(1)))", "count_distinct(\(field()))"])
        let key = random.chance(20) ? "timestamp" : key()
        let keys = random.chance(70) ? "k = \(key)" : "k = \(key), k2 = \(field())"
        let direction = random.pick(["", " asc", " desc"])
        let limit = random.int(0...7)
        return " | aggregate n = \(count)\(random.chance(30) ? ", m = count()" : "") by \(keys)"
            + (random.chance(50) ? " | top \(limit) by n\(direction)" : " | order by n\(direction) | limit \(limit)")
    }

    private func list(_ columns: [String]) -> String { columns.map { ", `\($0)`" }.joined() }

    private mutating func aggregate() -> String {
        switch random.int(0...7) {
        case 0: "count()"
        case 1: "countif(\(condition(1)))"
        case 2: "sum(\(value(1)))"
        case 3: "avg(\(field()))"
        case 4: "min(\(value(1)))"
        case 5: "max(\(field()))"
        case 6: "count_distinct(\(value(1)))"
        default: "make_set(\(value(1)))"
        }
    }

    private mutating func key() -> String {
        switch random.int(0...9) {
        case 0: "bin(timestamp, \(random.pick(["1h", "1d", "15m"])))"
        case 1: random.pick(["year(timestamp)", "month(timestamp)", "week(timestamp)"])
        case 2: "format_datetime(timestamp, \(random.pick(["'%Y-%m'", "'%H'", "'%d.%m.%Y %H:%M'", "'%S'"])))"
        case 3: value(1)
        default: field()
        }
    }

    private var last = ""

    /// A field that events have; `not` another one than before.
    private mutating func field(not: Bool = false) -> String {
        var name = random.pick(fields)
        while not, name == last { name = random.pick(fields) }
        last = name
        return name
    }

    private mutating func string() -> String {
        let text = random.pick(texts)
        var part = text.unicodeScalars.filter { $0 != "'" && $0 != "\\" }
        if random.chance(30), part.count > 2 {
            let start = part.index(part.startIndex, offsetBy: random.int(0...part.count - 2))
            part = String.UnicodeScalarView(part[start...].prefix(random.int(1...6)))
        }
        return "'\(String(part))'"
    }

    private mutating func number() -> String { (random.chance(15) ? "-" : "") + random.pick(numbers) }

    private mutating func time() -> String {
        random.pick([
            "'2026-01-15'", "'2026-01-31T10:00:00Z'", "'2026-02-10 05:30'", "'2026-01-20T00:00:00+02:00'",
            "'1970-01-01'", "'2026-01-31T10:00:00.000000001Z'",
        ])
    }

    private mutating func literal() -> String {
        if hasConstant, random.chance(20) { return "c" }
        return random.chance(65) ? string() : number()
    }

    // MARK: Values

    private mutating func value(_ depth: Int) -> String {
        guard depth > 0 else {
            return random.chance(75) ? field() : random.chance(20) ? random.pick(["null", "true", "3h"]) : literal()
        }
        switch random.int(0...15) {
        case 0: return "tolower(\(value(depth - 1)))"
        case 1: return "toupper(\(value(depth - 1)))"
        case 2: return "tostring(\(value(depth - 1)))"
        case 3: return "coalesce(\(field()), \(value(depth - 1)), 'none')"
        case 4: return "iff(\(condition(depth - 1)), \(value(depth - 1)), \(literal()))"
        case 5: return "round(\(value(depth - 1)), \(random.int(0...3)))"
        case 6: return "toint(\(value(depth - 1)))"
        case 7: return "isnull(\(field()))"
        case 8: return "(\(value(depth - 1)) \(random.pick(["+", "-", "*", "/", "%"])) \(value(depth - 1)))"
        case 9: return "bin(\(field()), \(random.pick(["10", "0.5", "1000"])))"
        case 10: return "({'network': 1, 'alice': 'A', '443': null, 'true': {'b': 2}}[\(field())])"
        case 11: return "(timestamp \(random.pick(["+", "-"])) \(random.pick(["1h", "90m", "2d"])))"
        case 12:
            return "(timestamp - max_time(\(time())))".replacing("max_time", with: "bin").replacing(
                "')", with: "', 1s)")
        case 13: return "-\(field())"
        default: return field()
        }
    }

    // MARK: Conditions

    private mutating func condition(_ depth: Int) -> String {
        guard depth > 0 else { return comparison(random.chance(85) ? field() : "tolower(\(field()))") }
        switch random.int(0...3) {
        case 0: return "\(condition(depth - 1)) and \(condition(depth - 1))"
        case 1: return "(\(condition(depth - 1)) or \(condition(depth - 1)))"
        case 2: return "not \(condition(0))"
        default: return comparison(field())
        }
    }

    private mutating func comparison(_ left: String) -> String {
        switch random.int(0...19) {
        case 0: return "\(left) == null"
        case 1: return "\(left) != null"
        case 2...4: return "\(left) == \(literal())"
        case 5: return "\(left) != \(literal())"
        case 6: return "\(left) =~ \(literal())"
        case 7: return "\(left) \(random.pick(["<", "<=", ">", ">="])) \(literal())"
        case 8: return "\(left) == \(field())"
        case 9...10:
            return "\(left) \(random.pick(["contains", "startswith", "endswith"]))\(random.pick(["", "~"])) \(string())"
        case 11: return "\(left) \(random.pick(["in", "!in", "in~"])) [\(literal()), \(literal()), null]"
        case 12: return "not \(left) in (\(literal()), \(field()))"
        case 13: return "\(left) between (\(number()) .. \(number()))"
        case 14:
            let letters = string().unicodeScalars.filter { $0.properties.isAlphabetic || $0 == " " }
            return
                "\(left) matches regex '\(random.pick(["", "^"]))\(String(String.UnicodeScalarView(letters)))\(random.pick(["", ".", "$"]))'"
        case 15: return "timestamp \(random.pick(["<", "<=", ">", ">=", "==", "!="])) \(time())"
        case 16: return "timestamp between (\(time()) .. \(time()))"
        case 17: return random.chance(50) ? "timestamp != null" : "bin(timestamp, 1d) == '2026-01-31'"
        case 18 where table != nil: return "\(left) in t"
        default: return "\(left) \(random.pick([">", "<"])) \(number())"
        }
    }
}
