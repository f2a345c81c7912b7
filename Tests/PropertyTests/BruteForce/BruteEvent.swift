/// One event and the values its fields have (section 2 of the language).
struct BruteEvent {
    /// A value that counts: not null, not an empty list or object.
    enum Value {
        case string(Scalars)
        case number(String)
        case boolean(Bool)
        /// Not empty.
        case object

        /// R19; an object has none.
        var text: Scalars? {
            switch self {
            case .string(let text): text
            case .number(let text): Scalars(text.unicodeScalars)
            case .boolean(let flag): Scalars((flag ? "true" : "false").unicodeScalars)
            case .object: nil
            }
        }
    }

    private let members: [(key: Scalars, value: BruteJSON)]

    /// - Parameter line: The bytes between two LFs.
    /// - Returns: nil if the line is not an event (R14).
    init?(line: [UInt8], isFirstLine: Bool = false) {
        guard let members = Self.members(of: line, isFirstLine: isFirstLine) else { return nil }
        self.members = members
    }

    /// The members of an event; nil if the line is none.
    static func members(of line: [UInt8], isFirstLine: Bool) -> [(key: Scalars, value: BruteJSON)]? {
        guard let string = String(validating: line, as: UTF8.self), line.count <= 64 << 20 else { return nil }
        var text = Scalars(string.unicodeScalars)
        if text.last == "\r" { text.removeLast() }
        if isFirstLine, text.first == "\u{FEFF}" { text.removeFirst() }
        guard case .object(let members) = BruteJSONParser.parse(text) else { return nil }
        return members
    }

    /// All values that a field name reaches (R15...R17).
    func values(named name: String) -> [Value] {
        Self.values(named: Scalars(name.unicodeScalars)[...], in: members)
    }

    private static func values(
        named name: ArraySlice<Unicode.Scalar>, in members: [(key: Scalars, value: BruteJSON)]
    ) -> [Value] {
        var found: [Value] = []
        for (key, value) in members {
            if key.elementsEqual(name) {
                found += items(of: value).compactMap(Self.value)
            }
            if name.count > key.count, name.starts(with: key), name[name.startIndex + key.count] == "." {
                let rest = name.dropFirst(key.count + 1)
                for case .object(let inner) in items(of: value) { found += values(named: rest, in: inner) }
            }
        }
        return found
    }

    /// The values with a text, of all fields, each with its path (R29).
    var texts: [(path: Scalars, value: Value)] {
        Self.texts(in: members, under: [])
    }

    private static func texts(
        in members: [(key: Scalars, value: BruteJSON)], under parent: Scalars
    ) -> [(path: Scalars, value: Value)] {
        var found: [(path: Scalars, value: Value)] = []
        for (key, value) in members {
            let path = parent + key
            for item in items(of: value) {
                if case .object(let inner) = item {
                    found += texts(in: inner, under: path + ["."])
                } else if let value = Self.value(item) {
                    found.append((path, value))
                }
            }
        }
        return found
    }

    /// A list stands for its items, at any depth; anything else for itself.
    private static func items(of json: BruteJSON) -> [BruteJSON] {
        guard case .list(let items) = json else { return [json] }
        return items.flatMap { Self.items(of: $0) }
    }

    private static func value(_ item: BruteJSON) -> Value? {
        switch item {
        case .null, .list: nil
        case .boolean(let flag): .boolean(flag)
        case .number(let text): .number(text)
        case .string(let text): .string(text)
        case .object(let members): members.isEmpty ? nil : .object
        }
    }
}
