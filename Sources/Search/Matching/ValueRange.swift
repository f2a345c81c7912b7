import Events
import QueryLanguage

/// `field:>=x`, `field:[a TO b}`: values of the bounds' kind that lie between them (R45...R49).
struct ValueRange: Sendable {
    /// An end on a scale of points.
    struct End<Value: Sendable>: Sendable {
        var value: Value
        var isInclusive: Bool
    }

    enum Span: Sendable {
        case numbers(low: End<[UInt8]>?, high: End<[UInt8]>?)
        case addresses(low: End<IPAddress>?, high: End<IPAddress>?)
        /// `[from, until)`: rounding a date to its period leaves only this shape (R49).
        case times(from: Instant?, until: Instant?)
        /// Bounds of two kinds; no value is of both.
        case nothing
    }

    let span: Span
    private let isTimeField: Bool

    init(_ comparison: Comparison, _ bound: Bound, field: String) throws(UnsupportedQuery) {
        switch comparison {
        case .greater: try self.init(from: .exclusive(bound), to: .open, field: field)
        case .greaterOrEqual: try self.init(from: .inclusive(bound), to: .open, field: field)
        case .less: try self.init(from: .open, to: .exclusive(bound), field: field)
        case .lessOrEqual: try self.init(from: .open, to: .inclusive(bound), field: field)
        }
    }

    /// - Throws: `UnsupportedQuery` if a bound's text is not of the kind it claims.
    init(from low: RangeEnd, to high: RangeEnd, field: String) throws(UnsupportedQuery) {
        isTimeField = FieldRules.isTime(field)
        let low = low.bound
        let high = high.bound
        guard let kind = low?.value.kind ?? high?.value.kind, (high?.value.kind ?? kind) == kind else {
            span = .nothing
            return
        }
        switch kind {
        case .number:
            span = .numbers(low: try Self.number(low), high: try Self.number(high))
        case .address:
            span = .addresses(low: try Self.address(low), high: try Self.address(high))
        case .date:
            let first = try Self.period(low, isTimeField: isTimeField)
            let last = try Self.period(high, isTimeField: isTimeField)
            span = .times(
                from: first.map { $0.isInclusive ? $0.value.start : $0.value.end },
                until: last.map { $0.isInclusive ? $0.value.end : $0.value.start }
            )
        }
    }

    func contains(kind: ValueKind, text: UnsafeRawBufferPointer) -> Bool {
        switch span {
        case .numbers(let low, let high):
            switch kind {
            case .number: break
            case .string: guard DecimalText.isNumber(text) else { return false }
            case .boolean, .null, .object: return false
            }
            if let low {
                let order = low.value.withUnsafeBytes { DecimalText.compare(text, $0) }
                guard order > 0 || (order == 0 && low.isInclusive) else { return false }
            }
            if let high {
                let order = high.value.withUnsafeBytes { DecimalText.compare(text, $0) }
                guard order < 0 || (order == 0 && high.isInclusive) else { return false }
            }
            return true
        case .addresses(let low, let high):
            guard kind == .string, let address = IPAddress.parse(text) else { return false }
            if let low {
                guard address.isSameFamily(low.value) else { return false }
                guard low.value < address || (low.value == address && low.isInclusive) else { return false }
            }
            if let high {
                guard address.isSameFamily(high.value) else { return false }
                guard address < high.value || (address == high.value && high.isInclusive) else { return false }
            }
            return true
        case .times(let from, let until):
            guard let instant = ValueTime.instant(kind: kind, text: text, isTimeField: isTimeField) else {
                return false
            }
            if let from, instant < from { return false }
            if let until, instant >= until { return false }
            return true
        case .nothing:
            return false
        }
    }

    private static func number(_ bound: End<Bound>?) throws(UnsupportedQuery) -> End<[UInt8]>? {
        guard let bound else { return nil }
        guard DecimalText.isNumber(bound.value.text) else { throw .badBound(bound.value, "a number") }
        return End(value: Array(bound.value.text.utf8), isInclusive: bound.isInclusive)
    }

    private static func address(_ bound: End<Bound>?) throws(UnsupportedQuery) -> End<IPAddress>? {
        guard let bound else { return nil }
        guard let address = IPAddress.parse(bound.value.text) else { throw .badBound(bound.value, "an IP address") }
        return End(value: address, isInclusive: bound.isInclusive)
    }

    private static func period(_ bound: End<Bound>?, isTimeField: Bool) throws(UnsupportedQuery) -> End<Period>? {
        guard let bound else { return nil }
        guard let period = Period.parse(bound.value.text, allowYear: isTimeField) else {
            throw .badBound(bound.value, "a date")
        }
        return End(value: period, isInclusive: bound.isInclusive)
    }
}

extension RangeEnd {
    fileprivate var bound: ValueRange.End<Bound>? {
        switch self {
        case .open: nil
        case .inclusive(let bound): ValueRange.End(value: bound, isInclusive: true)
        case .exclusive(let bound): ValueRange.End(value: bound, isInclusive: false)
        }
    }
}

extension UnsupportedQuery {
    fileprivate static func badBound(_ bound: Bound, _ expected: String) -> UnsupportedQuery {
        UnsupportedQuery(message: "the bound \"\(bound.text)\" is not \(expected)")
    }
}
