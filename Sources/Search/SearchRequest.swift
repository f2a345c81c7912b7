import Archive
import Events
import QueryLanguage

/// What is looked for, and where.
public struct SearchRequest: Sendable {
    public var query: Query
    /// Only events whose time is this or later; undated events are then outside (R50).
    public var from: Instant?
    /// Only events whose time is earlier; undated events are then outside (R50).
    public var to: Instant?
    /// Only these exports; nil for all.
    public var exportIDs: Set<Int64>?
    /// Compare all text without case (R32).
    public var ignoreCase: Bool
    /// Only these events, by partition id; nil for all. A partition that is not named has none.
    public var only: [Int64: Bitmap]?
    /// Threads that the search may use, at least 1; answers do not depend on it.
    public var threads: Int

    public init(
        query: Query, from: Instant? = nil, to: Instant? = nil, exportIDs: Set<Int64>? = nil, ignoreCase: Bool = false,
        threads: Int = 1
    ) {
        self.query = query
        self.from = from
        self.to = to
        self.exportIDs = exportIDs
        self.ignoreCase = ignoreCase
        self.threads = threads
    }

    /// Whether events of a partition may count at all.
    func includes(_ partition: PartitionRecord) -> Bool {
        only.map { $0[partition.id] != nil } ?? true
    }
}

/// The order of hits.
public enum SortOrder: String, Sendable, CaseIterable {
    /// Time descending; ties by label (bytes), then line, ascending; undated events last.
    case newest
    /// Time ascending; ties and undated events as in `newest`.
    case oldest
    /// By export, partition and line: repeatable, and the cheapest.
    case none
}

/// An event that matches, with its provenance.
public struct Hit: Sendable {
    public var export: ExportRecord
    /// In the export, from 1.
    public var line: UInt64
    /// Number of the event in its partition, from 1.
    public var event: Int
    public var partition: PartitionRecord
    /// Nil: undated.
    public var time: Instant?
}

/// Events that may match and could not be read.
public struct LostEvents: Sendable, Equatable {
    /// The export's label.
    public var label: String
    /// The partition's file.
    public var file: String
    /// The lines among which the lost ones are; nil if even that is unknown.
    public var lines: ClosedRange<UInt64>?
    /// The earliest and the latest event time among them, microseconds; nil if unknown or undated.
    public var times: ClosedRange<Int64>?
    /// How many events could not be judged or shown.
    public var events: UInt64
    /// What is damaged.
    public var reason: String
}

/// How a search ended.
public struct SearchResult: Sendable {
    /// Hits delivered.
    public var hits: UInt64
    /// Labels of the exports in scope whose content is incomplete or unverified.
    public var partialLabels: [String]
    /// Not empty: a command must exit with status 2 (after printing what there is).
    public var lost: [LostEvents]
    /// Of rows: events whose line had to be read.
    public var eventsByLine: UInt64 = 0

    public var isPartial: Bool { !partialLabels.isEmpty }
}

/// The number of events that match.
public struct CountResult: Sendable {
    public var count: UInt64
    /// Labels of the exports in scope whose content is incomplete or unverified.
    public var partialLabels: [String]
    /// Not empty: the count is a lower bound.
    public var lost: [LostEvents]

    public var isPartial: Bool { !partialLabels.isEmpty }
}
