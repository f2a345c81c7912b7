import Archive
import Events

/// Judges events by their lines.
final class LineVerifier {
    /// Field names are never forgotten by a decoder; beyond so many bytes it is replaced.
    private static let nameMemory = 16 << 20

    private let query: CompiledQuery
    private(set) var decoder = EventDecoder()
    private var matcher: EventMatcher
    private let filter: LineFilter

    init(_ query: CompiledQuery) {
        self.query = query
        filter = LineFilter(query)
        matcher = EventMatcher(query)
    }

    /// - Parameter isFirstLine: a byte order mark is skipped.
    func matches(_ line: UnsafeRawBufferPointer, isFirstLine: Bool) -> Bool {
        filter.mayMatch(line) && matchesDecoded(line, isFirstLine: isFirstLine)
    }

    /// The same by decoding every line, for those who trust no shortcut.
    ///
    /// - Parameter isFirstLine: a byte order mark is skipped.
    func matchesDecoded(_ line: UnsafeRawBufferPointer, isFirstLine: Bool) -> Bool {
        if decoder.fieldMemoryUse > Self.nameMemory {
            decoder = EventDecoder()
            matcher = EventMatcher(query)
        }
        guard decoder.decode(line, isFirstLine: isFirstLine) == nil else { return false }
        return matcher.matches(decoder)
    }

    /// The time of the event decoded last, from its line (R50).
    func eventTime() -> Instant? {
        time(of: FieldRules.eventTime) ?? time(of: FieldRules.ownTimestamp)
    }

    private func time(of field: String) -> Instant? {
        guard let number = decoder.fieldIndex(field) else { return nil }
        for value in decoder.values where value.field == number {
            if let time = ValueTime.instant(kind: value.kind, text: value.text, isTimeField: true) { return time }
        }
        return nil
    }
}

extension PartitionReader {
    /// Whether the event is the export's first line: events lie in line order, so only the first can be.
    func isFirstLine(_ event: Int) -> Bool { event == 1 && firstLine == 1 }
}
