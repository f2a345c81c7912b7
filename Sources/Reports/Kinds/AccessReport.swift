import Archive
import Events
import QueryLanguage
import Rendering
import Search

/// Who did what, when: the events that match a query, counted, ranked, and some of them quoted.
public struct AccessReport {
    public struct Options: Sendable {
        /// Fields whose most frequent values are listed; nil: the usual ones that are there.
        public var top: [String]?
        /// Values of a list.
        public var limit: Int
        /// Events to be quoted.
        public var samples: Int
        public var seed: UInt64
        /// Length of the timeline's intervals; nil: automatic.
        public var every: BucketSize?

        public init(top: [String]?, limit: Int, samples: Int, seed: UInt64, every: BucketSize?) {
            self.top = top
            self.limit = limit
            self.samples = samples
            self.seed = seed
            self.every = every
        }
    }

    /// Who, what and where, in the names of the Elastic Common Schema.
    public static let usualFields = [
        "user.name", "source.ip", "host.name", "event.action", "event.category", "event.outcome", "process.name",
        "destination.ip", "url.domain", "file.path",
    ]

    private let context: ReportContext
    private let options: Options
    /// The query as text.
    private let query: String

    public init(_ context: ReportContext, query: String, _ options: Options) {
        self.context = context
        self.query = query
        self.options = options
    }

    /// A query for events that have the value in the field.
    ///
    /// - Parameter field: `NAME=VALUE`; nil is returned if it is not that.
    public static func query(field: String) -> String? {
        guard let sign = field.firstIndex(of: "="), sign > field.startIndex else { return nil }
        let value = field[field.index(after: sign)...]
        var quoted = ""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return "\(field[..<sign]):\"\(quoted)\""
    }

    public func make() throws -> Report {
        let sample = try EventSample(context, context.request, count: options.samples, seed: options.seed)
        var sections = [try whenSection(sample.among)]
        sections.append(try topSection())
        sections.append(quoteSection(sample))
        return context.report(
            .access, title: "Access: \(query)", scope: context.scope(seed: options.seed), sections: sections,
            clock: [("retrieval_milliseconds", .list(sample.milliseconds.map { .double($0) }))])
    }

    private func whenSection(_ events: UInt64) throws -> ReportSection {
        var section = ReportSection(id: "when", title: "When")
        let (every, zone) = (options.every, context.zone)
        let counts = try context.counts(
            by: Grouping(
                fields: [],
                intervals: { times in
                    (every ?? BucketSize.automatic(times, zone: zone)).starts(times, zone: zone, limit: 100_000) ?? []
                }))
        var perInterval = [UInt64](repeating: 0, count: counts.intervals.count)
        var undated: UInt64 = 0
        counts.forEach { group in
            if let interval = group.interval { perInterval[interval] += group.count } else { undated += group.count }
        }
        section.facts = [
            ReportFact("events", events, query: context.command("count", query)),
            ReportFact("first", context.cell(counts.times?.lowerBound)),
            ReportFact("last", context.cell(counts.times?.upperBound)),
            ReportFact("without a time", undated),
        ]
        guard let times = counts.times else { return section }
        let size = every ?? BucketSize.automatic(times, zone: zone)
        section.chart = ReportChart(
            title: "events per \(size.text) (\(zone.name))", starts: counts.intervals.map(context.text),
            counts: perInterval)
        section.tables = [
            ReportTable(
                id: "timeline", title: "Events per \(size.text)",
                columns: [OutputColumn("start"), OutputColumn("events", .right)],
                rows: zip(counts.intervals, perInterval).filter { $0.1 > 0 }.map {
                    [context.cell($0), .integer(Int(clamping: $1))]
                }, query: context.command("timeline", query, ["--every", size.text, "--tz", zone.name]))
        ]
        return section
    }

    private func topSection() throws -> ReportSection {
        var section = ReportSection(id: "top", title: "Who and what")
        let fields = try options.top ?? Self.usualFields.filter { try context.hasField($0) }
        for field in fields {
            let counts = try context.counts(by: Grouping(fields: [field], wantsTimes: true))
            let groups = counts.ranked(limit: options.limit)
            if groups.isEmpty || (options.top == nil && groups.allSatisfy { $0.values[0] == nil }) { continue }
            section.tables.append(
                ReportTable(
                    id: "top-" + field, title: "\(field): \(HumanText.counted(counts.distinctValues(of: 0), "value"))",
                    columns: [
                        OutputColumn("value"), OutputColumn("events", .right), OutputColumn("share", .right),
                        OutputColumn("first"), OutputColumn("last"),
                    ],
                    rows: groups.map { group in
                        let share = counts.events > 0 ? Double(group.count) / Double(counts.events) : 0
                        return [
                            group.values[0].reportCell, .integer(Int(clamping: group.count)),
                            .text(HumanText.percent(share)), context.cell(group.times?.lowerBound),
                            context.cell(group.times?.upperBound),
                        ]
                    },
                    query: "coldtrail top \(ShellText.quoted(field)) "
                        + context.command("", query, ["--limit", "\(options.limit)"]).dropFirst("coldtrail '' ".count)))
        }
        if section.tables.isEmpty {
            section.notes = ["None of the usual fields stands in these events; name some with --top."]
        }
        return section
    }

    private func quoteSection(_ sample: EventSample) -> ReportSection {
        var section = ReportSection(id: "events", title: "Events, word for word")
        section.facts = [
            ReportFact("chosen", .text("\(sample.events.count) of \(HumanText.grouped(Int(clamping: sample.among)))")),
            ReportFact("seed", .text("\(sample.seed)")),
            ReportFact(
                "all proven", .boolean(sample.allProven), verdict: sample.events.isEmpty ? nil : sample.allProven),
        ]
        section.events = sample.events
        section.notes = ["`coldtrail prove` writes a proof of any of them, which can be checked without the archive."]
        return section
    }
}
