import Archive
import Events

/// Times of single lines, for what is shown around an event.
final class EventTimes {
    /// Open files; neighbours are in the same few partitions.
    private static let readersKept = 8

    private let archive: Archive
    private var readers: [Int64: PartitionReader] = [:]

    init(archive: Archive) {
        self.archive = archive
    }

    /// Nil if the line is no event or is undated.
    func time(of line: UInt64, in export: ExportRecord) throws -> Instant? {
        for partition in archive.partitions(of: export)
        where partition.events > 0 && partition.firstLine <= line && line <= partition.lastLine {
            let reader = try reader(of: partition)
            if let event = try reader.event(line: line) { return try reader.time(of: event) }
        }
        return nil
    }

    private func reader(of partition: PartitionRecord) throws -> PartitionReader {
        if let known = readers[partition.id] { return known }
        if readers.count >= Self.readersKept { readers = [:] }
        let reader = try archive.open(partition)
        readers[partition.id] = reader
        return reader
    }
}
