import SOLLanguage

extension BruteExpressions {
    func field(_ name: String, _ row: BruteRow) -> BruteValue {
        // The longest beginning of the name that is a constant or a column; the rest reaches into its value.
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for length in stride(from: parts.count, through: 1, by: -1) {
            let start = parts[..<length].joined(separator: ".")
            let rest = Scalars(parts[length...].joined(separator: ".").unicodeScalars)
            let known = length == 1 ? program.constant(start) : nil
            guard let value = known ?? row.column(start) else { continue }
            return rest.isEmpty ? value : Self.reach(rest[...], value)
        }
        for alias in Self.aliases(name) { if let value = row.column(alias) { return value } }
        guard let members = row.members else { return .null }
        if name == "timestamp" || name == "@timestamp" { return row.time.map { .time($0) } ?? .null }
        return Self.reach(name, members)
    }

    /// Other names of a column (section 3, "names").
    private static func aliases(_ name: String) -> [String] {
        if name == "bin" || name == "timestamp" { return ["bin_timestamp", "@timestamp"] }
        if name == "@timestamp" { return ["timestamp"] }
        return ["year", "month", "week"].filter { name.hasPrefix($0 + "_") }.map {
            "\(name.dropFirst($0.count + 1))_\($0)"
        }
    }

    /// S31: into a map, or each map of a list.
    private static func reach(_ name: ArraySlice<Unicode.Scalar>, _ value: BruteValue) -> BruteValue {
        let found = reached(name, value).filter { !$0.isNull }
        return found.count == 1 ? found[0] : BruteValue.flat(found)
    }

    private static func reached(_ name: ArraySlice<Unicode.Scalar>, _ value: BruteValue) -> [BruteValue] {
        switch value {
        case .map(let members):
            return members.flatMap { key, value -> [BruteValue] in
                if key.elementsEqual(name) { return [value] }
                guard name.count > key.count, name.starts(with: key), name[name.startIndex + key.count] == "." else {
                    return []
                }
                return reached(name.dropFirst(key.count + 1), value)
            }
        case .list(let items): return items.flatMap { reached(name, $0) }
        default: return []
        }
    }

    /// S21, R15…R17: the values at a path, as they stand there.
    static func reach(_ name: String, _ members: [(key: Scalars, value: BruteJSON)]) -> BruteValue {
        let found = raw(Scalars(name.unicodeScalars)[...], members).map { BruteValue($0) }.filter { !$0.isNull }
        return found.count == 1 ? found[0] : BruteValue.flat(found)
    }

    private static func raw(
        _ name: ArraySlice<Unicode.Scalar>, _ members: [(key: Scalars, value: BruteJSON)]
    ) -> [BruteJSON] {
        var found: [BruteJSON] = []
        for (key, value) in members {
            if key.elementsEqual(name) { found.append(value) }
            if name.count > key.count, name.starts(with: key), name[name.startIndex + key.count] == "." {
                for inner in objects(in: value) { found += raw(name.dropFirst(key.count + 1), inner) }
            }
        }
        return found
    }

    private static func objects(in json: BruteJSON) -> [[(key: Scalars, value: BruteJSON)]] {
        switch json {
        case .object(let members): [members]
        case .list(let items): items.flatMap { objects(in: $0) }
        default: []
        }
    }
}
