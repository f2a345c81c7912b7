import SOLLanguage

/// Arithmetic (S28).
extension BruteExpressions {
    static func arithmetic(_ operation: Arithmetic, _ a: BruteValue, _ b: BruteValue) -> BruteValue {
        func isString(_ value: BruteValue) -> Bool { if case .string = value { true } else { false } }
        if operation == .add, isString(a) || isString(b) { return .string(a.text + b.text) }
        switch (a, b) {
        case (.integer(let x), .integer(let y)):
            let exact: (Int64, Bool)
            switch operation {
            case .add: exact = x.addingReportingOverflow(y)
            case .subtract: exact = x.subtractingReportingOverflow(y)
            case .multiply: exact = x.multipliedReportingOverflow(by: y)
            case .divide: return y == 0 ? .null : .finite(Double(x) / Double(y))
            case .remainder: return y == 0 ? .null : y == -1 ? .integer(0) : .integer(x % y)
            }
            return exact.1 ? doubles(operation, Double(x), Double(y)) : .integer(exact.0)
        case (.time(let time), .span(let span)):
            return operation == .add ? moved(time, span) : operation == .subtract ? moved(time, -span) : .null
        case (.span(let span), .time(let time)): return operation == .add ? moved(time, span) : .null
        case (.time(let x), .time(let y)):
            guard operation == .subtract else { return .null }
            let seconds = (x.seconds - y.seconds).multipliedReportingOverflow(by: 1_000_000_000)
            let sum = Int64(seconds.partialValue).addingReportingOverflow(Int64(x.nanoseconds - y.nanoseconds))
            return seconds.overflow || sum.overflow ? .null : .span(sum.partialValue)
        case (.span(let x), .span(let y)):
            switch operation {
            case .add: return x.addingReportingOverflow(y).overflow ? .null : .span(x &+ y)
            case .subtract: return x.subtractingReportingOverflow(y).overflow ? .null : .span(x &- y)
            case .divide: return y == 0 ? .null : .finite(Double(x) / Double(y))
            case .multiply, .remainder: return .null
            }
        case (.span(let span), _):
            guard let factor = b.double else { return .null }
            if operation == .multiply { return spanned(Double(span) * factor) }
            return operation == .divide && factor != 0 ? spanned(Double(span) / factor) : .null
        case (_, .span(let span)):
            guard operation == .multiply, let factor = a.double else { return .null }
            return spanned(Double(span) * factor)
        default:
            guard let x = a.double, let y = b.double else { return .null }
            return doubles(operation, x, y)
        }
    }

    private static func doubles(_ operation: Arithmetic, _ x: Double, _ y: Double) -> BruteValue {
        switch operation {
        case .add: .finite(x + y)
        case .subtract: .finite(x - y)
        case .multiply: .finite(x * y)
        case .divide: y == 0 ? .null : .finite(x / y)
        case .remainder: y == 0 ? .null : .finite(x.truncatingRemainder(dividingBy: y))
        }
    }

    private static func spanned(_ nanoseconds: Double) -> BruteValue {
        Int64(exactly: nanoseconds.rounded(.towardZero)).map { .span($0) } ?? .null
    }

    private static func moved(_ time: BruteInstant, _ span: Int64) -> BruteValue {
        let total = time.nanoseconds + Int(span % 1_000_000_000)
        let carry = total < 0 ? -1 : total / 1_000_000_000
        let seconds = time.seconds + Int(span / 1_000_000_000) + carry
        return BruteInstant(seconds: seconds, nanoseconds: total - carry * 1_000_000_000).map { .time($0) } ?? .null
    }
}
