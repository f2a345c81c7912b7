import Archive
import Events
import QueryLanguage
import Search

/// One of the two exports of a comparison.
public struct ComparedExport: Sendable {
    public var archive: Archive
    public var export: ExportRecord
    /// How it is called in results: its label, or the file it was read from.
    public var label: String

    public init(archive: Archive, export: ExportRecord, label: String? = nil) {
        self.archive = archive
        self.export = export
        self.label = label ?? export.label
    }
}

/// A compared export with the events that count.
///
/// Events are numbered through all partitions, from 0 (an *ordinal*). Equal events have the same time, so they lie in the
/// same day's partitions and their ordinals ascend with their lines.
final class Side {
    let compared: ComparedExport
    let partitions: [PartitionRecord]
    /// The ordinal of each partition's first event, and one past the last of all.
    let starts: [Int]
    /// Per partition the events that the filter lets pass; nil for all of them.
    private(set) var scope: [Bitmap?]
    private(set) var events: UInt64 = 0
    private(set) var lost: [LostEvents] = []

    var archive: Archive { compared.archive }
    var export: ExportRecord { compared.export }

    init(_ compared: ComparedExport, request: CompareRequest) throws {
        self.compared = compared
        let partitions = compared.archive.partitions(of: compared.export).filter { $0.events > 0 }
        self.partitions = partitions
        var starts = [0]
        for partition in partitions { starts.append(starts[starts.count - 1] + partition.events) }
        self.starts = starts
        guard starts[partitions.count] < Int(UInt32.max) else {
            throw ArchiveError(.usage, "\(compared.label) has too many events to be compared")
        }
        scope = Array(repeating: nil, count: partitions.count)
        if request.isUnfiltered {
            events = UInt64(starts[partitions.count])
            return
        }
        scope = partitions.map { Bitmap(eventCount: UInt64($0.events)) }
        let searcher = try Searcher(
            archive: compared.archive,
            request: SearchRequest(
                query: request.query, from: request.from, to: request.to, exportIDs: [compared.export.id],
                ignoreCase: request.ignoreCase))
        let places = Dictionary(partitions.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { a, _ in a })
        var found = scope
        let result = try searcher.forEachPartition { partition, _, events in
            if let place = places[partition.id] { found[place] = events }
        }
        scope = found
        lost = result.lost
        events = result.hits
    }

    /// Empty sets of events, one a partition.
    func noEvents() -> [Bitmap] { partitions.map { Bitmap(eventCount: UInt64($0.events)) } }

    func isInScope(_ event: Int, partition: Int) -> Bool {
        scope[partition]?.contains(UInt64(event)) ?? true
    }

    /// Where an event lies.
    func place(of ordinal: Int) -> (partition: Int, event: Int) {
        var low = 0
        var high = partitions.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= ordinal { low = middle } else { high = middle - 1 }
        }
        return (low, ordinal - starts[low] + 1)
    }

    func set(_ ordinal: Int, in events: inout [Bitmap]) {
        let place = place(of: ordinal)
        events[place.partition].set(UInt64(place.event))
    }
}
