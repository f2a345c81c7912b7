import QueryLanguage

/// Why a query cannot be evaluated.
public struct UnsupportedQuery: Error, Hashable, CustomStringConvertible {
    /// One line for a person.
    public var message: String

    /// - Parameter message: One line without a line break.
    public init(message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

/// A query with everything parsed and folded that can be before the first event is seen.
///
/// Built once per search and shared by all workers. Each leaf is a `CompiledTest` that judges a single value, so a
/// planner may run it once per distinct value of a column; `EventMatcher` runs the whole tree over one event.
public struct CompiledQuery: Sendable {
    /// The tree of the query; every leaf holds one test.
    public indirect enum Node: Sendable {
        case everything
        case and([Node])
        case or([Node])
        case not(Node)
        /// Passes if any value of the event, in whatever field, passes the test (R29).
        case anywhere(CompiledTest)
        /// Passes if any value of the field passes the test (R15). The field is an index into `fields`.
        case field(Int, CompiledTest)
    }

    /// The whole query.
    public let root: Node
    /// The distinct names of the fields that the tree names, and after them the fallbacks those have (R18).
    public let fields: [String]
    /// Per field, the index of the field that stands in for it in events without a value of it (R18).
    public let fallbacks: [Int?]

    /// - Parameter ignoreCase: Compare all text without case (R32); full text always is.
    /// - Throws: `UnsupportedQuery` for a regular expression that is too large, or a bound that is not of the kind it
    ///   claims; never for a query that the parser made.
    public init(_ query: Query, ignoreCase: Bool) throws(UnsupportedQuery) {
        try self.init(query, TestContext(query, ignoreCase: ignoreCase))
    }

    init(_ query: Query, _ context: TestContext) throws(UnsupportedQuery) {
        var compiler = QueryCompiler(context: context)
        root = try compiler.compile(query)
        compiler.resolveFallbacks()
        fields = compiler.fields
        fallbacks = compiler.fallbacks
    }
}

/// Builds the tree and numbers the fields.
private struct QueryCompiler {
    let context: TestContext
    var fields: [String] = []
    var fallbacks: [Int?] = []
    /// By bytes: `==` of strings would take two Unicode spellings of a name for one field.
    private var numbers: [[UInt8]: Int] = [:]

    init(context: TestContext) {
        self.context = context
    }

    mutating func compile(_ query: Query) throws(UnsupportedQuery) -> CompiledQuery.Node {
        switch query {
        case .everything:
            return .everything
        case .and(let parts):
            return .and(try compile(parts))
        case .or(let parts):
            return Self.merged(try compile(parts))
        case .not(let inner):
            return .not(try compile(inner))
        case .anywhere(let literal):
            // A field-less `*` matches even an event without values (R34), quoted or not.
            if case .pattern(let pattern) = literal, pattern.isOnlyStars { return .everything }
            return .anywhere(try CompiledTest(fullText: literal, context))
        case .field(let name, let test):
            return .field(index(of: name), try CompiledTest(test, field: name, context))
        }
    }

    private mutating func compile(_ parts: [Query]) throws(UnsupportedQuery) -> [CompiledQuery.Node] {
        var nodes: [CompiledQuery.Node] = []
        nodes.reserveCapacity(parts.count)
        for part in parts { nodes.append(try compile(part)) }
        return nodes
    }

    /// The nodes of which one must pass; single words that are looked for in the same place, if they are many, as one test.
    private static func merged(_ nodes: [CompiledQuery.Node]) -> CompiledQuery.Node {
        /// -1: anywhere.
        func place(_ node: CompiledQuery.Node) -> (place: Int, test: CompiledTest)? {
            switch node {
            case .anywhere(let test) where test.wholeWord != nil: (-1, test)
            case .field(let field, let test) where test.wholeWord != nil: (field, test)
            case .everything, .and, .or, .not, .anywhere, .field: nil
            }
        }
        let places = nodes.map(place)
        let groups = Dictionary(grouping: places.compactMap { $0 }, by: \.place).filter {
            $0.value.count >= WordSet.fewest
        }
        if groups.isEmpty { return .or(nodes) }
        var result = zip(nodes, places).filter { _, found in found.map { groups[$0.place] == nil } ?? true }.map(\.0)
        for (place, group) in groups.sorted(by: { $0.key < $1.key }) {
            for test in CompiledTest.merged(group.map(\.test)) {
                result.append(place < 0 ? .anywhere(test) : .field(place, test))
            }
        }
        return result.count == 1 ? result[0] : .or(result)
    }

    mutating func resolveFallbacks() {
        for (index, name) in fields.enumerated() {
            if let fallback = FieldRules.fallback(of: name) { fallbacks[index] = self.index(of: fallback) }
        }
    }

    private mutating func index(of name: String) -> Int {
        let key = Array(name.utf8)
        if let known = numbers[key] { return known }
        numbers[key] = fields.count
        fields.append(name)
        fallbacks.append(nil)
        return fields.count - 1
    }
}

extension Pattern {
    /// Whether the pattern is made of `*` alone, at least one.
    var isOnlyStars: Bool {
        !pieces.isEmpty && pieces.allSatisfy { $0 == .anyRun }
    }
}
