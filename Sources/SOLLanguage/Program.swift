/// A program of SOL: settings and lets, then one pipeline (S1). Positions are offsets in Unicode scalars from 0.
public struct Program: Hashable, Sendable {
    public var settings: [Setting]
    public var lets: [Let]
    public var pipeline: Pipeline
}

/// `set name = 1;`: accepted and without effect.
public struct Setting: Hashable, Sendable {
    public var name: String
    public var value: Int64
}

public struct Let: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case pipeline(Pipeline)
        case expression(Expression)
    }

    public var name: String
    public var value: Value
    public var position: Int
}

public struct Pipeline: Hashable, Sendable {
    public var source: String
    public var stages: [Stage]
    public var position: Int

    public init(source: String, stages: [Stage], position: Int) {
        self.source = source
        self.stages = stages
        self.position = position
    }
}

public struct Stage: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case count
        case filter(Expression)
        case select([Item])
        case extend([Item])
        case distinct([FieldName])
        case aggregate([Item], by: [Item])
        case order([SortKey])
        case top(Int, [SortKey])
        case limit(Int)
        case join(Join)
        case render(Render)
    }

    public var kind: Kind
    public var position: Int

    public init(kind: Kind, position: Int) {
        self.kind = kind
        self.position = position
    }
}

/// `name = expression`, or an expression that is named by what it says.
public struct Item: Hashable, Sendable {
    public var name: FieldName?
    public var value: Expression
}

public struct SortKey: Hashable, Sendable {
    public var value: Expression
    /// Descending is the default.
    public var isAscending: Bool
}

public struct Join: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case inner, left, leftanti, rightanti, lookup
    }

    public struct Pair: Hashable, Sendable {
        public var left: FieldName
        public var right: FieldName
    }

    public var kind: Kind
    public var source: String
    public var on: [Pair]
    /// The name under which right columns are added.
    public var into: String?
}

public struct Render: Hashable, Sendable {
    public var chart: String
    public var parameters: [Parameter]

    public struct Parameter: Hashable, Sendable {
        public var name: String
        public var value: String
    }
}

/// A dotted name of a field or column.
public struct FieldName: Hashable, Sendable {
    public var parts: [String]
    /// Whether the first part stands in backquotes: then it is never a constant.
    public var isQuoted: Bool
    public var position: Int

    public init(parts: [String], isQuoted: Bool, position: Int) {
        self.parts = parts
        self.isQuoted = isQuoted
        self.position = position
    }

    public var text: String { parts.joined(separator: ".") }
}

/// A value to be computed for a row.
public struct Expression: Hashable, Sendable {
    public indirect enum Kind: Hashable, Sendable {
        case null
        case boolean(Bool)
        case integer(Int64)
        case number(Double)
        /// Nanoseconds.
        case timespan(Int64)
        case string(String)
        case field(FieldName)
        /// `?name`
        case parameter(String)
        case map([MapEntry])
        case call(String, [Expression])
        case element(Expression, Expression)
        case negative(Expression)
        case arithmetic(Arithmetic, Expression, Expression)
        case compare(Comparison, Expression, Expression)
        case text(TextTest, ignoreCase: Bool, Expression, Expression)
        case member(Expression, ValueSet, isNegated: Bool, ignoreCase: Bool)
        case between(Expression, Expression, Expression)
        case regex(Expression, Expression)
        case not(Expression)
        case and([Expression])
        case or([Expression])
        /// A pipeline in parentheses, or `toscalar(…)`: the first column of its first row.
        case scalar(Pipeline)
    }

    public var kind: Kind
    public var position: Int

    public init(kind: Kind, position: Int) {
        self.kind = kind
        self.position = position
    }
}

public struct MapEntry: Hashable, Sendable {
    public var key: String
    public var value: Expression

    public init(key: String, value: Expression) {
        self.key = key
        self.value = value
    }
}

public enum Arithmetic: String, Hashable, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
}

public enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "=="
    case equalIgnoringCase = "=~"
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

public enum TextTest: String, Hashable, Sendable, CaseIterable {
    case contains, startswith, endswith
}

/// What stands behind `in`.
public enum ValueSet: Hashable, Sendable {
    case values([Expression])
    case pipeline(Pipeline)
    /// A let of either sort, or a dataset.
    case name(FieldName)
    case parameter(String)
}
