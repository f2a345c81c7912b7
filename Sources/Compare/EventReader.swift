import Archive
import Ingest

/// Reads single events of a side; the last block stays in memory.
final class EventReader {
    private let side: Side
    private let canonicalizer: EventCanonicalizer
    private var open: (partition: Int, reader: PartitionReader)?
    private var block: (partition: Int, block: LoadedBlock)?

    init(_ side: Side, _ choice: FieldChoice) {
        self.side = side
        canonicalizer = EventCanonicalizer(choice)
    }

    func leaves(partition: Int, event: Int) throws -> [EventLeaf] {
        try withLine(partition, event) { canonicalizer.leaves(of: $0) }
    }

    func event(_ ordinal: Int) throws -> ComparedEvent {
        let place = side.place(of: ordinal)
        return try event(partition: place.partition, event: place.event)
    }

    func event(partition: Int, event: Int) throws -> ComparedEvent {
        let reader = try reader(partition)
        return ComparedEvent(
            line: try reader.line(of: event), time: try reader.value(.time, event: event), partition: partition,
            event: event)
    }

    func withLine<Result>(
        _ partition: Int, _ event: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        if let block, block.partition == partition, let position = block.block.position(of: event) {
            return try block.block.withLine(at: position, body)
        }
        let reader = try reader(partition)
        let loaded = try reader.load(block: try reader.block(of: event))
        block = (partition, loaded)
        return try loaded.withLine(event, body)
    }

    private func reader(_ partition: Int) throws -> PartitionReader {
        if let open, open.partition == partition { return open.reader }
        let reader = try side.archive.open(side.partitions[partition])
        open = (partition, reader)
        return reader
    }
}
