import QueryLanguage

extension ProgramParser {
    mutating func pipeline() throws(QueryError) -> Pipeline {
        let position = token.position
        guard case .name(let parts, _) = token.kind, parts.count == 1 else {
            throw error("expected a source, such as events")
        }
        if Keyword.stages.contains(parts[0]), token(after: 1).kind != .sign("|"), token(after: 1).kind != .end {
            throw error("expected a source before the first stage", hint: "begin with events | \(parts[0]) …")
        }
        advance()
        var stages: [Stage] = []
        while take(sign: "|") { stages.append(try stage()) }
        return Pipeline(source: parts[0], stages: stages, position: position)
    }

    private mutating func stage() throws(QueryError) -> Stage {
        let position = token.position
        guard case .name(let parts, false) = token.kind, parts.count == 1 else {
            throw error(isSign("|") || token.kind == .end ? "a stage is missing here" : "expected a stage")
        }
        let word = parts[0]
        let isStage = Keyword.stages.contains(word)
        guard isStage else { throw error("\(word) is no stage", hint: Self.stageHint(word)) }
        advance()
        return Stage(kind: try stage(word, position), position: position)
    }

    private static func stageHint(_ word: String) -> String? {
        if Keyword.stages.contains(word.lowercased()) { return "keywords are lower case: write \(word.lowercased())" }
        return Keyword.foreign[word]
            ?? "stages are where, select, extend, distinct, count, aggregate, order by, top, limit, join, lookup, render"
    }

    private mutating func stage(_ word: String, _ position: Int) throws(QueryError) -> Stage.Kind {
        switch word {
        case "count": return .count
        case "where": return .filter(try expression())
        case "select", "project": return .select(try items())
        case "extend": return .extend(try items())
        case "distinct": return .distinct(try distinctFields())
        case "aggregate":
            let values = try items()
            return .aggregate(values, by: take(word: "by") ? try items() : [])
        case "order", "sort":
            guard take(word: "by") else { throw error("expected by after \(word)") }
            return .order(try sortKeys())
        case "top":
            let count = try wholeNumber("top")
            guard take(word: "by") else { throw error("expected by after top \(count)") }
            return .top(count, try sortKeys())
        case "limit": return .limit(try wholeNumber("limit"))
        case "join", "lookup": return .join(try join(word == "join" ? .inner : .lookup))
        case "inner", "left", "leftanti", "rightanti":
            guard take(word: "join") else { throw error("expected join after \(word)") }
            return .join(try join(Join.Kind(rawValue: word) ?? .inner))
        case "render": return .render(try render())
        default: throw error("\(word) is no stage", at: position)
        }
    }

    private mutating func wholeNumber(_ stage: String) throws(QueryError) -> Int {
        guard case .integer(let value) = token.kind else { throw error("expected a whole number after \(stage)") }
        advance()
        return Int(value)
    }

    private mutating func items() throws(QueryError) -> [Item] {
        var items = [try item()]
        while take(sign: ",") { items.append(try item()) }
        return items
    }

    private mutating func item() throws(QueryError) -> Item {
        if case .name = token.kind, token(after: 1).kind == .sign("=") {
            let name = try fieldName()
            advance()
            return Item(name: name, value: try expression())
        }
        return Item(name: nil, value: try expression())
    }

    private mutating func distinctFields() throws(QueryError) -> [FieldName] {
        let isEnclosed = take(sign: "(")
        var fields = [try fieldName()]
        while take(sign: ",") { fields.append(try fieldName()) }
        if isEnclosed { try expect(sign: ")", "after the fields") }
        return fields
    }

    private mutating func sortKeys() throws(QueryError) -> [SortKey] {
        var keys: [SortKey] = []
        repeat {
            let value = try expression()
            let isAscending = take(word: "asc")
            if !isAscending { _ = take(word: "desc") }
            keys.append(SortKey(value: value, isAscending: isAscending))
        } while take(sign: ",")
        return keys
    }

    private mutating func join(_ kind: Join.Kind) throws(QueryError) -> Join {
        let source = try plainName("of the table to join")
        guard take(word: "on") else { throw error("expected on and the fields that must be equal") }
        var pairs: [Join.Pair] = []
        repeat {
            let left = try fieldName()
            pairs.append(Join.Pair(left: left, right: take(sign: "==") ? try fieldName() : left))
        } while take(sign: ",")
        return Join(kind: kind, source: source, on: pairs, into: take(word: "into") ? try plainName("after into") : nil)
    }

    private mutating func render() throws(QueryError) -> Render {
        let position = token.position
        let chart = try plainName("of the chart")
        guard Self.charts.contains(chart) else {
            throw error(
                "there is no chart \(chart)", at: position, hint: "charts are \(Self.charts.joined(separator: ", "))")
        }
        var render = Render(chart: chart, parameters: [])
        guard take(word: "with") else { return render }
        try expect(sign: "(", "after with")
        while !isSign(")") {
            let name = try plainName("of the chart's parameter")
            try expect(sign: "=", "after \(name)")
            let value = try fieldName()
            render.parameters.append(Render.Parameter(name: name, value: value.text))
            if !take(sign: ",") { break }
        }
        try expect(sign: ")", "after the chart's parameters")
        return render
    }

    private static let charts = ["number", "barchart", "columnchart", "linechart", "piechart", "sankey"]
}
