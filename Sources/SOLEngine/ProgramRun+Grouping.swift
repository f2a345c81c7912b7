import QueryLanguage
import Search
import SOLLanguage

extension ProgramRun {
    /// Groups the events' rows, each thread for itself.
    func group(
        _ filter: EventFilter, _ needs: EventNeeds, _ stages: [ReadyStage], _ grouping: GroupingStage, into next: Sink
    ) throws {
        let searcher = try Searcher(archive: options.archive, request: filter.request(options))
        if stages.isEmpty {
            if try countDistinct(filter, needs, grouping, searcher, into: next) { return }
            if try countKeys(filter, needs, grouping, searcher, into: next) { return }
        }
        let budget = MemoryBudget("grouping")
        let groups = (0..<searcher.workers).map { _ in grouping.make(budget) }
        let takers = groups.map { groups -> any RowTaker in
            if stages.isEmpty, let scan = GroupScan(groups, grouping, needs) { return scan }
            return RowMaker(needs, stages.reversed().reduce(Sink { try groups.add($0) }) { $1.sink($0) })
        }
        let result = try searcher.forEachRow(of: needs.shape(fromLines: options.fromLines), takers: takers)
        for case let scan as GroupScan in takers { try scan.finish() }
        note(result.lost)
        explain(filter, searcher, "\(result.hits) events grouped, \(result.eventsByLine) of them read from their lines")
        for other in groups.dropFirst() { try groups[0].merge(other) }
        try groups[0].finish(next)
    }

    /// Distinct values of one field, or times, where they can be had without rows; false: they cannot here.
    private func countDistinct(
        _ filter: EventFilter, _ needs: EventNeeds, _ grouping: GroupingStage, _ searcher: Searcher, into next: Sink
    ) throws -> Bool {
        guard !options.fromLines, grouping.keys.isEmpty, grouping.aggregates.count == 1,
            grouping.aggregates[0].kind == .countDistinct, let argument = grouping.aggregates[0].argument
        else { return false }
        let found: (count: DistinctCount, how: String)
        if argument.isEventTime, needs.paths.isEmpty {
            guard let count = try searcher.distinctTimes() else { return false }
            found = (count, "their times sorted")
        } else if let field = argument.field, needs.paths.count == 1, !needs.exactTime {
            let name = needs.paths[field].joined(separator: ".")
            if let count = try searcher.distinctValues(of: name, key: Value.distinctKey) {
                found = (count, "their values merged from dictionaries")
            } else if let count = try searcher.distinctTexts(of: name) {
                found = (count, "their values numbered")
            } else {
                return false
            }
        } else {
            return false
        }
        note(found.count.lost)
        explain(filter, searcher, "\(found.count.events) events, \(found.how)")
        _ = try next.push(Row(columns: try grouping.finished([.integer(Int64(found.count.distinct))]), event: nil))
        try next.finish()
        return true
    }

    /// Groups of one field, or of times, by their events alone, where they can be had without rows; false: they cannot here.
    private func countKeys(
        _ filter: EventFilter, _ needs: EventNeeds, _ grouping: GroupingStage, _ searcher: Searcher, into next: Sink
    ) throws -> Bool {
        guard !options.fromLines, grouping.keys.count == 1, grouping.aggregates.allSatisfy({ $0.kind == .count }) else {
            return false
        }
        if grouping.keys[0].isEventTime, needs.paths.isEmpty {
            guard let times = try searcher.timeCounts() else { return false }
            note(times.lost)
            explain(filter, searcher, "\(times.events) events, their times sorted")
            try grouping.giveOut(times, into: next)
            return true
        }
        guard let field = grouping.keys[0].field, needs.paths.count == 1, !needs.exactTime else { return false }
        let name = needs.paths[field].joined(separator: ".")
        if let values = try searcher.keyCounts(of: name, key: Value.distinctKey) {
            note(values.lost)
            explain(filter, searcher, "\(values.events) events, their values merged from dictionaries")
            try grouping.giveOut(values, into: next)
        } else if let leading = grouping.leading,
            let values = try searcher.topStrings(name, limit: leading.limit, rare: leading.rare)
        {
            note(values.lost)
            explain(filter, searcher, "\(values.events) events, their values numbered")
            try grouping.giveOut(values.groups, into: next)
        } else {
            return false
        }
        return true
    }

    func explain(_ filter: EventFilter, _ searcher: Searcher, _ rows: String) {
        explain("events: \(filter.query.canonical)\(filter.isExact ? "" : " (the program looks again)")")
        for line in searcher.explanation.lines { explain("  " + line) }
        explain("  " + rows)
    }
}
