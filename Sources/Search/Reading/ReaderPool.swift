import Archive

/// A few open partitions, the least recently used ones closed first: each holds caches of up to some 10 MB.
final class ReaderPool {
    private let archive: Archive
    private let limit: Int
    private var open: [(id: Int64, reader: PartitionReader)] = []

    init(_ archive: Archive, limit: Int = 4) {
        self.archive = archive
        self.limit = max(1, limit)
    }

    func reader(of partition: PartitionRecord) throws -> PartitionReader {
        if let place = open.firstIndex(where: { $0.id == partition.id }) {
            let entry = open.remove(at: place)
            open.append(entry)
            return entry.reader
        }
        let reader = try archive.open(partition)
        if open.count == limit { open.removeFirst() }
        open.append((partition.id, reader))
        return reader
    }

    func isOpen(_ partition: PartitionRecord) -> Bool { open.contains { $0.id == partition.id } }

    func close() {
        open.removeAll()
    }
}
