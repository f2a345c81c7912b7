extension Query {
    /// The same query with an `and` in an `and` and an `or` in an `or` dissolved into the outer one.
    /// Each part is moved once, so the time is linear in the tree whatever its shape.
    var flattened: Query {
        switch self {
        case .everything, .anywhere, .field:
            return self
        case .not(let query):
            return .not(query.flattened)
        case .and(let parts):
            var flat: [Query] = []
            flat.reserveCapacity(parts.count)
            for part in parts { part.appendConjuncts(to: &flat) }
            return .and(flat)
        case .or(let parts):
            var flat: [Query] = []
            flat.reserveCapacity(parts.count)
            for part in parts { part.appendDisjuncts(to: &flat) }
            return .or(flat)
        }
    }

    private func appendConjuncts(to flat: inout [Query]) {
        guard case .and(let parts) = self else { return flat.append(flattened) }
        for part in parts { part.appendConjuncts(to: &flat) }
    }

    private func appendDisjuncts(to flat: inout [Query]) {
        guard case .or(let parts) = self else { return flat.append(flattened) }
        for part in parts { part.appendDisjuncts(to: &flat) }
    }
}
