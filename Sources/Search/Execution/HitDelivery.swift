import Archive
import Events

/// Reads the lines of hits that are already in order and hands them out.
///
/// Lines are fetched for some thousand hits at a time, partition by partition and block by block, and kept until their
/// turn comes.
final class HitDelivery {
    private static let batch = 2_048
    /// Bytes of lines kept; hits beyond are read one by one.
    private static let memory = 32 << 20

    private let searcher: Searcher
    private let body: (Hit, UnsafeRawBufferPointer) throws -> Bool
    private var waiting: [HitKey] = []
    private(set) var delivered: UInt64 = 0
    /// No more hits are wanted.
    private(set) var isDone = false
    private let limit: UInt64

    init(_ searcher: Searcher, limit: Int?, _ body: @escaping (Hit, UnsafeRawBufferPointer) throws -> Bool) {
        self.searcher = searcher
        self.body = body
        self.limit = limit.map { UInt64(clamping: $0) } ?? .max
        isDone = self.limit == 0
    }

    func add(_ key: HitKey) throws {
        if isDone { return }
        waiting.append(key)
        if waiting.count == Self.batch { try flush() }
    }

    func flush() throws {
        defer { waiting.removeAll(keepingCapacity: true) }
        if isDone || waiting.isEmpty { return }
        let fetched = try fetch()
        for (place, key) in waiting.enumerated() {
            if isDone { return }
            switch fetched.places[place] {
            case .lost: break
            case .kept(let range):
                try fetched.bytes.withUnsafeBytes { try deliver(key, UnsafeRawBufferPointer(rebasing: $0[range])) }
            case .unread:
                let events = only([UInt64(key.event)], in: partition(of: key))
                try searcher.forEachLine(of: events, in: partition(of: key)) { try deliver(key, $1) }
            }
        }
    }

    private enum Place {
        case lost, unread
        case kept(Range<Int>)
    }

    private func fetch() throws -> (bytes: [UInt8], places: [Place]) {
        var bytes: [UInt8] = []
        var places = [Place](repeating: .lost, count: waiting.count)
        let groups = Dictionary(grouping: waiting.indices) { waiting[$0].partition }
        for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
            guard let first = group.first else { continue }
            let partition = partition(of: waiting[first])
            let byEvent = Dictionary(group.map { (waiting[$0].event, $0) }, uniquingKeysWith: { first, _ in first })
            let events = only(group.map { UInt64(waiting[$0].event) }, in: partition)
            try searcher.forEachLine(of: events, in: partition) { event, line in
                guard let place = byEvent[UInt32(event)] else { return }
                if bytes.count + line.count > Self.memory {
                    places[place] = .unread
                    return
                }
                places[place] = .kept(bytes.count..<bytes.count + line.count)
                bytes.append(contentsOf: line)
            }
        }
        return (bytes, places)
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
        let time = try searcher.pool.reader(of: partition).time(of: Int(key.event))
        let hit = Hit(export: export, line: key.line, event: Int(key.event), partition: partition, time: time)
        delivered += 1
        let goOn = try body(hit, line)
        if !goOn || delivered >= limit { isDone = true }
    }
}
