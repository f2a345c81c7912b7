import Events
import QueryLanguage
import SOLLanguage

extension Compiler {
    func call(_ name: String, _ arguments: [Expression], _ position: Int) throws -> Compiled {
        if Function.named(name)?.isAggregate == true {
            throw error("\(name) stands only in aggregate", position, hint: "write | aggregate \(name)(…)")
        }
        if name == "toscalar" { throw error("toscalar takes a pipeline", position) }
        let coarse = try arguments.first.map(isEventTime) == true ? timeStep(name, arguments) : nil
        let values = try arguments.enumerated().map { place, argument in
            guard place == 0, let coarse else { return try compile(argument) }
            needs.add(step: coarse)
            return Compiled(isTime: true) { $0.event?.time ?? .null }
        }
        let isConstant = values.allSatisfy(\.isConstant)
        func made(isTime: Bool = false, _ body: @escaping ([Value]) -> Value) -> Compiled {
            Compiled(isConstant: isConstant, isTime: isTime) { row in body(try values.map { try $0.value(row) }) }
        }
        switch name {
        case "now", "ago": return Compiled(constant: try now(name, values, position))
        case "bin":
            let isTime = values[0].isTime
            return made(isTime: isTime) { Functions.bin($0[0], $0[1]) }
        case "year": return made { Functions.year($0[0]) }
        case "month": return made { Functions.month($0[0]) }
        case "week": return made { Functions.week($0[0]) }
        case "tolower": return made { Functions.mapText($0[0], Folding.folded) }
        case "toupper": return made { Functions.mapText($0[0], Folding.upper) }
        case "extract": return try extract(arguments, values)
        case "replace_regex": return try replace(arguments, values)
        case "round": return made { Functions.round($0[0], $0.count > 1 ? $0[1] : .integer(0)) }
        case "toint": return made { Functions.toint($0[0]) }
        case "tostring": return made { .string($0[0].text) }
        case "parse_json": return made { Functions.parseJSON($0[0]) }
        case "iff":
            return Compiled(isConstant: isConstant, isTime: values[1].isTime && values[2].isTime) { row in
                try values[0].isTrue(row) ? try values[1].value(row) : try values[2].value(row)
            }
        case "coalesce":
            return Compiled(isConstant: isConstant, isTime: values.allSatisfy(\.isTime)) { row in
                for value in values {
                    let found = try value.value(row)
                    if !found.isNull { return found }
                }
                return .null
            }
        case "format_datetime": return try formatDatetime(arguments, values)
        case "isnull": return made { .boolean($0[0].isNull) }
        case "isnotnull": return made { .boolean(!$0[0].isNull) }
        default: throw error("there is no function \(name)", position)
        }
    }

    /// Microseconds to whose multiples a time may be rounded down before this function sees it; nil: not at all.
    private func timeStep(_ name: String, _ arguments: [Expression]) -> Int64? {
        switch name {
        case "year", "month", "week": return Civil.dayLength
        case "bin":
            guard arguments.count == 2, case .timespan(let size) = arguments[1].kind, size > 0, size % 1_000 == 0 else {
                return nil
            }
            return size / 1_000
        case "format_datetime":
            guard arguments.count == 2, case .string(let format) = arguments[1].kind else { return nil }
            return DatetimeFormat.step(format)
        default: return nil
        }
    }

    private func now(_ name: String, _ values: [Compiled], _ position: Int) throws -> Value {
        guard let first = values.first else { return .time(program.options.now) }
        guard first.isConstant, case .timespan(let span) = try first.constant() else {
            throw error("\(name) takes a length of time such as 7d", position)
        }
        if name == "ago" { program.usesAgo(span) }
        return Calculation.apply(name == "ago" ? .subtract : .add, .time(program.options.now), .timespan(span))
    }

    private func extract(_ arguments: [Expression], _ values: [Compiled]) throws -> Compiled {
        let regex = try constantRegex(arguments[0], allowsGroupSyntax: true)
        guard values[1].isConstant, case .integer(let group) = try values[1].constant(), group >= 0 else {
            throw error("the group is a whole number, 0 for the whole match", arguments[1].position)
        }
        guard group <= regex.groups else {
            throw error("the regular expression has \(regex.groups) groups", arguments[1].position)
        }
        return Compiled(isConstant: values[2].isConstant) { row in
            Functions.extract(try values[2].value(row), regex, Int(group))
        }
    }

    private func replace(_ arguments: [Expression], _ values: [Compiled]) throws -> Compiled {
        let regex = try constantRegex(arguments[1], allowsGroupSyntax: true)
        return Compiled(isConstant: values.allSatisfy(\.isConstant)) { row in
            Functions.replace(try values[0].value(row), regex, try values[2].value(row))
        }
    }

    private func formatDatetime(_ arguments: [Expression], _ values: [Compiled]) throws -> Compiled {
        guard values[1].isConstant, case .string(let format) = try values[1].constant() else {
            throw error("the format is a string without fields", arguments[1].position)
        }
        if let letter = DatetimeFormat.unknownLetter(format) {
            throw error(
                "%\(letter) is not known here", arguments[1].position, hint: "known are \(DatetimeFormat.letters)")
        }
        return Compiled(isConstant: values[0].isConstant) { row in
            Functions.instant(try values[0].value(row)).map { .string(DatetimeFormat.text($0, format)) } ?? .null
        }
    }
}
