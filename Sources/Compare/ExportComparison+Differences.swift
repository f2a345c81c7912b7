import Archive
import Ingest

extension ExportComparison {
    /// Differences handed out at a time.
    private static let windowEvents: UInt64 = 500_000

    /// Calls `body` with each difference after `run`: removed events by line, then changed ones by A's line, then added
    /// ones by line.
    public func forEachDifference(_ body: (Difference) throws -> Void) throws {
        try forEachEvent(of: sideA, onlyA) { try body(.removed($0)) }
        let readerA = EventReader(sideA, choice)
        let readerB = EventReader(sideB, choice)
        var found: [(a: ComparedEvent, b: ComparedEvent, probably: Bool)] = []
        for pair in pairs { found.append((try readerA.event(pair.a), try readerB.event(pair.b), pair.probably)) }
        found.sort { ($0.a.line, $0.b.line) < ($1.a.line, $1.b.line) }
        for (x, y, probably) in found { try body(.changed(x, y, probably: probably)) }
        try forEachEvent(of: sideB, onlyB) { try body(.added($0)) }
    }

    /// The events of a side that are left over, by line. Lines are taken in stretches, so that memory stays bounded.
    func forEachEvent(of side: Side, _ events: [Bitmap], _ body: (ComparedEvent) throws -> Void) throws {
        let total = count(events)
        if total == 0 { return }
        let stretches = (total + Self.windowEvents - 1) / Self.windowEvents
        let span = side.export.lines / stretches + 1
        for stretch in 0..<stretches {
            let lines = stretch * span + 1...(stretch + 1) * span
            var found: [ComparedEvent] = []
            for (number, partition) in side.partitions.enumerated() where !events[number].isEmpty {
                if partition.firstLine > lines.upperBound || partition.lastLine < lines.lowerBound { continue }
                let reader = try side.archive.open(partition)
                for event in events[number].ascending {
                    let line = try reader.line(of: Int(event))
                    if line < lines.lowerBound { continue }
                    if line > lines.upperBound { break }
                    found.append(
                        ComparedEvent(
                            line: line, time: try reader.value(.time, event: Int(event)), partition: number,
                            event: Int(event)))
                }
            }
            found.sort { $0.line < $1.line }
            for event in found { try body(event) }
        }
    }

    /// A reader of lines for the differences handed out.
    public func lines() -> DifferenceLines {
        DifferenceLines(EventReader(sideA, choice), EventReader(sideB, choice))
    }
}

/// Reads the lines of differences.
public final class DifferenceLines {
    private let a: EventReader
    private let b: EventReader

    init(_ a: EventReader, _ b: EventReader) {
        self.a = a
        self.b = b
    }

    /// The bytes of an event of A, without its line feed.
    public func ofA(_ event: ComparedEvent) throws -> [UInt8] {
        try a.withLine(event.partition, event.event) { Array($0) }
    }

    /// The bytes of an event of B, without its line feed.
    public func ofB(_ event: ComparedEvent) throws -> [UInt8] {
        try b.withLine(event.partition, event.event) { Array($0) }
    }

    /// The fields that differ between an event of A and one of B, of those that count.
    public func changes(_ old: ComparedEvent, _ new: ComparedEvent) throws -> [FieldChange] {
        FieldChange.between(
            try a.leaves(partition: old.partition, event: old.event),
            try b.leaves(partition: new.partition, event: new.event))
    }
}
