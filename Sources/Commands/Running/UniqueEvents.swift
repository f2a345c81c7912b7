import Archive
import Compare
import Search

/// `--unique`: of equal events the first counts.
struct UniqueEvents {
    /// The request, narrowed to first copies.
    let request: SearchRequest
    /// Events that could not be judged.
    private let lost: [LostEvents]

    /// - Parameter isWanted: without it the request stays as it is.
    init(_ prepared: PreparedQuery, isWanted: Bool) throws {
        guard isWanted else {
            request = prepared.request
            lost = []
            return
        }
        var matching: [Int64: Bitmap] = [:]
        let result = try Searcher(archive: prepared.archive, request: prepared.request).forEachPartition {
            partition, _, events in matching[partition.id] = events
        }
        let copies = Copies(
            archive: prepared.archive, partitions: prepared.archive.partitions, events: matching)
        var narrowed = prepared.request
        narrowed.only = try copies.firstOnes().events
        request = narrowed
        lost = result.lost
    }

    /// What was lost while the first copies were looked for, and afterwards.
    func allLost(_ later: [LostEvents]) -> [LostEvents] {
        lost + later.filter { !lost.contains($0) }
    }
}
