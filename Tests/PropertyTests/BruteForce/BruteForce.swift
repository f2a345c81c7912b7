import QueryLanguage

/// The language's rules, followed event by event with nothing but plain data structures.
///
/// The product is checked against it; it shares only the query tree with the product.
struct BruteForce {
    let query: Query
    var ignoreCase = false

    /// A line that is no event never matches (R14).
    func matches(line: [UInt8], isFirstLine: Bool = false) -> Bool {
        guard let event = BruteEvent(line: line, isFirstLine: isFirstLine) else { return false }
        return matches(event)
    }

    func matches(_ event: BruteEvent) -> Bool {
        matches(query, event)
    }

    private func matches(_ query: Query, _ event: BruteEvent) -> Bool {
        switch query {
        case .everything: return true
        case .and(let parts): return parts.allSatisfy { matches($0, event) }
        case .or(let parts): return parts.contains { matches($0, event) }
        case .not(let inner): return !matches(inner, event)
        case .anywhere(.regex(let text)):
            let regex = regex(text)
            return event.texts.contains { _, value in regex.occurs(in: value.text ?? []) }
        case .anywhere(.pattern(let pattern)):
            // R34: a field-less `*` matches every event, also one without values.
            if !pattern.pieces.isEmpty, pattern.pieces.allSatisfy({ $0 == .anyRun }) { return true }
            return event.texts.contains { _, value in BruteText.occurs(in: value.text ?? [], pattern) }
        case .field(let name, let test):
            var values = event.values(named: name)
            if name == "timestamp", values.isEmpty { values = event.values(named: "@timestamp") }
            return values.contains { passes($0, test, field: name) }
        }
    }

    private func passes(_ value: BruteEvent.Value, _ test: FieldTest, field: String) -> Bool {
        switch test {
        case .exists, .range(.open, .open): return true
        case .literal(.regex(let expression)):
            guard let text = value.text else { return false }
            return isFullText(field) ? regex(expression).occurs(in: text) : regex(expression).covers(text)
        case .literal(.pattern(let pattern)):
            guard let text = value.text else { return false }
            return isFullText(field)
                ? BruteText.occurs(in: text, pattern) : isEqual(value, text, pattern, field: field)
        case .compare(.greater, let bound): return isInside(value, above: .exclusive(bound), field: field)
        case .compare(.greaterOrEqual, let bound): return isInside(value, above: .inclusive(bound), field: field)
        case .compare(.less, let bound): return isInside(value, below: .exclusive(bound), field: field)
        case .compare(.lessOrEqual, let bound): return isInside(value, below: .inclusive(bound), field: field)
        case .range(let low, let high):
            return isInside(value, above: low, field: field) && isInside(value, below: high, field: field)
        }
    }

    /// R20...R26.
    private func isEqual(_ value: BruteEvent.Value, _ text: Scalars, _ pattern: Pattern, field: String) -> Bool {
        if BruteText.covers(ignoreCase ? BruteText.fold(text) : text, BruteText.units(pattern, folded: ignoreCase)) {
            return true
        }
        guard let literal = pattern.plainText else { return false }
        if case .number(let digits) = value, let a = BruteNumber(digits), let b = BruteNumber(literal),
            BruteNumber.compare(a, b) == 0
        {
            return true
        }
        if let address = address(value) {
            if BruteAddress(literal) == address { return true }
            if let network = BruteNetwork(literal), network.contains(address) { return true }
        }
        if isTimeField(field), let instant = instant(value, field: field),
            let period = BruteTime.period(literal, allowYear: true)
        {
            return period.first <= instant && instant <= period.last
        }
        return false
    }

    private func isInside(_ value: BruteEvent.Value, above low: RangeEnd, field: String) -> Bool {
        switch low {
        case .open: return true
        case .inclusive(let bound):
            guard let order = order(value, bound, field: field) else { return false }
            return order != .before
        case .exclusive(let bound):
            guard let order = order(value, bound, field: field) else { return false }
            return order == .after
        }
    }

    private func isInside(_ value: BruteEvent.Value, below high: RangeEnd, field: String) -> Bool {
        switch high {
        case .open: return true
        case .inclusive(let bound):
            guard let order = order(value, bound, field: field) else { return false }
            return order != .after
        case .exclusive(let bound):
            guard let order = order(value, bound, field: field) else { return false }
            return order == .before
        }
    }

    private enum Order {
        case before, inside, after

        init(_ comparison: Int) {
            self = comparison < 0 ? .before : comparison > 0 ? .after : .inside
        }
    }

    /// Where the value stands to the bound; nil if it is not of the bound's kind (R45...R49).
    private func order(_ value: BruteEvent.Value, _ bound: Bound, field: String) -> Order? {
        switch bound.kind {
        case .number:
            let digits: String
            switch value {
            case .number(let text): digits = text
            case .string(let text): digits = String(text)
            case .boolean, .object: return nil
            }
            guard let a = BruteNumber(digits), let b = BruteNumber(bound.text) else { return nil }
            return Order(BruteNumber.compare(a, b))
        case .address:
            guard let a = address(value), let b = BruteAddress(bound.text), a.isSameFamily(b) else { return nil }
            return Order(BruteAddress.compare(a, b))
        case .date:
            guard let instant = instant(value, field: field),
                let period = BruteTime.period(bound.text, allowYear: isTimeField(field))
            else { return nil }
            return instant < period.first ? .before : instant > period.last ? .after : .inside
        }
    }

    private func isTimeField(_ field: String) -> Bool {
        field == "@timestamp" || field == "timestamp"
    }

    private func address(_ value: BruteEvent.Value) -> BruteAddress? {
        guard case .string(let text) = value else { return nil }
        return BruteAddress(String(text))
    }

    private func instant(_ value: BruteEvent.Value, field: String) -> BruteInstant? {
        switch value {
        case .string(let text): BruteTime.instant(String(text))
        case .number(let digits): isTimeField(field) ? BruteNumber(digits)?.instant : nil
        case .boolean, .object: nil
        }
    }

    private func isFullText(_ field: String) -> Bool {
        ["message", "error.message", "event.original"].contains(field)
    }

    private func regex(_ text: String) -> BruteRegex {
        guard let regex = BruteRegex(text, ignoreCase: ignoreCase) else {
            preconditionFailure("not an expression: \(text)")
        }
        return regex
    }
}
