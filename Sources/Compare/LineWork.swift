import Archive
import Ingest

/// Reads chosen events' lines on several threads, a part of a partition at a time.
struct LineWork {
    /// Events of a partition that one thread takes at a time: few enough that no thread waits long for the last one.
    struct Part: Sendable {
        var partition: Int
        var first: Int
        var last: Int
    }

    let side: Side
    let jobs: Int

    /// All parts of the side, in order; those without a chosen event are left out.
    func parts(of events: [Bitmap?]) -> [Part] {
        var parts: [Part] = []
        for (number, partition) in side.partitions.enumerated() {
            var first = 1
            while first <= partition.events {
                let last = min(first + PartitionFormat.seriesChunk - 1, partition.events)
                let isWanted = events[number]?.next(after: UInt64(first - 1)).map { $0 <= UInt64(last) } ?? true
                if isWanted { parts.append(Part(partition: number, first: first, last: last)) }
                first = last + 1
            }
        }
        return parts
    }

    /// Calls `body` for each part; its results come back in the parts' order.
    ///
    /// - Parameter body: gets the part, a reader of its partition, and the thread's canonicalizer.
    func map<Result: Sendable>(
        _ parts: [Part], choice: FieldChoice,
        _ body: @escaping @Sendable (Part, PartitionReader, EventCanonicalizer) throws -> Result
    ) throws -> [Result] {
        let results = Results<Result>(count: parts.count)
        let archive = side.archive
        let partitions = side.partitions
        try LargeStack.run(threads: min(jobs, parts.count)) { _ in
            let canonicalizer = EventCanonicalizer(choice)
            var open: (partition: Int, reader: PartitionReader)?
            while let number = results.next() {
                let part = parts[number]
                let reader: PartitionReader
                if let open, open.partition == part.partition {
                    reader = open.reader
                } else {
                    reader = try archive.open(partitions[part.partition])
                    open = (part.partition, reader)
                }
                results.set(number, try body(part, reader, canonicalizer))
            }
        }
        return results.all()
    }

    /// Work that is handed out, and what came of it. Safe to share: guarded by a mutex.
    private final class Results<Result: Sendable>: @unchecked Sendable {
        private let mutex = Mutex()
        private var results: [Result?]
        private var taken = 0

        init(count: Int) {
            results = Array(repeating: nil, count: count)
        }

        func next() -> Int? {
            mutex.withLock {
                guard taken < results.count else { return nil }
                taken += 1
                return taken - 1
            }
        }

        func set(_ number: Int, _ result: Result) {
            mutex.withLock { results[number] = result }
        }

        func all() -> [Result] {
            mutex.withLock { results.compactMap { $0 } }
        }
    }
}

extension PartitionReader {
    /// Calls `body` with the chosen events of a range and their lines, in order.
    ///
    /// - Throws: `ArchiveError.damaged`: a comparison with lines missing would be wrong.
    func forEachLine(
        _ range: ClosedRange<Int>, of events: Bitmap?, _ body: (Int, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let lines = OrderedLines(self) { event in events?.contains(UInt64(event)) ?? true }
        var event = range.lowerBound
        while true {
            if let events {
                guard let next = events.next(after: UInt64(event - 1)), next <= UInt64(range.upperBound) else { return }
                event = Int(next)
            }
            if event > range.upperBound { return }
            try lines.withLine(event, through: range.upperBound) { try body(event, $0) }
            event += 1
        }
    }
}

extension LineWork {
    /// The identities of all events in scope over the chosen fields, in a temporary file.
    func computeIdentities(_ choice: FieldChoice, folder: String) throws -> ComputedIdentities {
        let file = try SpillFile(folder: folder)
        let scope = side.scope
        let chunks = try map(parts(of: scope), choice: choice) { part, reader, canonicalizer in
            var bytes = [UInt8](repeating: 0, count: (part.last - part.first + 1) * 16)
            try reader.forEachLine(part.first...part.last, of: scope[part.partition]) { event, line in
                let print = canonicalizer.fingerprint(of: line)
                let at = (event - part.first) * 16
                bytes.withUnsafeMutableBytes { room in
                    room.storeBytes(of: print.high.bigEndian, toByteOffset: at, as: UInt64.self)
                    room.storeBytes(of: print.low.bigEndian, toByteOffset: at + 8, as: UInt64.self)
                }
            }
            return ComputedIdentities.Chunk(
                partition: part.partition, firstEvent: part.first, events: part.last - part.first + 1,
                at: try bytes.withUnsafeBytes { try file.append($0) })
        }
        return ComputedIdentities(file: file, chunks: chunks)
    }

    /// The identities of some events over the chosen fields, in ascending order of ordinals.
    ///
    /// - Parameter needsEvery: leave events out that lack a value in one of these fields.
    func identities(of events: [Bitmap], _ choice: FieldChoice, needsEvery: [[UInt8]] = []) throws -> [Identity] {
        let starts = side.starts
        return try map(parts(of: events), choice: choice) { part, reader, canonicalizer in
            var found: [Identity] = []
            try reader.forEachLine(part.first...part.last, of: events[part.partition]) { event, line in
                if !needsEvery.isEmpty {
                    let leaves = canonicalizer.leaves(of: line)
                    for name in needsEvery where !leaves.contains(where: { $0.name == name && $0.hasValue }) { return }
                }
                let print = canonicalizer.fingerprint(of: line)
                found.append(
                    Identity(
                        high: print.high, low: print.low,
                        ordinal: UInt32(truncatingIfNeeded: starts[part.partition] + event - 1),
                        partition: UInt32(truncatingIfNeeded: part.partition)))
            }
            return found
        }.flatMap { $0 }
    }
}
