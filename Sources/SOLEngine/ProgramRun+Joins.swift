import SOLLanguage

extension ProgramRun {
    func join(_ join: Join, _ compiler: Compiler, _ scope: inout Scope, _ position: Int) throws -> Factory {
        let right = try table(Pipeline(source: join.source, stages: [], position: position))
        let left = try join.on.map { try compiler.field($0.left) }
        let rightScope = Scope(isOpen: false, names: right.columns, times: right.times)
        let rightKeys = try join.on.map { pair in
            try Compiler(program: self, scope: rightScope, needs: EventNeeds()).field(pair.right)
        }
        let index = try JoinIndex(right.rows, rightKeys)
        switch join.kind {
        case .leftanti:
            return { next in
                Sink(
                    { row in
                        let keys = try left.map { try $0.value(row) }
                        return index.matches(keys).isEmpty ? try next.push(row) : true
                    }, finish: next.finish)
            }
        case .rightanti:
            scope = rightScope
            return { next in
                var matched = Set<Int>()
                return Sink(
                    { row in
                        matched.formUnion(index.matches(try left.map { try $0.value(row) }))
                        return true
                    },
                    finish: {
                        for (number, row) in right.rows.enumerated() where !matched.contains(number) {
                            if try !next.push(Row(columns: row, event: nil)) { break }
                        }
                        try next.finish()
                    })
            }
        case .inner, .left, .lookup:
            let model = join.into ?? Self.singular(join.source)
            for column in right.columns where scope.names.holds("\(model).\(column)") {
                throw error(
                    "there is a column \(model).\(column) already", position,
                    hint: "give the table another name: into NAME")
            }
            let width = scope.names.count
            scope.names += right.columns.map { "\(model).\($0)" }
            scope.times.formUnion(right.times.map { "\(model).\($0)" })
            let nulls = [Value](repeating: .null, count: right.columns.count)
            return { next in
                Sink(
                    { row in
                        var row = row
                        while row.columns.count < width { row.columns.append(.null) }
                        let matches = index.matches(try left.map { try $0.value(row) })
                        if matches.isEmpty {
                            if join.kind == .inner { return true }
                            row.columns += nulls
                            return try next.push(row)
                        }
                        for number in join.kind == .lookup ? Array(matches.prefix(1)) : matches {
                            var joined = row
                            joined.columns += right.rows[number]
                            if try !next.push(joined) { return false }
                        }
                        return true
                    }, finish: next.finish)
            }
        }
    }

    /// `intakes` → `intake`, `entities` → `entity`.
    private static func singular(_ name: String) -> String {
        if name.hasSuffix("ies") { return name.dropLast(3) + "y" }
        for ending in ["ss", "us", "is"] where name.hasSuffix(ending) { return name }
        return name.hasSuffix("s") ? String(name.dropLast()) : name
    }
}

/// Finds the rows of a table whose keys equal others, as two fields are compared; lists by any item, nulls never.
private struct JoinIndex {
    private let keys: [[Value]]
    /// Rows by what the first key may be found under.
    private var places: [[UInt8]: [Int]] = [:]

    init(_ rows: [[Value]], _ compiled: [Compiled]) throws {
        keys = try rows.map { row in try compiled.map { try $0.value(Row(columns: row, event: nil)) } }
        for (number, values) in keys.enumerated() {
            for name in Set((values.first?.items ?? []).flatMap(Self.names).map { Array($0.utf8) }) {
                places[name, default: []].append(number)
            }
        }
    }

    /// Equal values share a name; the reverse is checked.
    private static func names(_ value: Value) -> [String] {
        switch value {
        case .string(let text):
            var names = ["s" + text]
            let number = Value.number(in: text)
            if !number.isNull { names.append("n" + (number.double.map { "\($0)" } ?? "")) }
            names.append("t")
            return names
        case .integer, .number: return ["n" + (value.double.map { "\($0)" } ?? "")]
        case .time: return ["t"]
        case .boolean, .timespan: return ["o" + value.text]
        case .null, .list, .map: return []
        }
    }

    /// In the order of the table.
    func matches(_ values: [Value]) -> [Int] {
        guard let first = values.first else { return [] }
        var candidates: Set<Int> = []
        for name in Set(first.items.flatMap(Self.names)) where name != "t" {
            candidates.formUnion(places[Array(name.utf8)] ?? [])
        }
        if first.items.contains(where: { if case .time = $0 { true } else { false } }) {
            candidates.formUnion(places[Array("t".utf8)] ?? [])
        }
        return candidates.sorted().filter { number in
            zip(values, keys[number]).allSatisfy { ValueComparison.fields.isEqual($0, $1) }
        }
    }
}
