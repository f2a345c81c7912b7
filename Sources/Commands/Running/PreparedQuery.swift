import Archive
import Events
import QueryLanguage
import Rendering
import Search

/// A query with everything that it needs: parsed, the archive open, its window resolved, warnings given.
struct PreparedQuery {
    let archive: Archive
    let query: Query
    let request: SearchRequest
    /// The exports it looks at.
    let scope: [ExportRecord]
    let times: TimeFormat
    let isPartial: Bool

    /// Mistakes are found in the order in which they cost least: the query, the times, the archive.
    ///
    /// - Throws: `QueryError`, `RenderingError`, `ArchiveError`, `UsageError`.
    init(_ text: String, scope options: ScopeOptions, global: GlobalOptions) throws {
        query = try QueryParser.parse(text)
        times = try options.time.zone.format()
        let window = try TimeRangeArguments(
            from: options.time.from, to: options.time.to, last: options.time.last, zone: times.zone)
        archive = try global.openArchive()
        let named = try ExportNames.scope(options.exports, in: archive)
        scope = named ?? archive.exports
        let range = try window.resolve(
            newest: window.needsNewest ? try NewestEvent.time(in: archive, exports: scope) : nil, now: SystemClock.now()
        )
        if window.isRelative { StandardError.writeLine(range.description(times)) }
        request = SearchRequest(
            query: query, from: range.from, to: range.to, exportIDs: named.map { Set($0.map(\.id)) },
            ignoreCase: options.ignoreCase, threads: UsableProcessors.count)
        isPartial = Notes.partial(scope)
    }

    /// Warns of fields that no archived event has; after the search, which mostly has met them.
    func warnOfUnknownFields(_ searcher: Searcher) {
        FieldWarnings.check(query, archive, met: searcher.fieldsMet)
    }
}

extension TimeRangeArguments {
    /// Whether the window depends on the clock or on the archive, so that it must be said what it came to.
    var isRelative: Bool {
        [from, to].contains { argument in
            switch argument {
            case .relativeToNewest, .relativeToNow: true
            case .instant, nil: false
            }
        }
    }
}
