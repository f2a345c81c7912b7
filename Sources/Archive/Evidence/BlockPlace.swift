import Events

/// Which lines and times a block holds, in words, from the series, which are stored apart from it.
enum BlockPlace {
    /// ` (lines 1–900, 2026-01-01T00:00:00Z to 2026-01-01T01:00:00Z)`; less where less can be read.
    static func text(_ number: Int, _ reader: PartitionReader) -> String {
        guard let events = try? reader.events(of: number), let first = events.first, let last = events.last else {
            return ""
        }
        var parts: [String] = []
        if let low = try? reader.line(of: first), let high = try? reader.line(of: last) {
            parts.append("\(events.count == last - first + 1 ? "" : "among ")lines \(low)–\(high)")
        }
        var range: ClosedRange<Instant>?
        for event in events {
            guard let time = try? reader.time(of: event) else { continue }
            range = range.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
        }
        if let range { parts.append("\(range.lowerBound.formatted()) to \(range.upperBound.formatted())") }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    }
}
