import Events

/// Evaluates a query over decoded events, one at a time.
///
/// Keeps the fields of the decoder it was last used with resolved, so one matcher goes with one decoder and one
/// thread.
public final class EventMatcher {
    private let query: CompiledQuery
    private var decoder: EventDecoder?
    /// Per field of the decoder, the index of the query's field or -1.
    private var queryField: [Int32] = []
    /// Per field of the query, the index of its first value that is not null in the current event, or -1.
    private var firstValue: [Int32]
    /// The query's fields by the bytes of their names.
    private let numbers: [[UInt8]: Int32]
    /// Per value of the current event, the index of the next value of the same field or -1.
    private var nextValue: [Int32] = []

    /// - Parameter query: May be shared with other matchers.
    public init(_ query: CompiledQuery) {
        self.query = query
        firstValue = Array(repeating: -1, count: query.fields.count)
        numbers = Dictionary(
            query.fields.enumerated().map { (Array($1.utf8), Int32($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether the event that the decoder holds matches. Call it only after a `decode` that returned nil: a reject
    /// matches nothing (R14).
    public func matches(_ decoder: EventDecoder) -> Bool {
        let values = decoder.values
        if !query.fields.isEmpty {
            learnFields(of: decoder)
            linkValues(values)
        }
        return matches(query.root, values)
    }

    private func matches(_ node: CompiledQuery.Node, _ values: [EventValue]) -> Bool {
        switch node {
        case .everything:
            return true
        case .and(let parts):
            for part in parts where !matches(part, values) { return false }
            return true
        case .or(let parts):
            for part in parts where matches(part, values) { return true }
            return false
        case .not(let inner):
            return !matches(inner, values)
        case .anywhere(let test):
            for value in values where test.matches(kind: value.kind, text: value.text) { return true }
            return false
        case .field(let field, let test):
            var index = firstValue[field]
            if index < 0, let fallback = query.fallbacks[field] { index = firstValue[fallback] }
            while index >= 0 {
                let value = values[Int(index)]
                if test.matches(kind: value.kind, text: value.text) { return true }
                index = nextValue[Int(index)]
            }
            return false
        }
    }

    /// Resolves the names that are new since the last event.
    private func learnFields(of decoder: EventDecoder) {
        if self.decoder !== decoder {
            self.decoder = decoder
            queryField.removeAll(keepingCapacity: true)
        }
        let names = decoder.fieldNames
        while queryField.count < names.count {
            let name = names[queryField.count]
            queryField.append(numbers[Array(name.utf8)] ?? -1)
        }
    }

    /// Chains the values of each field that the query names.
    private func linkValues(_ values: [EventValue]) {
        for field in firstValue.indices { firstValue[field] = -1 }
        if nextValue.count < values.count {
            nextValue.append(contentsOf: repeatElement(-1, count: values.count - nextValue.count))
        }
        for (index, value) in values.enumerated() where value.kind != .null {
            let field = Int(queryField[value.field])
            if field >= 0 {
                nextValue[index] = firstValue[field]
                firstValue[field] = Int32(index)
            }
        }
    }
}
