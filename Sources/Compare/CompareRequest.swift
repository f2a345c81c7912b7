import Events
import Ingest
import QueryLanguage

/// What tells that two different events are two states of one.
public enum KeyChoice: Sendable, Equatable {
    /// A field that is known to hold unique ids, if both exports have it in every event and it repeats in neither.
    case automatic
    case none
    case fields([String])
}

/// What is compared, and how.
public struct CompareRequest: Sendable {
    /// Only events that match.
    public var query: Query
    public var isEveryEvent: Bool
    /// Only events whose time is this or later.
    public var from: Instant?
    /// Only events whose time is earlier.
    public var to: Instant?
    public var ignoreCase: Bool
    /// The fields that count.
    public var fields: FieldChoice
    /// Count fields that only one side has, too.
    public var countsOneSidedFields: Bool
    public var key: KeyChoice
    /// Compare canonical bytes instead of trusting fingerprints of 128 bits.
    public var verifies: Bool
    /// Threads.
    public var jobs: Int
    /// A folder for temporary files.
    public var temporaryFolder: String

    public init(query: Query, isEveryEvent: Bool, jobs: Int, temporaryFolder: String) {
        self.query = query
        self.isEveryEvent = isEveryEvent
        self.jobs = jobs
        self.temporaryFolder = temporaryFolder
        from = nil
        to = nil
        ignoreCase = false
        fields = FieldChoice()
        countsOneSidedFields = false
        key = .automatic
        verifies = false
    }

    var isUnfiltered: Bool { isEveryEvent && from == nil && to == nil }

    /// Fields that sources use for unique ids, the first that fits is taken.
    static let uniqueIDs = ["sekoiaio.event.uuid", "event.id", "_id", "event.uuid"]
}
