import Archive
import Ingest

/// Reads single events of a side; the blocks of the last one's span stay in memory.
final class EventReader {
    private let side: Side
    private let canonicalizer: EventCanonicalizer
    private var open: (partition: Int, reader: PartitionReader)?
    /// Neighbours may stand in any block of their span.
    private var loaded: (partition: Int, span: ClosedRange<Int>, blocks: [LoadedBlock]) = (-1, 0...0, [])

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
        if loaded.partition == partition {
            for block in loaded.blocks {
                if let position = block.position(of: event) { return try block.withLine(at: position, body) }
            }
        }
        let reader = try reader(partition)
        let number = try reader.block(of: event)
        let span = try reader.blocks()[number].span
        if loaded.partition != partition || loaded.span != span { loaded = (partition, span, []) }
        let block = try reader.load(block: number)
        loaded.blocks.append(block)
        return try block.withLine(event, body)
    }

    private func reader(_ partition: Int) throws -> PartitionReader {
        if let open, open.partition == partition { return open.reader }
        let reader = try side.archive.open(side.partitions[partition])
        open = (partition, reader)
        return reader
    }
}
