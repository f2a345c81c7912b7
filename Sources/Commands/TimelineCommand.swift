import ArgumentParser
import Events
import Rendering
import Search

/// `coldtrail timeline QUERY`
struct TimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Count the matching events per interval, empty intervals included.",
        discussion: """
            --every auto makes 20 to 60 intervals of the time that the matching events span. Days, weeks (from Monday) \
            and months begin at midnight of --tz. With --from or --to the intervals cover the whole window.
            """
    ).parsedAlone

    @Argument(help: "The query, in single quotes; every event without one.")
    var query = ""

    @Option(help: ArgumentHelp("auto, or 30s, 5m, 1h, 1d, 1w, 1mo, 1y.", valueName: "length"))
    var every = "auto"

    @Option(help: ArgumentHelp("Count the values of a field apart.", valueName: "field"))
    var by: String?

    @OptionGroup
    var scope: ScopeOptions

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        guard every == "auto" || BucketSize.parse(every) != nil else {
            throw ValidationError("--every must be auto, or a length such as 30s, 5m, 1h, 1d, 1w, 1mo, 1y")
        }
    }

    func run() throws {
        let counting = try CountingQuery(query, scope: scope, global: global)
        let rule = IntervalRule(every: every, request: counting.prepared.request, zone: counting.prepared.times.zone)
        let grouping = Grouping(fields: by.map { [$0] } ?? [], intervals: { rule.starts($0) })
        let (counts, searcher) = try counting.counts(by: grouping)
        let times = counting.prepared.times
        if let by, rows.format == .table, Terminal.isTerminal(1), output.isStandardOutput {
            try SparklineTable(counts: counts, by: by, times: times).write(
                rows: rows, output: output, global: global, partial: counting.prepared.isPartial)
            return try conclude(counts, searcher, counting, rule, undated: nil)
        }
        var cells: [[Cell]] = []
        var numbers: [UInt64] = []
        var undated: UInt64 = 0
        var next = 0
        func add(_ interval: Int, _ value: [UInt8]??, _ count: UInt64) {
            let start = times.cell(Instant(microseconds: counts.intervals[interval]))
            cells.append(value.map { [start, $0.cell] } ?? [start])
            numbers.append(count)
        }
        counts.forEach { group in
            guard let interval = group.interval else {
                undated += group.count
                return
            }
            while next < interval {
                add(next, by == nil ? nil : .some(nil), 0)
                next += 1
            }
            add(interval, by == nil ? nil : .some(group.values[0]), group.count)
            next = interval + 1
        }
        while next < counts.intervals.count {
            add(next, by == nil ? nil : .some(nil), 0)
            next += 1
        }
        let columns = [OutputColumn("start")] + (by == nil ? [] : [OutputColumn("value")])
        let table = try GroupTableWriter(
            columns, largest: numbers.max() ?? 0, events: nil, rows: rows, output: output, global: global,
            partial: counting.prepared.isPartial)
        try table.write(zip(cells, numbers).map { ($0, $1) })
        try conclude(counts, searcher, counting, rule, undated: undated)
    }

    private func conclude(
        _ counts: GroupCounts, _ searcher: Searcher, _ counting: CountingQuery, _ rule: IntervalRule, undated: UInt64?
    ) throws {
        if let times = counts.times {
            let what = undated == nil ? "character" : "row"
            StandardError.writeLine("one \(what) each \(rule.size(times).text), times in \(self.zoneName(counting))")
        }
        if let undated, undated > 0 {
            StandardError.writeLine("\(HumanText.counted(Int(clamping: undated), "event")) without a time not shown")
        }
        try counting.conclude(counts, searcher, fields: by.map { [$0] } ?? [])
    }

    private func zoneName(_ counting: CountingQuery) -> String { counting.prepared.times.zone.name }
}

/// Which intervals a timeline has.
struct IntervalRule: Sendable {
    let fixed: BucketSize?
    let from: Instant?
    let to: Instant?
    let zone: Zone

    init(every: String, request: SearchRequest, zone: Zone) {
        fixed = BucketSize.parse(every)
        from = request.from
        to = request.to
        self.zone = zone
    }

    /// The window where it is bounded, else as far as there are events.
    private func covered(_ times: ClosedRange<Int64>) -> ClosedRange<Int64> {
        let low = min(from?.microseconds ?? times.lowerBound, times.lowerBound)
        let high = max(to.map { $0.microseconds - 1 } ?? times.upperBound, times.upperBound)
        return low...high
    }

    func size(_ times: ClosedRange<Int64>) -> BucketSize {
        fixed ?? BucketSize.automatic(covered(times), zone: zone)
    }

    /// One more than the limit if there are too many.
    func starts(_ times: ClosedRange<Int64>) -> [Int64] {
        let limit = Searcher.intervalLimit
        return size(times).starts(covered(times), zone: zone, limit: limit)
            ?? Array(repeating: times.lowerBound, count: limit + 1)
    }
}
