import Archive

/// A few open partitions, the least recently used ones closed first: each holds caches of up to some 30 MB.
final class ReaderPool {
    private static let limit = 4

    private let archive: Archive
    private var open: [(id: Int64, reader: PartitionReader)] = []

    init(_ archive: Archive) {
        self.archive = archive
    }

    func reader(of partition: PartitionRecord) throws -> PartitionReader {
        if let place = open.firstIndex(where: { $0.id == partition.id }) {
            let entry = open.remove(at: place)
            open.append(entry)
            return entry.reader
        }
        let reader = try archive.open(partition)
        if open.count == Self.limit { open.removeFirst() }
        open.append((partition.id, reader))
        return reader
    }

    func close() {
        open.removeAll()
    }
}
