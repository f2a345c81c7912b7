import Archive
import Rendering

/// What a report is about.
public enum ReportKind: String, Sendable, CaseIterable {
    case retention, completeness, access
    case caseRecord = "case"
}

/// A report: numbers with the questions that made them, and what is needed to ask again.
public struct Report: Sendable {
    public static let format = "coldtrail-report"
    public static let version = 1

    public var kind: ReportKind
    public var title: String
    /// Names of controls that the reader wants the report to be filed under. Nothing is claimed about them.
    public var controls: [String]
    /// The command line, so that it can be run again.
    public var arguments: [String]
    public var tool: String
    public var scope: ReportScope
    public var archive: ArchiveState
    public var sections: [ReportSection]
    /// Everything that differs when the same report is made again at another time or place.
    public var clock: [(name: String, value: Cell)]

    /// Whether a verdict of the report is "no".
    public var isNegative: Bool { sections.contains { $0.facts.contains { $0.verdict == false } } }
}

/// What was asked, and what there was.
public struct ReportScope: Sendable {
    /// As text in the zone; nil: not bounded.
    public var from: String?
    public var to: String?
    /// The day or instant that the report is about, if it has one.
    public var asOf: String?
    public var zone: String
    /// Labels.
    public var exports: [String]
    public var query: String
    /// Chooses the sampled events; the same seed chooses the same events.
    public var seed: UInt64?
    /// Earliest and latest event in the exports.
    public var coveredFirst: String?
    public var coveredLast: String?
}

/// The archive that was asked, by its digests.
public struct ArchiveState: Sendable {
    /// SHA-256 of the newest audit record.
    public var head: String
    public var exports: [ExportRecord]
}

/// A part of a report.
public struct ReportSection: Sendable {
    /// Lower-case, for file names.
    public var id: String
    public var title: String
    /// How the numbers came about, in sentences.
    public var notes: [String] = []
    public var facts: [ReportFact] = []
    public var chart: ReportChart?
    public var tables: [ReportTable] = []
    public var events: [QuotedEvent] = []

    public init(id: String, title: String) {
        self.id = id
        self.title = title
    }
}

/// One number or sentence.
public struct ReportFact: Sendable {
    public var name: String
    public var value: Cell
    /// What it says about the policy; nil: nothing.
    public var verdict: Bool?
    /// A command that gives the number again.
    public var query: String?

    public init(_ name: String, _ value: Cell, verdict: Bool? = nil, query: String? = nil) {
        self.name = name
        self.value = value
        self.verdict = verdict
        self.query = query
    }

    public init(_ name: String, _ count: UInt64, verdict: Bool? = nil, query: String? = nil) {
        self.init(name, .integer(Int(clamping: count)), verdict: verdict, query: query)
    }
}

public struct ReportTable: Sendable {
    /// Lower-case, for file names.
    public var id: String
    public var title: String
    public var columns: [OutputColumn]
    public var rows: [[Cell]]
    /// A command that gives the numbers again.
    public var query: String?

    public init(id: String, title: String, columns: [OutputColumn], rows: [[Cell]], query: String? = nil) {
        self.id = id
        self.title = title
        self.columns = columns
        self.rows = rows
        self.query = query
    }
}

/// Counts over time.
public struct ReportChart: Sendable {
    public var title: String
    /// Beginning of each interval, as text.
    public var starts: [String]
    public var counts: [UInt64]
}

/// An event as it is archived.
public struct QuotedEvent: Sendable {
    /// `EXPORT:LINE`.
    public var citation: String
    public var time: String?
    public var bytes: [UInt8]
    /// Whether its line leads to the export's Merkle root.
    public var isProven: Bool
}
