import Archive
import Events
import Rendering
import Search

/// Events chosen by a seed, each read back, proven to its export's Merkle root, and timed.
struct EventSample {
    let context: ReportContext
    let seed: UInt64
    private(set) var events: [QuotedEvent] = []
    /// Milliseconds that it took to read and prove each.
    private(set) var milliseconds: [Double] = []
    /// Events among which was chosen.
    private(set) var among: UInt64 = 0

    var allProven: Bool { events.allSatisfy(\.isProven) }

    /// - Parameter count: events wanted; fewer if there are not so many.
    init(_ context: ReportContext, _ request: SearchRequest, count: Int, seed: UInt64) throws {
        self.context = context
        self.seed = seed
        var sets: [(partition: PartitionRecord, events: Bitmap)] = []
        let result = try Searcher(archive: context.archive, request: request).forEachPartition { partition, _, events in
            sets.append((partition, events))
        }
        try context.check(result.lost)
        among = result.hits
        try read(choose(count), of: sets)
    }

    /// Ranks among the matching events, ascending.
    private func choose(_ count: Int) -> [UInt64] {
        guard among > 0 else { return [] }
        if UInt64(count) >= among { return Array(0..<among) }
        var random = SeededNumbers(seed)
        var ranks: Set<UInt64> = []
        while ranks.count < count { ranks.insert(random.next(below: among)) }
        return ranks.sorted()
    }

    private mutating func read(_ ranks: [UInt64], of sets: [(partition: PartitionRecord, events: Bitmap)]) throws {
        let prover = LineProver(archive: context.archive)
        var before: UInt64 = 0
        var next = ranks[...]
        for (partition, events) in sets {
            let count = events.count
            var rank = before
            var event = events.next(after: 0)
            while let wanted = next.first, wanted < before + count {
                while rank < wanted, let present = event {
                    event = events.next(after: present)
                    rank += 1
                }
                if let event { try read(Int(event), of: partition, prover) }
                next = next.dropFirst()
            }
            before += count
        }
    }

    private mutating func read(_ event: Int, of partition: PartitionRecord, _ prover: LineProver) throws {
        guard let export = context.archive.export(id: partition.exportID) else { return }
        let started = SystemClock.monotonicSeconds()
        let reader = try context.archive.open(partition)
        let line = try reader.line(of: event)
        let time = try reader.time(of: event)
        let proof = try prover.proof(of: line, in: export, tool: context.tool)
        milliseconds.append(((SystemClock.monotonicSeconds() - started) * 10_000).rounded() / 10)
        events.append(
            QuotedEvent(
                citation: "\(export.label):\(line)", time: time.map(context.times.text), bytes: proof?.bytes ?? [],
                isProven: proof.map { $0.problem() == nil } ?? false))
    }
}

/// SplitMix64: the same seed gives the same numbers everywhere. Source: Steele, Lea and Flood, OOPSLA 2014.
struct SeededNumbers {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform: the few numbers that would favour some values are thrown away.
    mutating func next(below limit: UInt64) -> UInt64 {
        let excess = (UInt64.max % limit &+ 1) % limit
        while true {
            let number = next()
            if number <= UInt64.max - excess { return number % limit }
        }
    }
}
