import Archive
import Compare
import Events
import Rendering
import Search

/// Whether what is archived is all there was: silences, duplicates, late arrivals, clocks, rejects, partial exports, and the
/// declared number of events.
public struct CompletenessReport {
    public struct Options: Sendable {
        /// The number of events that the exports should hold, if it is known.
        public var expectedEvents: UInt64?
        /// The field that tells sources apart; nil: the first of the usual ones that is there.
        public var source: String?
        /// Length of the intervals in which silences are looked for; nil: at most 1,000 of a usual length.
        public var every: BucketSize?

        public init(expectedEvents: UInt64?, source: String?, every: BucketSize?) {
            self.expectedEvents = expectedEvents
            self.source = source
            self.every = every
        }
    }

    private let context: ReportContext
    private let options: Options

    public init(_ context: ReportContext, _ options: Options) {
        self.context = context
        self.options = options
    }

    public func make() throws -> Report {
        let sections = [
            try summary(), exportsSection(), try silences(), try duplicates(), try clocks(), try rejects(),
        ]
        return context.report(.completeness, title: "Completeness", scope: context.scope(), sections: sections)
    }

    // MARK: Sections

    private func summary() throws -> ReportSection {
        var section = ReportSection(id: "summary", title: "Counts")
        let counted = try Searcher(archive: context.archive, request: context.request).count()
        try context.check(counted.lost)
        let partial = context.exports.filter(\.isPartial)
        section.facts = [
            ReportFact("events", counted.count, query: context.command("count", "")),
            ReportFact("exports", UInt64(context.exports.count)),
            ReportFact("partial exports", UInt64(partial.count), verdict: partial.isEmpty),
            ReportFact("undated events", sum(\.undated)),
        ]
        if let expected = options.expectedEvents {
            section.facts += [
                ReportFact("events declared", expected),
                ReportFact(
                    "difference", .integer(Int(clamping: Int64(clamping: counted.count) - Int64(clamping: expected))),
                    verdict: counted.count == expected),
            ]
        } else {
            section.notes = ["No number of events was declared (--expect-events), so none could be compared."]
        }
        return section
    }

    private func sum(_ value: (ExportRecord) -> UInt64) -> UInt64 { context.exports.reduce(0) { $0 + value($1) } }

    private func exportsSection() -> ReportSection {
        var section = ReportSection(id: "exports", title: "Exports")
        func integer(_ value: UInt64) -> Cell { .integer(Int(clamping: value)) }
        section.tables = [
            ReportTable(
                id: "exports", title: "What each export holds",
                columns: [
                    OutputColumn("export"), OutputColumn("lines", .right), OutputColumn("events", .right),
                    OutputColumn("rejects", .right), OutputColumn("blank", .right), OutputColumn("undated", .right),
                    OutputColumn("first"), OutputColumn("last"), OutputColumn("state"), OutputColumn("damage"),
                ],
                rows: context.exports.map { export in
                    [
                        .text(export.label), integer(export.lines), integer(export.events), integer(export.rejects),
                        integer(export.blanks), integer(export.undated), context.cell(export.minTime),
                        context.cell(export.maxTime), .text(export.isPartial ? "partial" : "whole"),
                        export.damage.map {
                            .text("\($0.detail) (byte \($0.sourceOffset); lines after \($0.verifiedLines) unverified)")
                        } ?? .null,
                    ]
                }, query: "coldtrail exports")
        ]
        return section
    }

    private func silences() throws -> ReportSection {
        var section = ReportSection(id: "silences", title: "Silences")
        section.notes = [
            "A source is silent when it sends nothing for so long that, at half of its own mean rate, this would happen to "
                + "less than one source in a hundred (intervals × exp(−empty intervals × mean / 2) < 0.01). Only the time "
                + "between a source's first and last event is looked at."
        ]
        let field = try options.source ?? context.sourceField()
        let rule = SilenceIntervals(size: options.every, zone: context.zone)
        let grouping = Grouping(fields: field.map { [$0] } ?? [], intervals: { rule.starts($0) })
        let counts = try context.counts(by: grouping)
        var sources: [[UInt8]?: [Int: UInt64]] = [:]
        counts.forEach { group in
            guard let interval = group.interval else { return }
            sources[group.values.first ?? nil, default: [:]][interval, default: 0] += group.count
        }
        var rows: [[Cell]] = []
        let names = sources.keys.sorted { first, second in
            guard let first else { return false }
            return second.map { first.lexicographicallyPrecedes($0) } ?? true
        }
        for name in names {
            guard let seen = sources[name], let low = seen.keys.min(), let high = seen.keys.max() else { continue }
            for silence in SilenceFinder.silences((low...high).map { seen[$0] ?? 0 }) {
                let first = low + silence.first
                rows.append([
                    field == nil ? .text("all events") : name.reportCell, context.cell(counts.intervals[first]),
                    context.cell(counts.intervals[first + silence.count]), .integer(silence.count),
                    .integer(Int(clamping: seen.values.reduce(0, +))),
                ])
            }
        }
        section.facts = [
            ReportFact("told apart by", .text(field ?? "nothing: all events together")),
            ReportFact("sources", UInt64(sources.count)),
            ReportFact("length of an interval", counts.times.map { .text(rule.length($0).text) } ?? .null),
            ReportFact("silences", UInt64(rows.count), verdict: rows.isEmpty),
        ]
        section.tables = [
            ReportTable(
                id: "silences", title: "Silences",
                columns: [
                    OutputColumn("source"), OutputColumn("from"), OutputColumn("to"),
                    OutputColumn("intervals", .right), OutputColumn("events_of_source", .right),
                ], rows: rows)
        ]
        return section
    }

    private func duplicates() throws -> ReportSection {
        var section = ReportSection(id: "duplicates", title: "Duplicates")
        let partitions = context.exports.flatMap { context.archive.partitions(of: $0) }
        let labels = Dictionary(context.exports.map { ($0.id, $0.label) }, uniquingKeysWith: { first, _ in first })
        let copies = Copies(archive: context.archive, partitions: partitions, events: nil)
        func citation(_ place: Copies.Citation) -> Cell {
            .text("\(labels[place.partition.exportID] ?? "?"):\(place.line)")
        }
        var number: UInt64 = 0
        var rows: [[Cell]] = []
        try copies.forEachCopy { copy in
            number += 1
            if rows.count < 100 { rows.append([citation(copy.first), citation(copy.copy)]) }
        }
        section.facts = [ReportFact("events that repeat an earlier one", number, query: "coldtrail duplicates")]
        section.tables = [
            ReportTable(
                id: "duplicates", title: "Events and their copies (the first 100)",
                columns: [OutputColumn("first"), OutputColumn("copy")], rows: rows)
        ]
        section.notes = [
            "Two events are the same if all their fields and values are, in whatever order and spelling. Whole exports are "
                + "compared, whatever period was asked for."
        ]
        return section
    }

    private func clocks() throws -> ReportSection {
        var section = ReportSection(id: "clocks", title: "Late arrivals and clocks")
        let (from, to) = (context.request.from?.microseconds ?? .min, context.request.to?.microseconds ?? .max)
        var late = [UInt64](repeating: 0, count: ClockSurvey.classes.count)
        var odd: [[Cell]] = []
        var latest: (lag: Int64, citation: String)?
        for export in context.exports {
            let survey = try ClockSurvey(context.archive, export) { $0 >= from && $0 < to }
            for (number, count) in survey.late.enumerated() { late[number] += count }
            if survey.latest.lag > latest?.lag ?? 0 {
                latest = (survey.latest.lag, "\(export.label):\(survey.latest.line)")
            }
            for (name, found) in [
                ("later than the ingest", survey.future), ("before 1990", survey.before1990),
                ("more than a day from the event before it", survey.jumps),
            ] where found.count > 0 {
                odd.append([
                    .text(export.label), .text(name), .integer(Int(clamping: found.count)),
                    .list(found.lines.map { .text("\(export.label):\($0)") }),
                ])
            }
        }
        section.facts = [
            ReportFact("events behind a later one in the file", late.reduce(0, +)),
            ReportFact(
                "the latest of them",
                latest.map { .text("\($0.citation), by \(HumanText.duration(Double($0.lag) / 1e6))") } ?? .null),
            ReportFact("kinds of odd times", UInt64(odd.count), verdict: odd.isEmpty),
        ]
        section.tables = [
            ReportTable(
                id: "late", title: "How far behind",
                columns: [OutputColumn("behind"), OutputColumn("events", .right)],
                rows: zip(ClockSurvey.classes, late).map { [.text($0.name), .integer(Int(clamping: $1))] }),
            ReportTable(
                id: "odd-times", title: "Times that a right clock does not give",
                columns: [
                    OutputColumn("export"), OutputColumn("time"), OutputColumn("events", .right), OutputColumn("first"),
                ], rows: odd),
        ]
        return section
    }

    private func rejects() throws -> ReportSection {
        var section = ReportSection(id: "rejects", title: "Rejects")
        var rows: [[Cell]] = []
        for export in context.exports where export.rejects > 0 {
            guard let partition = context.archive.partitions(of: export).first(where: \.holdsRemainder) else {
                continue
            }
            var found: [OtherKind: ClockSurvey.Findings] = [:]
            try context.archive.open(partition).forEachOther { record in
                if record.kind != .blank, record.part == 0 { found[record.kind, default: .init()].add(record.line) }
            }
            for kind in OtherKind.allCases {
                guard let findings = found[kind] else { continue }
                rows.append([
                    .text(export.label), .text(kind.explanation), .integer(Int(clamping: findings.count)),
                    .list(findings.lines.map { .text("\(export.label):\($0)") }),
                ])
            }
        }
        section.facts = [
            ReportFact(
                "lines that are not events", sum(\.rejects), verdict: sum(\.rejects) == 0, query: "coldtrail rejects")
        ]
        section.tables = [
            ReportTable(
                id: "rejects", title: "Why",
                columns: [
                    OutputColumn("export"), OutputColumn("reason"), OutputColumn("lines", .right),
                    OutputColumn("first"),
                ], rows: rows)
        ]
        return section
    }
}

/// Intervals in which silences are looked for.
private struct SilenceIntervals: Sendable {
    let size: BucketSize?
    let zone: Zone

    func length(_ times: ClosedRange<Int64>) -> BucketSize {
        size ?? BucketSize.automatic(times, zone: zone, limit: 1_000)
    }

    func starts(_ times: ClosedRange<Int64>) -> [Int64] {
        let limit = Searcher.intervalLimit
        return length(times).starts(times, zone: zone, limit: limit)
            ?? Array(repeating: times.lowerBound, count: limit + 1)
    }
}
