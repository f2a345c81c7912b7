import Events
import SOLLanguage

/// Arithmetic (S28).
enum Calculation {
    private static let microsecond: Int64 = 1_000

    static func apply(_ operation: Arithmetic, _ a: Value, _ b: Value, negates: Bool = false) -> Value {
        if operation == .add, a.isText || b.isText { return .string(a.text + b.text) }
        switch (a, b) {
        case (.integer(let x), .integer(let y)): return integers(operation, x, y)
        case (.integer, .number), (.number, .integer), (.number, .number):
            guard let x = a.double, let y = b.double else { return .null }
            return doubles(operation, x, y)
        case (.time(let time), .timespan(let span)):
            switch operation {
            case .add: return moved(time, by: span)
            case .subtract: return span == .min ? .null : moved(time, by: -span)
            case .multiply, .divide, .remainder: return .null
            }
        case (.timespan(let span), .time(let time)): return operation == .add ? moved(time, by: span) : .null
        case (.time(let x), .time(let y)): return operation == .subtract ? difference(x, y) : .null
        case (.timespan(let x), .timespan(let y)): return timespans(operation, x, y)
        case (.timespan(let span), .integer), (.timespan(let span), .number):
            guard let factor = b.double else { return .null }
            switch operation {
            case .multiply: return timespan(Double(span) * factor)
            case .divide: return factor == 0 ? .null : timespan(Double(span) / factor)
            case .add, .subtract, .remainder: return .null
            }
        case (.integer, .timespan(let span)), (.number, .timespan(let span)):
            // A minus sign before a timespan is nothing minus it.
            if negates { return span == .min ? .null : .timespan(-span) }
            guard operation == .multiply, let factor = a.double else { return .null }
            return timespan(Double(span) * factor)
        default: return .null
        }
    }

    private static func integers(_ operation: Arithmetic, _ x: Int64, _ y: Int64) -> Value {
        func exact(_ result: (partialValue: Int64, overflow: Bool)) -> Value {
            result.overflow ? doubles(operation, Double(x), Double(y)) : .integer(result.partialValue)
        }
        switch operation {
        case .add: return exact(x.addingReportingOverflow(y))
        case .subtract: return exact(x.subtractingReportingOverflow(y))
        case .multiply: return exact(x.multipliedReportingOverflow(by: y))
        case .divide: return y == 0 ? .null : .finite(Double(x) / Double(y))
        case .remainder: return y == 0 ? .null : .integer(y == -1 ? 0 : x % y)
        }
    }

    private static func doubles(_ operation: Arithmetic, _ x: Double, _ y: Double) -> Value {
        switch operation {
        case .add: .finite(x + y)
        case .subtract: .finite(x - y)
        case .multiply: .finite(x * y)
        case .divide: y == 0 ? .null : .finite(x / y)
        case .remainder: y == 0 ? .null : .finite(x.truncatingRemainder(dividingBy: y))
        }
    }

    private static func timespans(_ operation: Arithmetic, _ x: Int64, _ y: Int64) -> Value {
        func exact(_ result: (partialValue: Int64, overflow: Bool)) -> Value {
            result.overflow ? .null : .timespan(result.partialValue)
        }
        switch operation {
        case .add: return exact(x.addingReportingOverflow(y))
        case .subtract: return exact(x.subtractingReportingOverflow(y))
        case .divide: return y == 0 ? .null : .finite(Double(x) / Double(y))
        case .multiply, .remainder: return .null
        }
    }

    private static func timespan(_ nanoseconds: Double) -> Value {
        Int64(exactly: nanoseconds.rounded(.towardZero)).map { .timespan($0) } ?? .null
    }

    static func moved(_ time: Instant, by span: Int64) -> Value {
        let (total, isTooMuch) = Int64(time.nanoseconds).addingReportingOverflow(span)
        guard !isTooMuch else { return .null }
        var micros = total / microsecond
        var rest = total % microsecond
        if rest < 0 {
            rest += microsecond
            micros -= 1
        }
        let (sum, overflow) = time.microseconds.addingReportingOverflow(micros)
        let moved = Instant(microseconds: sum, nanoseconds: Int16(rest))
        return overflow || moved < Instant.earliest || moved > Instant.latest ? .null : .time(moved)
    }

    private static func difference(_ x: Instant, _ y: Instant) -> Value {
        let (micros, overflow) = x.microseconds.subtractingReportingOverflow(y.microseconds)
        let (product, isTooLong) = micros.multipliedReportingOverflow(by: microsecond)
        let (sum, isMore) = product.addingReportingOverflow(Int64(x.nanoseconds - y.nanoseconds))
        return overflow || isTooLong || isMore ? .null : .timespan(sum)
    }
}

extension Value {
    fileprivate var isText: Bool { if case .string = self { true } else { false } }
}
