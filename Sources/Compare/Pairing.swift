import Archive
import Ingest

/// Two events by their ordinals.
struct EventPair: Sendable {
    var a: Int
    var b: Int
    var probably: Bool
}

/// Finds among the events that are left over those that are two states of one.
struct Pairing {
    /// Beyond so many events on a side no pairs are looked for.
    static let limit: UInt64 = 2_000_000
    /// Events of one time and side among which likeness is looked for.
    private static let groupLimit = 64

    let a: Side
    let b: Side
    let jobs: Int
    let choice: FieldChoice

    init(_ a: Side, _ b: Side, jobs: Int, choice: FieldChoice) {
        self.a = a
        self.b = b
        self.jobs = jobs
        self.choice = choice
    }

    // MARK: by key

    /// The fields to pair by; nil for none.
    func key(_ wanted: KeyChoice, _ onlyA: [Bitmap], _ onlyB: [Bitmap]) throws -> [String]? {
        switch wanted {
        case .none: return nil
        case .fields(let fields): return fields
        case .automatic:
            for field in CompareRequest.uniqueIDs where choice.counts(name: field) {
                if try isUnique(field, a), try isUnique(field, b), try isUnique(field, a, onlyA),
                    try isUnique(field, b, onlyB)
                {
                    return [field]
                }
            }
            return nil
        }
    }

    /// Every event has a value, and no column says that values repeat. A column that only tells who has a value was
    /// made so because its values hardly repeat.
    private func isUnique(_ name: String, _ side: Side) throws -> Bool {
        if side.partitions.isEmpty { return false }
        for partition in side.partitions {
            guard let field = try side.archive.open(partition).field(named: name), field.events == partition.events
            else { return false }
            switch field.storage {
            case .dictionary: if field.entries < field.events { return false }
            case .presence: break
            case .lines: return false
            }
        }
        return true
    }

    private func isUnique(_ name: String, _ side: Side, _ events: [Bitmap]) throws -> Bool {
        let all = try LineWork(side: side, jobs: jobs).identities(
            of: events, FieldChoice(kept: [name]), needsEvery: [Array(name.utf8)])
        let distinct = Set(all.map { [$0.high, $0.low] })
        return distinct.count == all.count
    }

    /// Pairs events of equal key in the order of lines, and takes them out of what is left over.
    func byKey(_ key: [String], _ onlyA: inout [Bitmap], _ onlyB: inout [Bitmap]) throws -> [EventPair] {
        let fields = FieldChoice(kept: key)
        let names = key.map { Array($0.utf8) }
        let left = try LineWork(side: a, jobs: jobs).identities(of: onlyA, fields, needsEvery: names)
        let right = try LineWork(side: b, jobs: jobs).identities(of: onlyB, fields, needsEvery: names)
        var pairs: [EventPair] = []
        var difference = MultisetDifference(a, b)
        try difference.run(left, right) { pairs.append(EventPair(a: $0, b: $1, probably: false)) }
        take(pairs, &onlyA, &onlyB)
        return pairs
    }

    private func take(_ pairs: [EventPair], _ onlyA: inout [Bitmap], _ onlyB: inout [Bitmap]) {
        for pair in pairs {
            let x = a.place(of: pair.a)
            let y = b.place(of: pair.b)
            onlyA[x.partition].clear(UInt64(x.event))
            onlyB[y.partition].clear(UInt64(y.event))
        }
    }

    // MARK: by likeness

    private struct Candidate {
        var ordinal: Int
        var leaves: [EventLeaf]
    }

    /// Events of one time on both sides.
    private struct Group {
        var a: [Int]
        var b: [Int]
    }

    /// Pairs events of the same time all but a few of whose fields are equal: the most alike first, among equally alike
    /// ones in the order of lines.
    func byLikeness(_ onlyA: inout [Bitmap], _ onlyB: inout [Bitmap]) throws -> [EventPair] {
        let groups = groups(try times(a, onlyA), try times(b, onlyB))
        var pairs: [EventPair] = []
        var start = 0
        while start < groups.count {
            // As many groups at a time as their events' fields fit the memory.
            var end = start
            var events = 0
            while end < groups.count, events < Self.eventsAtATime {
                events += groups[end].a.count + groups[end].b.count
                end += 1
            }
            let left = try leaves(a, groups[start..<end].flatMap(\.a))
            let right = try leaves(b, groups[start..<end].flatMap(\.b))
            for group in groups[start..<end] {
                pairs += alike(
                    group.a.map { Candidate(ordinal: $0, leaves: left[$0] ?? []) },
                    group.b.map { Candidate(ordinal: $0, leaves: right[$0] ?? []) })
            }
            start = end
        }
        take(pairs, &onlyA, &onlyB)
        return pairs
    }

    private static let eventsAtATime = 20_000

    private func groups(
        _ left: [(time: Int64, ordinal: Int)], _ right: [(time: Int64, ordinal: Int)]
    ) -> [Group] {
        var groups: [Group] = []
        var i = 0
        var j = 0
        while i < left.count, j < right.count {
            if left[i].time < right[j].time {
                i += 1
            } else if right[j].time < left[i].time {
                j += 1
            } else {
                let time = left[i].time
                let endI = left[i...].firstIndex { $0.time != time } ?? left.count
                let endJ = right[j...].firstIndex { $0.time != time } ?? right.count
                if endI - i <= Self.groupLimit, endJ - j <= Self.groupLimit {
                    groups.append(Group(a: left[i..<endI].map(\.ordinal), b: right[j..<endJ].map(\.ordinal)))
                }
                i = endI
                j = endJ
            }
        }
        return groups
    }

    /// The leaves of some events, read on several threads.
    private func leaves(_ side: Side, _ ordinals: [Int]) throws -> [Int: [EventLeaf]] {
        var events = side.noEvents()
        for ordinal in ordinals { side.set(ordinal, in: &events) }
        let wanted = events
        let starts = side.starts
        let work = LineWork(side: side, jobs: jobs)
        let parts = try work.map(work.parts(of: wanted), choice: choice) { part, reader, canonicalizer in
            var found: [(Int, [EventLeaf])] = []
            try reader.forEachLine(part.first...part.last, of: wanted[part.partition]) { event, line in
                found.append((starts[part.partition] + event - 1, canonicalizer.leaves(of: line)))
            }
            return found
        }
        return Dictionary(parts.flatMap { $0 }, uniquingKeysWith: { a, _ in a })
    }

    /// Dated events with their ordinals, by time.
    private func times(_ side: Side, _ events: [Bitmap]) throws -> [(time: Int64, ordinal: Int)] {
        var found: [(time: Int64, ordinal: Int)] = []
        for (number, partition) in side.partitions.enumerated() where !events[number].isEmpty {
            let reader = try side.archive.open(partition)
            for event in events[number].ascending {
                let time = try reader.value(.time, event: Int(event))
                if time != undatedTime { found.append((time, side.starts[number] + Int(event) - 1)) }
            }
        }
        return found.sorted { ($0.time, $0.ordinal) < ($1.time, $1.ordinal) }
    }

    private func alike(_ left: [Candidate], _ right: [Candidate]) -> [EventPair] {
        var offers: [(distance: Int, a: Int, b: Int)] = []
        for x in left {
            for y in right {
                let changes = FieldChange.between(x.leaves, y.leaves).count
                // A few: at most three, and at most a third of the fields.
                let fields = max(x.leaves.count, y.leaves.count)
                if changes <= 3, changes * 3 <= fields { offers.append((changes, x.ordinal, y.ordinal)) }
            }
        }
        offers.sort { ($0.distance, $0.a, $0.b) < ($1.distance, $1.a, $1.b) }
        var usedA: Set<Int> = []
        var usedB: Set<Int> = []
        var pairs: [EventPair] = []
        for offer in offers where !usedA.contains(offer.a) && !usedB.contains(offer.b) {
            usedA.insert(offer.a)
            usedB.insert(offer.b)
            pairs.append(EventPair(a: offer.a, b: offer.b, probably: true))
        }
        return pairs
    }
}
