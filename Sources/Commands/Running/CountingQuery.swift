import Archive
import Events
import QueryLanguage
import Rendering
import Search

/// A query whose events are counted by group: what `top`, `timeline` and `count --by` share.
struct CountingQuery {
    let prepared: PreparedQuery
    private let unique: UniqueEvents
    private let scope: ScopeOptions

    init(_ text: String, scope: ScopeOptions, global: GlobalOptions) throws {
        self.scope = scope
        prepared = try PreparedQuery(text, scope: scope, global: global)
        unique = try UniqueEvents(prepared, isWanted: scope.unique)
    }

    func counts(by grouping: Grouping) throws -> (GroupCounts, Searcher) {
        let searcher = try Searcher(archive: prepared.archive, request: unique.request)
        let counts = try searcher.counts(by: grouping)
        if scope.paranoid { try compare(counts, grouping) }
        return (counts, searcher)
    }

    /// - Parameter limit: 0 for all values.
    func top(
        _ field: String, limit: Int, rare: Bool
    ) throws -> (values: TopValues, searcher: Searcher) {
        guard limit > 0 else {
            let (counts, searcher) = try counts(by: Grouping(fields: [field]))
            let values = TopValues(
                groups: counts.ranked(rare: rare), distinct: counts.distinctValues(of: 0), count: counts.count,
                events: counts.events, lost: counts.lost)
            return (values, searcher)
        }
        let searcher = try Searcher(archive: prepared.archive, request: unique.request)
        let values = try searcher.top(field, limit: limit, rare: rare)
        if scope.paranoid {
            try Paranoia.compare(prepared.archive, prepared.request)
            let byLines = try Searcher(archive: prepared.archive, request: unique.request)
                .top(field, limit: limit, rare: rare, fromLines: true)
            try tell(byLines.groups == values.groups && byLines.count == values.count, values.groups.count)
        }
        return (values, searcher)
    }

    /// What is said after the answer: warnings, explanation, losses.
    ///
    /// - Throws: `ExitStatus.cannot` if events were lost.
    func conclude(_ counts: GroupCounts, _ searcher: Searcher, fields: [String]) throws {
        try conclude(events: counts.events, counts.lost, searcher, fields: fields)
    }

    func conclude(events: UInt64, _ lost: [LostEvents], _ searcher: Searcher, fields: [String]) throws {
        prepared.warnOfUnknownFields(searcher)
        for field in fields where events > 0 {
            FieldWarnings.check(.field(field, .exists), prepared.archive, met: searcher.fieldsMet)
        }
        if scope.explain { SearchNotes.explain(searcher.explanation) }
        try SearchNotes.report(unique.allLost(lost), prepared.times)
    }

    /// `--paranoid`: the events by a full scan, and the groups from the lines instead of the columns.
    private func compare(_ counts: GroupCounts, _ grouping: Grouping) throws {
        try Paranoia.compare(prepared.archive, prepared.request)
        var byLines = grouping
        byLines.fromLines = true
        let other = try Searcher(archive: prepared.archive, request: unique.request).counts(by: byLines)
        var groups: [EventGroup] = []
        counts.forEach { groups.append($0) }
        var number = 0
        var differs = groups.count != other.count
        other.forEach {
            differs = differs || number >= groups.count || groups[number] != $0
            number += 1
        }
        try tell(!differs, groups.count)
    }

    private func tell(_ agrees: Bool, _ groups: Int) throws {
        guard agrees else {
            StandardError.writeLine(
                "coldtrail: the columns and the lines disagree on the counts\n"
                    + "  run `coldtrail verify`; if the archive is sound, please report this as a defect")
            throw ExitStatus.cannot
        }
        StandardError.writeLine("paranoid: the lines agree on \(HumanText.counted(groups, "group"))")
    }
}

extension [UInt8]? {
    /// A value as a cell; null if there is none.
    var cell: Cell { map { .bytes($0) } ?? .null }
}

/// Writes counts beside what they count: with shares, and on a terminal with bars.
struct GroupTableWriter {
    private let columns: [OutputColumn]
    private let counts: [UInt64]
    private let events: UInt64?
    private let rows: RowFormatOptions
    private let color: ColorChoice
    private let isPartial: Bool
    private let sink: OutputSink

    /// Columns of the longest bar.
    private static let barColumns = 60

    /// - Parameter events: what shares refer to; nil: no shares.
    init(
        _ columns: [OutputColumn], counts: [UInt64], events: UInt64?, rows: RowFormatOptions, output: OutputOptions,
        global: GlobalOptions, partial: Bool
    ) throws {
        self.counts = counts
        self.events = events
        self.rows = rows
        color = global.color
        isPartial = partial
        sink = try output.openSink()
        self.columns =
            columns + [OutputColumn("count", .right)] + (events == nil ? [] : [OutputColumn("share", .right)])
    }

    private var isTable: Bool { rows.format == .table }
    private var isForEyes: Bool { isTable && sink.isTerminal }

    func write(_ values: [[Cell]]) throws {
        OutputTap.shared.results = UInt64(values.count)
        var all = zip(values, counts).map { row, count in
            var cells = isTable ? row.map { $0.isNull ? .text("(none)") : $0 } : row
            let number = Int(clamping: count)
            cells.append(isForEyes ? .text(HumanText.grouped(number)) : .integer(number))
            if let events {
                let share = events > 0 ? Double(count) / Double(events) : 0
                cells.append(isTable ? .text(HumanText.percent(share)) : .double((share * 1e6).rounded() / 1e6))
            }
            return cells
        }
        var header = columns
        if isForEyes, let terminal = sink.terminalColumns {
            let width = BarColumn.width(beside: columns, all, terminal: terminal, most: Self.barColumns)
            if width > 0 {
                let largest = Double(counts.max() ?? 0)
                header.append(OutputColumn(""))
                for (place, count) in counts.enumerated() {
                    all[place].append(.text(BarText.bar(Double(count), of: largest, columns: width)))
                }
            }
        }
        var writer = try rows.rows(header, sink: sink, color: color, partial: isPartial)
        for cells in all { try writer.write(cells) }
        try writer.finish()
        try sink.finish()
    }
}
