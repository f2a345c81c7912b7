import Archive
import Events

/// An event of a compared export.
public struct ComparedEvent: Sendable, Equatable {
    /// In the export, from 1.
    public var line: UInt64
    /// Microseconds since 1970 UTC, or `undatedTime`.
    public var time: Int64
    /// Position of its partition among the side's, and its number there.
    var partition: Int
    var event: Int
}

/// One difference between two exports.
public enum Difference: Sendable {
    /// Only in B.
    case added(ComparedEvent)
    /// Only in A.
    case removed(ComparedEvent)
    /// Two states of one event: of equal key, or (probably) of equal time and nearly equal fields.
    /// `DifferenceLines.changes` tells what changed.
    case changed(ComparedEvent, ComparedEvent, probably: Bool)
}

/// What a comparison found.
public struct ExportDifferences: Sendable {
    public var eventsA: UInt64 = 0
    public var eventsB: UInt64 = 0
    public var same: UInt64 = 0
    public var added: UInt64 = 0
    public var removed: UInt64 = 0
    public var changed: UInt64 = 0
    public var probablyChanged: UInt64 = 0
    /// Copies beyond the first of an event, within each side.
    public var duplicatesA: UInt64 = 0
    public var duplicatesB: UInt64 = 0
    /// The fields by which changed events were paired; empty if there was no key.
    public var key: [String] = []
    /// Fields that only one side has and that were left out of the comparison, with the events that have them.
    public var leftOut: [OneSidedField] = []
    /// Why pairs of changed events were not looked for, if so.
    public var notPaired: String?
    /// Events that could not be read while filtering: the comparison is not complete.
    public var lost: Bool = false
    /// Pairs of equal fingerprints whose events differ (only with `verifies`).
    public var collisions: UInt64?

    public var isSame: Bool { added == 0 && removed == 0 && changed == 0 && probablyChanged == 0 }
}

/// A field that one of the exports never has.
public struct OneSidedField: Sendable, Equatable {
    public var name: String
    /// True: only A has it.
    public var isOfA: Bool
    /// Events that have it.
    public var events: UInt64
}
