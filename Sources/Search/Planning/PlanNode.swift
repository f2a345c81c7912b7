import Events
import QueryLanguage

/// A query with what a partition's indexes can say about each of its leaves.
indirect enum PlanNode: Sendable {
    case everything
    case and([PlanNode])
    case or([PlanNode])
    case not(PlanNode)
    case anywhere(TermChoice)
    /// One of these tests of the same field must pass. Not empty; more than one are all `particular`.
    case field([FieldLeaf])
}

/// A test of one field.
struct FieldLeaf: Sendable {
    /// How much the test asks of a value.
    enum Demand: Sendable {
        /// Any value, also an object (R27).
        case anyValue
        /// Any value with a text.
        case anyText
        /// The value decides.
        case particular
    }

    var name: String
    /// The field that stands in for events without a value of this one (R18).
    var fallback: String?
    var test: CompiledTest
    var demand: Demand
    /// What an event must hold for the test to pass.
    var terms: TermChoice
}

extension PlanNode {
    /// - Throws: `UnsupportedQuery` as `CompiledQuery` does.
    init(_ query: Query, _ context: TestContext) throws(UnsupportedQuery) {
        switch query {
        case .everything:
            self = .everything
        case .and(let parts):
            // The cheapest first: an empty intersection spares the others.
            self = .and(try Self.plan(parts, context).sorted { $0.cost < $1.cost })
        case .or(let parts):
            self = .or(Self.gathered(try Self.plan(parts, context)))
        case .not(let inner):
            self = .not(try PlanNode(inner, context))
        case .anywhere(.pattern(let pattern)):
            self =
                pattern.isOnlyStars ? .everything : .anywhere(TermChoice(pattern, isFullText: true))
        case .anywhere(.regex(let text)):
            self = .anywhere(TermChoice(regex: text, isWhole: false))
        case .field(let name, let test):
            self = .field([try FieldLeaf(name, test, context)])
        }
    }

    private static func plan(_ parts: [Query], _ context: TestContext) throws(UnsupportedQuery) -> [PlanNode] {
        var nodes: [PlanNode] = []
        nodes.reserveCapacity(parts.count)
        for part in parts { nodes.append(try PlanNode(part, context)) }
        return nodes
    }

    /// The same alternatives with all tests of a field in one node, where the field's first one stood.
    private static func gathered(_ alternatives: [PlanNode]) -> [PlanNode] {
        var nodes: [PlanNode] = []
        nodes.reserveCapacity(alternatives.count)
        // By bytes: equal strings may be different names.
        var places: [[UInt8]: Int] = [:]
        var leaves: [Int: [FieldLeaf]] = [:]
        for node in alternatives {
            guard case .field(let own) = node, own.allSatisfy({ $0.demand == .particular }) else {
                nodes.append(node)
                continue
            }
            let name = Array(own[0].name.utf8)
            if let place = places[name] {
                leaves[place, default: []] += own
            } else {
                places[name] = nodes.count
                leaves[nodes.count] = own
                nodes.append(node)
            }
        }
        for (place, own) in leaves { nodes[place] = .field(own) }
        return nodes
    }

    /// A rough order of what it costs to evaluate.
    private var cost: Int {
        switch self {
        case .everything: 0
        case .anywhere(let terms): terms.saysNothing ? 0 : terms.needsTerms ? 1 : 4
        case .field(let leaves):
            leaves.allSatisfy { $0.demand == .particular && $0.terms.needsTerms } ? 2 : 3
        case .not(let inner): inner.cost
        case .and(let parts), .or(let parts): parts.reduce(0) { max($0, $1.cost) }
        }
    }
}

extension FieldLeaf {
    init(_ name: String, _ test: FieldTest, _ context: TestContext) throws(UnsupportedQuery) {
        self.name = name
        fallback = FieldRules.fallback(of: name)
        self.test = try CompiledTest(test, field: name, context)
        switch self.test.check {
        case .exists: demand = .anyValue
        case .anyText: demand = .anyText
        default: demand = .particular
        }
        switch test {
        case .exists, .compare, .range:
            terms = .none
        case .literal(.regex(let text)):
            terms = TermChoice(regex: text, isWhole: !FieldRules.isFullText(name))
        case .literal(.pattern(let pattern)):
            terms = Self.terms(of: pattern, field: name)
        }
    }

    /// A literal that may equal values of another spelling (R21, R23...R25) says nothing about their terms, but for the
    /// canonical token of an address.
    private static func terms(of pattern: Pattern, field: String) -> TermChoice {
        if FieldRules.isFullText(field) { return TermChoice(pattern, isFullText: true) }
        guard let text = pattern.plainText else { return TermChoice(pattern, isFullText: false) }
        if FieldRules.isTime(field) || DecimalText.isNumber(text) || IPNetwork.parse(text) != nil { return .none }
        if let address = IPAddress.parse(text) { return TermChoice(LiteralTerms(term: Array(address.token.utf8))) }
        return TermChoice(pattern, isFullText: false)
    }
}
