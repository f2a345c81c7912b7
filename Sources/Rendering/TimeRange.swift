import Events

/// `--from`, `--to` and `--last` as given.
public struct TimeRangeArguments: Hashable, Sendable {
    public var from: TimeArgument?
    public var to: TimeArgument?

    /// - Throws: ``RenderingError`` `.badTime`, also if `last` is given with one of the others.
    public init(from: String?, to: String?, last: String?, zone: Zone) throws(RenderingError) {
        if let last {
            guard from == nil, to == nil else {
                throw RenderingError(
                    .badTime, "--last cannot be combined with --from or --to; --from -7d --to … says the same")
            }
            self.from = try TimeArgument.parseLast(last)
            return
        }
        if let from { self.from = try TimeArgument.parse(from, zone: zone) }
        if let to { self.to = try TimeArgument.parse(to, zone: zone) }
    }

    /// Whether the newest event must be known to resolve it.
    public var needsNewest: Bool {
        [from, to].contains { argument in
            switch argument {
            case .relativeToNewest: true
            case .instant, .relativeToNow, nil: false
            }
        }
    }

    /// - Throws: ``RenderingError`` `.badTime` if the window ends before it starts, `.noNewestEvent`.
    public func resolve(newest: Instant?, now: Instant) throws(RenderingError) -> TimeRange {
        var range = TimeRange()
        if let from { range.from = try from.resolve(newest: newest, now: now) }
        if let to { range.to = try to.resolve(newest: newest, now: now) }
        if let from = range.from, let to = range.to, from > to {
            throw RenderingError(
                .badTime, "the time window ends (\(to.formatted())) before it starts (\(from.formatted()))")
        }
        return range
    }
}

/// A window of time.
public struct TimeRange: Hashable, Sendable {
    /// Inclusive; nil for no bound.
    public var from: Instant?
    /// Exclusive; nil for no bound.
    public var to: Instant?

    public init(from: Instant? = nil, to: Instant? = nil) {
        self.from = from
        self.to = to
    }

    public var isUnbounded: Bool {
        from == nil && to == nil
    }

    /// For standard error: `time window: from 2026-01-01T00:00:00Z to before 2026-01-02T00:00:00Z (UTC)`.
    public func description(_ format: TimeFormat) -> String {
        var text = "time window:"
        if let from { text += " from \(format.text(from))" }
        if let to { text += (from == nil ? " before " : " to before ") + format.text(to) }
        if isUnbounded { text += " all" }
        return text + " (\(format.zone.name))"
    }
}
