/// What the language says about particular field names; every other field follows the same rules (EQL R18, R23, R30).
public enum FieldRules {
    /// The field that holds the event time as a rule (R50).
    public static let eventTime = "@timestamp"
    /// The field that stands for the event time in events that have no value of it (R18).
    public static let ownTimestamp = "timestamp"

    /// The fields whose values are read as times, numbers included (R23, R46, R50).
    public static func isTime(_ field: String) -> Bool {
        field == eventTime || field == ownTimestamp
    }

    /// The fields in which words are looked for inside the value instead of comparing the whole of it (R30).
    public static func isFullText(_ field: String) -> Bool {
        field == "message" || field == "error.message" || field == "event.original"
    }

    /// The field that is meant when the event has no value of the named one (R18).
    public static func fallback(of field: String) -> String? {
        field == ownTimestamp ? eventTime : nil
    }
}
