extension Query {
    /// The names of the fields the query asks about, each once, in the order of their first mention.
    public var fieldNames: [String] {
        var names: [String] = []
        // By bytes: `String` takes canonically equivalent names for equal, events do not.
        var seen: Set<[UInt8]> = []
        collectFieldNames(into: &names, seen: &seen)
        return names
    }

    private func collectFieldNames(into names: inout [String], seen: inout Set<[UInt8]>) {
        switch self {
        case .everything, .anywhere:
            break
        case .and(let parts), .or(let parts):
            for part in parts { part.collectFieldNames(into: &names, seen: &seen) }
        case .not(let query):
            query.collectFieldNames(into: &names, seen: &seen)
        case .field(let name, _):
            if seen.insert(Array(name.utf8)).inserted { names.append(name) }
        }
    }
}
