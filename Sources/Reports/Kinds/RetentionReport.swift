import Archive
import Events
import Rendering
import Search

/// Policy against fact: which days of the retention period are here, and can events be had from it.
public struct RetentionReport {
    /// What is asked for.
    public struct Policy: Sendable {
        /// How long events are kept.
        public var keep: BucketSize
        /// How much of that, at its end, must be at hand immediately.
        public var immediate: BucketSize
        /// The end of the period.
        public var asOf: Instant
        /// The field that tells sources apart; nil: the first of the usual ones that is there.
        public var source: String?
        /// Events to be read back, of the whole period and of its immediate part.
        public var samples: Int
        public var seed: UInt64

        public init(
            keep: BucketSize, immediate: BucketSize, asOf: Instant, source: String?, samples: Int, seed: UInt64
        ) {
            self.keep = keep
            self.immediate = immediate
            self.asOf = asOf
            self.source = source
            self.samples = samples
            self.seed = seed
        }
    }

    private let context: ReportContext
    private let policy: Policy
    /// Midnights of the days of the period.
    private let days: [Int64]
    private let request: SearchRequest

    public init(_ context: ReportContext, _ policy: Policy) {
        self.context = context
        self.policy = policy
        let end = policy.asOf.microseconds
        let first = policy.keep.before(end, zone: context.zone)
        days = BucketSize.days(1).starts(first...max(first, end - 1), zone: context.zone, limit: 100_000) ?? []
        var request = context.request
        request.from = days.first.map { Instant(microseconds: $0) }
        request.to = policy.asOf
        self.request = request
    }

    public func make() throws -> Report {
        let days = days
        let perDay = try context.counts(by: Grouping(fields: [], intervals: { _ in days }), request)
        var counts = [UInt64](repeating: 0, count: days.count)
        perDay.forEach { if let day = $0.interval { counts[day] += $0.count } }
        var immediate = request
        immediate.from = Instant(microseconds: policy.immediate.before(policy.asOf.microseconds, zone: context.zone))
        let whole = try EventSample(context, request, count: policy.samples, seed: policy.seed)
        let recent = try EventSample(context, immediate, count: policy.samples, seed: policy.seed &+ 1)
        var sections = [policySection(counts, whole, recent), daysSection(counts)]
        sections.append(try sourcesSection())
        sections.append(sampleSection(whole, "sample", "Events read back, from the whole period"))
        sections.append(sampleSection(recent, "immediate", "Events read back, from the immediate part"))
        return context.report(
            .retention, title: "Retention", scope: scope(), sections: sections,
            clock: [
                ("retrieval_milliseconds", .list(whole.milliseconds.map { .double($0) })),
                ("immediate_retrieval_milliseconds", .list(recent.milliseconds.map { .double($0) })),
            ])
    }

    private func scope() -> ReportScope {
        var scope = context.scope(seed: policy.seed, asOf: policy.asOf)
        scope.from = request.from.map(context.times.text)
        scope.to = request.to.map(context.times.text)
        return scope
    }

    private func policySection(_ counts: [UInt64], _ whole: EventSample, _ recent: EventSample) -> ReportSection {
        var section = ReportSection(id: "policy", title: "Policy and fact")
        let present = counts.count { $0 > 0 }
        let proven = (whole.events + recent.events).count { $0.isProven }
        let sampled = whole.events.count + recent.events.count
        section.facts = [
            ReportFact("kept", .text(policy.keep.text)),
            ReportFact("of that immediately available", .text(policy.immediate.text)),
            ReportFact("first day expected", days.first.map { .text(context.text($0)) } ?? .null),
            ReportFact("days expected", UInt64(days.count)),
            ReportFact("days with events", UInt64(present), verdict: present == days.count),
            ReportFact("events in the period", counts.reduce(0, +), query: context.command("count", "", periodOptions)),
            ReportFact(
                "events read back and proven", .text("\(proven) of \(sampled)"),
                verdict: proven == sampled && sampled > 0),
        ]
        section.notes = [
            "A day counts as present if at least one event of it is archived; whether all of its events are is what the "
                + "completeness report looks at."
        ]
        return section
    }

    private var periodOptions: [String] {
        ["--from", request.from?.formatted() ?? "", "--to", policy.asOf.formatted()]
    }

    private func daysSection(_ counts: [UInt64]) -> ReportSection {
        var section = ReportSection(id: "days", title: "Days")
        section.chart = ReportChart(title: "events per day", starts: days.map(context.text), counts: counts)
        var gaps: [[Cell]] = []
        var day = 0
        while day < counts.count {
            guard counts[day] == 0 else {
                day += 1
                continue
            }
            let first = day
            while day < counts.count, counts[day] == 0 { day += 1 }
            gaps.append([context.cell(days[first]), context.cell(days[day - 1]), .integer(day - first)])
        }
        section.facts = [ReportFact("days without events", UInt64(counts.count { $0 == 0 }), verdict: gaps.isEmpty)]
        section.tables = [
            ReportTable(
                id: "gaps", title: "Days without events",
                columns: [OutputColumn("first_day"), OutputColumn("last_day"), OutputColumn("days", .right)], rows: gaps
            ),
            ReportTable(
                id: "per-day", title: "Events per day",
                columns: [OutputColumn("day"), OutputColumn("events", .right)],
                rows: zip(days, counts).filter { $0.1 > 0 }.map { [context.cell($0), .integer(Int(clamping: $1))] },
                query: context.command("timeline", "", periodOptions + ["--every", "1d", "--tz", context.zone.name])),
        ]
        return section
    }

    private func sourcesSection() throws -> ReportSection {
        var section = ReportSection(id: "sources", title: "Sources")
        guard let field = try policy.source ?? context.sourceField() else {
            section.notes = [
                "No event has one of the fields \(ReportContext.usualSources.joined(separator: ", ")); name one with --source-field."
            ]
            return section
        }
        let days = days
        let counts = try context.counts(
            by: Grouping(fields: [field], intervals: { _ in days }, wantsTimes: true), request)
        var sources: [[UInt8]?: SourceDays] = [:]
        counts.forEach { group in
            sources[group.values[0], default: SourceDays()].add(group)
        }
        let ordered = sources.sorted { SourceDays.isBefore($0, $1) }
        section.facts = [ReportFact("told apart by", .text(field)), ReportFact("sources", UInt64(sources.count))]
        section.tables = [
            ReportTable(
                id: "sources", title: "Sources",
                columns: [
                    OutputColumn("source"), OutputColumn("events", .right), OutputColumn("days", .right),
                    OutputColumn("days_missing", .right), OutputColumn("first"), OutputColumn("last"),
                ],
                rows: ordered.map { source, seen in
                    [
                        source.reportCell, .integer(Int(clamping: seen.events)), .integer(seen.days.count),
                        .integer(days.count - seen.days.count), context.cell(seen.times?.lowerBound),
                        context.cell(seen.times?.upperBound),
                    ]
                }, query: context.command("top", field, periodOptions + ["--limit", "0"]))
        ]
        return section
    }

    private func sampleSection(_ sample: EventSample, _ id: String, _ title: String) -> ReportSection {
        var section = ReportSection(id: id, title: title)
        section.facts = [
            ReportFact("events to choose from", sample.among), ReportFact("chosen", UInt64(sample.events.count)),
            ReportFact("seed", .text("\(sample.seed)")),
            ReportFact("all read back and proven", .boolean(sample.allProven), verdict: sample.allProven),
        ]
        section.tables = [
            ReportTable(
                id: id, title: "Events",
                columns: [OutputColumn("event"), OutputColumn("time"), OutputColumn("proven")],
                rows: sample.events.map {
                    [.text($0.citation), $0.time.map { .text($0) } ?? .null, .boolean($0.isProven)]
                },
                query: sample.events.first.map { "coldtrail prove \($0.citation)" })
        ]
        section.notes = [
            "The seed chooses the events before any of them is looked at. Each was read from the archive, and its line with "
                + "the hashes beside it leads to the Merkle root recorded when the export was archived."
        ]
        return section
    }
}

/// What is known of one source.
struct SourceDays {
    var events: UInt64 = 0
    var days: Set<Int> = []
    var times: ClosedRange<Int64>?

    mutating func add(_ group: EventGroup) {
        events += group.count
        if let day = group.interval { days.insert(day) }
        guard let other = group.times else { return }
        times = times.map { min($0.lowerBound, other.lowerBound)...max($0.upperBound, other.upperBound) } ?? other
    }

    /// Most events first, then by name, one without a name last.
    static func isBefore(
        _ a: (key: [UInt8]?, value: SourceDays), _ b: (key: [UInt8]?, value: SourceDays)
    ) -> Bool {
        if a.value.events != b.value.events { return a.value.events > b.value.events }
        guard let first = a.key else { return false }
        return b.key.map { first.lexicographicallyPrecedes($0) } ?? true
    }
}
