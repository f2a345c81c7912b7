import Archive

/// Remembers what could not be read, each block or partition once, from any thread of a search.
///
/// `@unchecked` is safe: `seen` and `found` are touched under the mutex only.
final class LossLog: @unchecked Sendable {
    private struct Place: Hashable {
        var partition: Int64
        /// -1: the whole partition.
        var block: Int
    }

    private let archive: Archive
    private var seen: Set<Place> = []
    private var found: [(place: Place, events: LostEvents)] = []
    private let mutex = Mutex()

    /// By partition and block, whatever the order in which they were met.
    var lost: [LostEvents] {
        mutex.withLock {
            found.sorted { ($0.place.partition, $0.place.block) < ($1.place.partition, $1.place.block) }.map(\.events)
        }
    }

    private func isNew(_ place: Place) -> Bool { mutex.withLock { seen.insert(place).inserted } }

    init(_ archive: Archive) {
        self.archive = archive
    }

    /// A block, so many of whose `own` events are wanted.
    func add(
        block: Int, of partition: PartitionRecord, _ reader: PartitionReader, own: [Int], events: UInt64,
        reason: any Error
    ) {
        let place = Place(partition: partition.id, block: block)
        guard isNew(place) else { return }
        var lines = partition.firstLine...max(partition.firstLine, partition.lastLine)
        var times: ClosedRange<Int64>?
        // The series lie elsewhere in the file and mostly still tell which events these were.
        if let low = own.first, let high = own.last {
            if let first = try? reader.line(of: low), let end = try? reader.line(of: high), first <= end {
                lines = first...end
            }
            times = Self.times(of: own, reader)
        }
        append(place, partition, lines: lines, times: times, events: events, reason)
    }

    func add(partition: PartitionRecord, reason: any Error) {
        let place = Place(partition: partition.id, block: -1)
        guard isNew(place) else { return }
        var times: ClosedRange<Int64>?
        if let low = partition.minTime, let high = partition.maxTime, low <= high { times = low...high }
        append(
            place, partition, lines: partition.firstLine...max(partition.firstLine, partition.lastLine), times: times,
            events: UInt64(partition.events), reason)
    }

    private func append(
        _ place: Place, _ partition: PartitionRecord, lines: ClosedRange<UInt64>, times: ClosedRange<Int64>?,
        events: UInt64,
        _ reason: any Error
    ) {
        let label = archive.export(id: partition.exportID)?.label ?? "?"
        let events = LostEvents(
            label: label, file: partition.file, lines: lines, times: times, events: events, reason: "\(reason)")
        mutex.withLock { found.append((place, events)) }
    }

    private static func times(of events: [Int], _ reader: PartitionReader) -> ClosedRange<Int64>? {
        var low = Int64.max
        var high = Int64.min
        for event in events {
            guard let time = try? reader.value(.time, event: event) else { return nil }
            if time == undatedTime { continue }
            low = min(low, time)
            high = max(high, time)
        }
        return low <= high ? low...high : nil
    }
}
