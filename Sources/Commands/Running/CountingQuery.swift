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

    /// - Parameter limit: nil for all values.
    func top(
        _ field: String, limit: Int?, rare: Bool
    ) throws -> (values: TopValues, searcher: Searcher) {
        let searcher = try Searcher(archive: prepared.archive, request: unique.request)
        let values = try searcher.top(field, limit: limit, rare: rare)
        if scope.paranoid {
            try Paranoia.compare(prepared.archive, prepared.request)
            let byLines = try Searcher(archive: prepared.archive, request: unique.request)
                .top(field, limit: limit, rare: rare, fromLines: true)
            try tell(
                byLines.groups.elementsEqual(values.groups) && byLines.count == values.count, values.groups.count)
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
