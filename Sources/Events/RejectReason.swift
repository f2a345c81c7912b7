/// Why a line is not an event (EQL rule R14). The raw values are stored in archives and printed by `rejects`.
public enum RejectReason: String, Sendable, CaseIterable {
    /// Not one JSON text as RFC 8259 defines it.
    case notJSON
    /// A JSON text whose outermost value is no object.
    case notAnObject
    /// Bytes that are not UTF-8, anywhere in the line.
    case invalidUTF8
    /// More than 64 MiB between the line feeds.
    case tooLong
    /// Objects and lists nested more than 10,000 deep.
    case tooDeep
    /// The last line of an export whose data ends early: its end is unknown, so it is not read at all.
    case unfinished

    /// The reason in words that complete "rejected: ".
    public var explanation: String {
        switch self {
        case .notJSON: "not valid JSON"
        case .notAnObject: "JSON, but not an object"
        case .invalidUTF8: "not valid UTF-8"
        case .tooLong: "longer than 64 MiB"
        case .tooDeep: "nested more than 10,000 deep"
        case .unfinished: "cut off where the export ends"
        }
    }
}
