import Archive
import Events

/// Reads the lines of hits that are already in order and hands them out.
///
/// Lines are fetched for some thousand hits at a time, block by block on all threads, and kept until their turn comes.
final class HitDelivery {
    /// Hits of the first batch, which a person waits for, and of later ones.
    private static let batches = 256...16_384
    /// Bytes of lines kept; hits beyond are read one by one.
    private static let memory = 48 << 20

    private let searcher: Searcher
    private let order: SortOrder
    private let body: (Hit, UnsafeRawBufferPointer) throws -> Bool
    private var waiting: [HitKey] = []
    /// One for each worker. Kept: new memory for each batch takes a fifth of the time.
    private lazy var shelves = searcher.crew.workers.map { _ in Shelf() }
    private var batch = HitDelivery.batches.lowerBound
    private(set) var delivered: UInt64 = 0
    /// No more hits are wanted.
    private(set) var isDone = false
    private let limit: UInt64

    init(
        _ searcher: Searcher, order: SortOrder, limit: Int?,
        _ body: @escaping (Hit, UnsafeRawBufferPointer) throws -> Bool
    ) {
        self.searcher = searcher
        self.order = order
        self.body = body
        self.limit = limit.map { UInt64(clamping: $0) } ?? .max
        isDone = self.limit == 0
    }

    func add(_ key: HitKey) throws {
        if isDone { return }
        waiting.append(key)
        if waiting.count >= batch { try flush() }
    }

    func flush() throws {
        defer { waiting.removeAll(keepingCapacity: true) }
        if isDone || waiting.isEmpty { return }
        batch = min(batch * 4, Self.batches.upperBound)
        let places = try fetch()
        for (place, key) in waiting.enumerated() {
            if isDone { return }
            switch places[place] {
            case .lost: break
            case .kept(let shelf, let range):
                try shelves[shelf].bytes.withUnsafeBytes {
                    try deliver(key, UnsafeRawBufferPointer(rebasing: $0[range]))
                }
            case .unread:
                let events = only([UInt64(key.event)], in: partition(of: key))
                try searcher.forEachLine(of: events, in: partition(of: key)) { try deliver(key, $1) }
            }
        }
    }

    private enum Place {
        case lost, unread
        case kept(shelf: Int, Range<Int>)
    }

    /// The lines that one worker has read.
    private final class Shelf {
        var bytes: [UInt8] = []
    }

    private func fetch() throws -> [Place] {
        let shelves = shelves
        for shelf in shelves { shelf.bytes.removeAll(keepingCapacity: true) }
        let places = Places([Place](repeating: .lost, count: waiting.count))
        let groups = Dictionary(grouping: waiting.indices) { waiting[$0].partition }.sorted { $0.key < $1.key }
            .map(\.value)
        let byEvent = groups.map { group in EventPlaces(group.map { (event: waiting[$0].event, place: $0) }) }
        let sets = groups.map { group in
            let partition = partition(of: waiting[group[0]])
            return (partition: partition, events: only(group.map { UInt64(waiting[$0].event) }, in: partition))
        }
        let room = Self.memory / shelves.count
        try searcher.forEachBlock(of: sets) { worker, run, block in
            let shelf = shelves[worker.number]
            block.forEachEvent(of: sets[run.place].events) { event, position in
                guard let place = byEvent[run.place][UInt32(event)] else { return }
                block.withLine(at: position) { line in
                    let start = shelf.bytes.count
                    if start + line.count > room {
                        places[place] = .unread
                    } else {
                        shelf.bytes.append(contentsOf: line)
                        places[place] = .kept(shelf: worker.number, start..<start + line.count)
                    }
                }
            }
        }
        return places.values
    }

    private func partition(of key: HitKey) -> PartitionRecord { searcher.candidates[Int(key.partition)] }

    private func only(_ events: [UInt64], in partition: PartitionRecord) -> Bitmap {
        var bitmap = Bitmap(eventCount: UInt64(partition.events))
        for event in events { bitmap.set(event) }
        return bitmap
    }

    private func deliver(_ key: HitKey, _ line: UnsafeRawBufferPointer) throws {
        let partition = partition(of: key)
        guard let export = searcher.exportsByID[partition.exportID] else { return }
        let hit = Hit(
            export: export, line: key.line, event: Int(key.event), partition: partition, time: key.instant(order))
        delivered += 1
        let goOn = try body(hit, line)
        if !goOn || delivered >= limit { isDone = true }
    }
}
