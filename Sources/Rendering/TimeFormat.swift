import Events

/// Instants as text in one zone; the zone always stands with the time.
public struct TimeFormat: Hashable, Sendable {
    public let zone: Zone

    public init(zone: Zone = .utc) {
        self.zone = zone
    }

    /// `2026-01-31T10:00:00Z`, or `2026-01-31T11:00:00+01:00` in another zone; a fraction only if not zero.
    public func text(_ instant: Instant) -> String {
        zone.isUTC ? instant.formatted() : instant.formatted(offsetSeconds: zone.offset(at: instant))
    }

    /// The same as a cell; null for an undated event.
    public func cell(_ instant: Instant?) -> Cell {
        instant.map { .text(text($0)) } ?? .null
    }
}
