import Events
import Rendering

extension Value {
    /// The value as text (S20a); null is empty.
    public var text: String {
        switch self {
        case .null: ""
        case .boolean(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): NumberText.shortest(number) ?? ""
        case .string(let text): text
        case .time(let instant): instant.formatted()
        case .timespan(let nanoseconds): Self.text(ofTimespan: nanoseconds)
        case .list, .map: String(decoding: json, as: UTF8.self)
        }
    }

    /// Compact JSON.
    public var json: [UInt8] {
        var bytes: [UInt8] = []
        cell.appendJSON(to: &bytes)
        return bytes
    }

    /// For tables, CSV and JSON.
    public var cell: Cell {
        switch self {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .integer(let number): .integer(Int(number))
        case .number(let number): .double(number)
        case .string(let text): .text(text)
        case .time, .timespan: .text(text)
        case .list(let items): .list(items.map(\.cell))
        case .map(let members): .json(Self.object(members))
        }
    }

    private static func object(_ members: [Member]) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (number, member) in members.enumerated() {
            if number > 0 { bytes.append(UInt8(ascii: ",")) }
            Cell.text(member.key).appendJSON(to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            member.value.cell.appendJSON(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// `1d2h3m4.5s`.
    private static func text(ofTimespan nanoseconds: Int64) -> String {
        if nanoseconds == 0 { return "0s" }
        var rest = nanoseconds.magnitude
        var text = nanoseconds < 0 ? "-" : ""
        for (unit, size) in [("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000)]
            as [(String, UInt64)]
        where rest >= size {
            text += "\(rest / size)\(unit)"
            rest %= size
        }
        if rest > 0 {
            let fraction = rest % 1_000_000_000
            var digits = String(fraction)
            digits = String(repeating: "0", count: 9 - digits.utf8.count) + digits
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "\(rest / 1_000_000_000)" + (fraction > 0 ? "." + digits : "") + "s"
        }
        return text
    }
}
