import Archive

/// What is known of a partition's events: which certainly match and which possibly do.
struct MatchRange {
    /// Events that certainly match; a subset of `upper`.
    private(set) var lower: Bitmap
    /// Events that may match; no other does.
    private(set) var upper: Bitmap

    init(lower: Bitmap, upper: Bitmap) {
        self.lower = lower
        self.upper = upper
    }

    init(exactly events: Bitmap) {
        lower = events
        upper = events
    }

    static func all(_ count: UInt64) -> MatchRange { MatchRange(exactly: Bitmap(allOf: count)) }
    static func none(_ count: UInt64) -> MatchRange { MatchRange(exactly: Bitmap(eventCount: count)) }
    /// Nothing is known.
    static func unknown(_ count: UInt64) -> MatchRange {
        MatchRange(lower: Bitmap(eventCount: count), upper: Bitmap(allOf: count))
    }
    /// Nothing is certain; no other events match.
    static func atMost(_ events: Bitmap) -> MatchRange {
        MatchRange(lower: Bitmap(eventCount: events.eventCount), upper: events)
    }

    /// The events that only their lines can decide.
    var open: Bitmap {
        var open = upper
        open.formAndNot(lower)
        return open
    }

    mutating func formAnd(_ other: MatchRange) {
        lower.formAnd(other.lower)
        upper.formAnd(other.upper)
    }

    mutating func formOr(_ other: MatchRange) {
        lower.formOr(other.lower)
        upper.formOr(other.upper)
    }

    mutating func formNot() {
        let certain = upper.complement()
        upper = lower.complement()
        lower = certain
    }

    /// Adds the events of a term.
    mutating func add(_ doclist: Doclist, isCertain: Bool) throws {
        try doclist.addRows(to: &upper)
        if isCertain { try doclist.addRows(to: &lower) }
    }

    /// Lets more events be possible.
    mutating func allow(_ events: Bitmap) { upper.formOr(events) }

    /// Events of `upper` that are now known to match.
    mutating func confirm(_ events: Bitmap) {
        var confirmed = events
        confirmed.formAnd(upper)
        lower.formOr(confirmed)
    }

    /// The same without certainty.
    var doubtful: MatchRange { MatchRange.atMost(upper) }

    mutating func restrict(to events: Bitmap) {
        lower.formAnd(events)
        upper.formAnd(events)
    }
}
