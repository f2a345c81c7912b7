import SOLLanguage

/// The columns at a place of a pipeline (S32).
struct Scope {
    /// Any field name may be read from the event; the columns below were added.
    var isOpen: Bool
    var names: [String]
    /// Columns that hold times, as far as that is known before running (S26).
    var times: Set<String> = []
    /// Columns that hold numbers of things, made by aggregates.
    var quantities: Set<String> = []

    static let events = Scope(isOpen: true, names: [])
    /// For constants.
    static let nothing = Scope(isOpen: false, names: [])

    /// The column that a name means, and what is left of the name to reach into its value.
    func column(_ name: FieldName) -> (index: Int, rest: [String])? {
        let parts = name.parts
        for length in stride(from: parts.count, through: 1, by: -1) {
            let text = parts[..<length].joined(separator: ".")
            if let index = names.lastPlace(of: text) { return (index, Array(parts[length...])) }
        }
        guard let alias = Self.aliases(parts.joined(separator: ".")).first(where: { names.holds($0) }),
            let index = names.lastPlace(of: alias)
        else { return nil }
        return (index, [])
    }

    /// Other names under which a column may be called.
    private static func aliases(_ name: String) -> [String] {
        switch name {
        case "bin", "timestamp": return ["bin_timestamp", "@timestamp"]
        case "@timestamp": return ["timestamp"]
        default: break
        }
        for function in ["year", "month", "week"] {
            if name.hasPrefix(function + "_") { return ["\(name.dropFirst(function.count + 1))_\(function)"] }
        }
        return []
    }
}

extension String {
    /// Whether it is the same text, scalar by scalar: `==` takes composed and decomposed characters for the same.
    func isSame(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension [String] {
    func lastPlace(of name: String) -> Int? { lastIndex { $0.isSame(name) } }
    func holds(_ name: String) -> Bool { contains { $0.isSame(name) } }
}

/// What a compiled expression is.
struct Compiled {
    /// The value for a row.
    let value: (Row) throws -> Value
    /// Without a field: literals, constants, parameters, scalars.
    let isConstant: Bool
    /// Known to be a time.
    let isTime: Bool
    /// The number of the event's field that it is, as it stands there.
    var field: Int?
    /// The event's time, as it stands there.
    var isEventTime = false
    /// The column that it is, as it stands there.
    var column: Int?

    init(isConstant: Bool = false, isTime: Bool = false, _ value: @escaping (Row) throws -> Value) {
        self.value = value
        self.isConstant = isConstant
        self.isTime = isTime
    }

    init(constant: Value) {
        self.init(isConstant: true, isTime: { if case .time = constant { true } else { false } }()) { _ in constant }
    }

    /// The value of a constant.
    func constant() throws -> Value { try value(Row(columns: [], event: nil)) }

    /// S22: true only if the value is true; a list if one item is.
    func isTrue(_ row: Row) throws -> Bool { try value(row).isTrue }
}

extension Value {
    var isTrue: Bool {
        switch self {
        case .boolean(let flag): flag
        case .list(let items): items.contains { $0.isTrue }
        case .null, .integer, .number, .string, .time, .timespan, .map: false
        }
    }

    /// Nil: null or no boolean.
    var truth: Bool? {
        switch self {
        case .boolean(let flag): flag
        case .list: isTrue ? true : nil
        case .null, .integer, .number, .string, .time, .timespan, .map: nil
        }
    }
}
