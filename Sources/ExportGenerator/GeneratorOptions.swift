/// What kind of export the generator writes. The same options give the same bytes, on every platform.
public struct GeneratorOptions: Sendable, Hashable {
    /// How an event's fields are laid out.
    public enum Layout: String, Sendable, Hashable, CaseIterable {
        /// `"source.ip":"10.0.0.1"`, as exports are.
        case flat
        /// `"source":{"ip":"10.0.0.1"}`
        case nested
        /// Sixteen invented event types of 300 to 400 fields, flat and nested mixed, of which an event carries
        /// 2 to 3 KB; values repeat a lot.
        case wide
        /// The same event types, with dotted names only.
        case wideFlat
        /// The same event types, with nested objects only; the same values under the same paths as ``wideFlat``.
        case wideNested
    }

    /// An event put at a chosen line, to be found again.
    public struct Needle: Sendable, Hashable {
        /// The line, from 1.
        public var line: Int
        public var field: String
        /// The field's value, a string.
        public var text: String

        public init(line: Int, field: String, text: String) {
            self.line = line
            self.field = field
            self.text = text
        }
    }

    /// Decides every random choice.
    public var seed: UInt64
    /// Event time of the first event, in milliseconds since 1970 UTC.
    public var start: Int64
    /// The time all events span, in milliseconds, more than 0.
    public var duration: Int64
    /// Of a million events, how many arrive out of order, up to six hours late (so their time is earlier than
    /// their neighbours').
    public var latePerMillion: Int = 10_000
    /// Random instead of rising timestamps.
    public var shufflesTime = false
    public var layout = Layout.flat
    /// Spread this many different field names over the export, a few an event; 0 for none.
    public var explosionFields = 0
    public var needles: [Needle] = []
    /// Not nil: the same search executed again later. A few events are gone, changed or new, and the order differs slightly.
    public var rerunSeed: UInt64?
    /// Weaves the attack story of the sample investigation in; it takes the place of ordinary events.
    public var tellsStory = false

    /// Events from 1 January 2026 on, over `days` days.
    public init(seed: UInt64 = 1, start: Int64 = 1_767_225_600_000, days: Double = 7) {
        self.seed = seed
        self.start = start
        duration = max(1, Int64(days * 86_400_000))
    }
}
