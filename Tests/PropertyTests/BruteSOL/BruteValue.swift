/// A value of SOL (S20), written from the specification: shares nothing with the product.
indirect enum BruteValue {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(Scalars)
    case time(BruteInstant)
    /// Nanoseconds.
    case span(Int64)
    case list([BruteValue])
    case map([(key: Scalars, value: BruteValue)])

    static func text(_ text: String) -> BruteValue { .string(Scalars(text.unicodeScalars)) }

    /// A double, or null if it is none that is finite (S20).
    static func finite(_ number: Double) -> BruteValue { number.isFinite ? .number(number) : .null }

    var isNull: Bool { if case .null = self { true } else { false } }

    var items: [BruteValue] {
        switch self {
        case .null: []
        case .list(let items): items
        default: [self]
        }
    }

    /// S21.
    static func flat(_ values: [BruteValue]) -> BruteValue {
        let items = values.flatMap(\.items)
        return items.isEmpty ? .null : .list(items)
    }

    var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    // MARK: From JSON

    init(_ json: BruteJSON) {
        switch json {
        case .null: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .number(let text): self = Self.number(text)
        case .string(let text): self = .string(text)
        case .list(let items): self = Self.flat(items.map { BruteValue($0) })
        case .object(let members):
            self = members.isEmpty ? .null : .map(members.map { ($0.key, BruteValue($0.value)) })
        }
    }

    static func number(_ text: String) -> BruteValue {
        if !text.contains(where: { ".eE".contains($0) }), let integer = Int64(text) { return .integer(integer) }
        return Double(text).map(finite) ?? .null
    }

    /// The number that a text is (S25), if it is one of JSON's.
    static func number(in text: Scalars) -> BruteValue {
        let string = Self.plain(text)
        return BruteNumber(string) == nil ? .null : number(string)
    }

    static func plain(_ scalars: Scalars) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    // MARK: Text (S20a)

    var text: Scalars { Scalars(textString.unicodeScalars) }

    var textString: String {
        switch self {
        case .null: ""
        case .boolean(let flag): flag ? "true" : "false"
        case .integer(let number): "\(number)"
        case .number(let number): Self.ecma(number)
        case .string(let text): Self.plain(text)
        case .time(let time): Self.text(of: time)
        case .span(let span): Self.text(ofSpan: span)
        case .list, .map: json
        }
    }

    /// What operators of text read (S25).
    var readAsText: Scalars? {
        switch self {
        case .string, .integer, .number, .boolean, .time: text
        case .null, .span, .list, .map: nil
        }
    }

    var json: String {
        switch self {
        case .null: "null"
        case .boolean, .integer, .number: textString
        case .string, .time, .span: Self.quoted(text)
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .map(let members):
            "{" + members.map { Self.quoted($0.key) + ":" + $0.value.json }.joined(separator: ",") + "}"
        }
    }

    static func quoted(_ text: Scalars) -> String {
        var out = "\""
        for scalar in text {
            switch scalar {
            case "\"", "\\": out += "\\" + String(scalar)
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{8}": out += "\\b"
            case "\u{C}": out += "\\f"
            default:
                if scalar.value < 0x20 {
                    out += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }

    /// As ECMAScript prints a number, from Swift's shortest digits.
    private static func ecma(_ number: Double) -> String {
        if number == 0 { return "0" }
        let sign = number < 0 ? "-" : ""
        var text = "\(number.magnitude)"
        var exponent = 0
        if let mark = text.firstIndex(of: "e") {
            exponent = Int(text[text.index(after: mark)...]) ?? 0
            text = String(text[..<mark])
        }
        let parts = text.split(separator: ".")
        var digits = String(parts[0]) + (parts.count > 1 ? String(parts[1]) : "")
        // 0.digits × 10^point
        var point = parts[0].count + exponent
        while digits.first == "0" {
            digits.removeFirst()
            point -= 1
        }
        while digits.last == "0" { digits.removeLast() }
        if point > 21 || point <= -6 {
            let rest = digits.dropFirst()
            let power = point - 1
            return sign + String(digits.prefix(1)) + (rest.isEmpty ? "" : "." + rest) + "e"
                + (power < 0 ? "-" : "+") + "\(power.magnitude)"
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if digits.count <= point { return sign + digits + String(repeating: "0", count: point - digits.count) }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    static func text(of time: BruteInstant) -> String {
        let civil = BruteCalendar(time)
        var text = "\(pad(civil.year, 4))-\(pad(civil.month, 2))-\(pad(civil.day, 2))T"
        text += "\(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2))"
        var fraction = pad(time.nanoseconds, 9)
        if time.nanoseconds == 0 { return text + "Z" }
        while fraction.hasSuffix("000") { fraction.removeLast(3) }
        return text + "." + fraction + "Z"
    }

    private static func text(ofSpan span: Int64) -> String {
        if span == 0 { return "0s" }
        var rest = span.magnitude
        var text = span < 0 ? "-" : ""
        let units: [(String, UInt64)] = [("d", 86_400), ("h", 3_600), ("m", 60)]
        for (unit, seconds) in units {
            let size = seconds * 1_000_000_000
            if rest / size > 0 { text += "\(rest / size)\(unit)" }
            rest %= size
        }
        if rest > 0 {
            var seconds = "\(rest / 1_000_000_000)." + pad(Int(rest % 1_000_000_000), 9)
            while seconds.hasSuffix("0") { seconds.removeLast() }
            if seconds.hasSuffix(".") { seconds.removeLast() }
            text += seconds + "s"
        }
        return text
    }

    static func pad(_ number: Int, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    // MARK: Order of `order by`

    /// Negative, zero, positive; null is last.
    static func order(_ a: BruteValue, _ b: BruteValue) -> Int {
        let (x, y) = (a.rank, b.rank)
        if x != y { return x - y }
        switch (a, b) {
        case (.integer(let x), .integer(let y)): return x < y ? -1 : x > y ? 1 : 0
        case (.time(let x), .time(let y)): return x < y ? -1 : x > y ? 1 : 0
        case (.span(let x), .span(let y)): return x < y ? -1 : x > y ? 1 : 0
        case (.boolean(let x), .boolean(let y)): return (x ? 1 : 0) - (y ? 1 : 0)
        default: break
        }
        if let x = a.double, let y = b.double {
            // Whole numbers exactly, also beyond 53 bits.
            if let whole = Int64(exactly: y), case .integer(let number) = a {
                return number < whole ? -1 : number > whole ? 1 : 0
            }
            if let whole = Int64(exactly: x), case .integer(let number) = b {
                return whole < number ? -1 : whole > number ? 1 : 0
            }
            return x < y ? -1 : x > y ? 1 : 0
        }
        return order(a.text, b.text)
    }

    /// By code point.
    static func order(_ a: Scalars, _ b: Scalars) -> Int {
        for (x, y) in zip(a, b) where x != y { return x.value < y.value ? -1 : 1 }
        return a.count - b.count
    }

    private var rank: Int {
        switch self {
        case .integer, .number: 0
        case .time: 1
        case .span: 2
        case .string: 3
        case .boolean: 4
        case .list: 5
        case .map: 6
        case .null: 7
        }
    }

    /// Equal for values of one group.
    var tag: String {
        switch self {
        case .null: "null"
        case .integer, .number: "n" + textString
        case .string: "s" + textString
        case .boolean: "b" + textString
        case .time: "t" + textString
        case .span: "d" + textString
        case .list, .map: "j" + json
        }
    }
}

/// Calendar and clock of an instant, found by counting years and months.
struct BruteCalendar {
    var year = 1970
    var month = 1
    var day = 1
    let hour: Int
    let minute: Int
    let second: Int
    /// From 1.
    let dayOfYear: Int
    /// Since 1970.
    let days: Int

    init(_ time: BruteInstant) {
        let within = ((time.seconds % 86_400) + 86_400) % 86_400
        days = (time.seconds - within) / 86_400
        (hour, minute, second) = (within / 3_600, within / 60 % 60, within % 60)
        var left = days
        while left < 0 {
            year -= 1
            left += Self.length(year)
        }
        while left >= Self.length(year) {
            left -= Self.length(year)
            year += 1
        }
        dayOfYear = left + 1
        var lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if Self.length(year) == 366 { lengths[1] = 29 }
        while left >= lengths[month - 1] {
            left -= lengths[month - 1]
            month += 1
        }
        day = left + 1
    }

    private static func length(_ year: Int) -> Int {
        (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365
    }

    /// 1 Monday … 7 Sunday; 1970-01-01 was a Thursday.
    var weekday: Int { ((days + 3) % 7 + 7) % 7 + 1 }

    /// ISO 8601: the week belongs to the year of its Thursday.
    var week: (year: Int, week: Int) {
        guard let thursday = BruteInstant(seconds: (days + 4 - weekday) * 86_400, nanoseconds: 0) else { return (0, 0) }
        let calendar = BruteCalendar(thursday)
        return (calendar.year, (calendar.dayOfYear - 1) / 7 + 1)
    }
}
