import Archive
import Ingest

/// A value that is much more frequent among the differences than among the other events.
public struct Concentration: Sendable, Equatable {
    public var field: String
    /// The value as JSON.
    public var value: [UInt8]
    /// Differences that have it, of how many.
    public var differences: UInt64
    public var ofDifferences: UInt64
    /// Other events of the side that have it, of how many.
    public var others: UInt64
    public var ofOthers: UInt64

    /// Its share of the differences.
    public var share: Double { Double(differences) / Double(max(1, ofDifferences)) }
    /// Its share of the others.
    public var otherShare: Double { Double(others) / Double(max(1, ofOthers)) }
}

extension ExportComparison {
    /// The values that are over-represented among added events against all of B.
    public func concentrationOfAdded() throws -> [Concentration] { try concentration(sideB, onlyB) }

    /// The values that are over-represented among removed events against all of A.
    public func concentrationOfRemoved() throws -> [Concentration] { try concentration(sideA, onlyA) }

    private static let shown = 8
    /// Values in memory; when there are more, those met once are forgotten. Only candidates are found this way: the
    /// figures come from the columns.
    private static let heldValues = 400_000

    private struct Value: Hashable {
        var field: [UInt8]
        var json: [UInt8]
    }

    private func concentration(_ side: Side, _ events: [Bitmap]) throws -> [Concentration] {
        let total = count(events)
        guard total > 0 else { return [] }
        let values = try frequentValues(side, events, least: max(2, total / 20))
        let others = side.events - total
        let (counts, known) = try countByColumns(side, values, events)
        var found: [Concentration] = []
        for value in values where known.contains(value.field) {
            let number = counts[value] ?? (0, 0)
            let item = Concentration(
                field: String(decoding: value.field, as: UTF8.self), value: value.json, differences: number.inside,
                ofDifferences: total, others: number.outside, ofOthers: others)
            // Twice as frequent as among the others, at least.
            if item.share > 2 * item.otherShare { found.append(item) }
        }
        let ranked = found.sorted { x, y in
            let a = Self.weight(x)
            let b = Self.weight(y)
            if a != b { return a > b }
            if x.field != y.field { return x.field < y.field }
            return x.value.lexicographicallyPrecedes(y.value)
        }
        return Array(ranked.prefix(Self.shown))
    }

    /// How much the value's share says: the difference of the shares, most of all if many events are concerned.
    private static func weight(_ item: Concentration) -> Double { item.share - item.otherShare }

    /// Values that many of the events have. Times and long texts are left out.
    private func frequentValues(
        _ side: Side, _ events: [Bitmap], least: UInt64
    ) throws -> [Value] {
        let work = LineWork(side: side, jobs: request.jobs)
        let parts = try work.map(work.parts(of: events), choice: choice) { part, reader, canonicalizer in
            var counts: [Value: UInt64] = [:]
            try reader.forEachLine(part.first...part.last, of: events[part.partition]) { _, line in
                for leaf in canonicalizer.leaves(of: line)
                where leaf.json.count <= 128 && leaf.hasValue && !Self.isTime(leaf.name) {
                    counts[Value(field: leaf.name, json: leaf.json), default: 0] += 1
                }
                if counts.count > Self.heldValues { counts = counts.filter { $0.value > 1 } }
            }
            return counts
        }
        var all: [Value: UInt64] = [:]
        for part in parts { all.merge(part) { $0 + $1 } }
        return all.filter { $0.value >= least }.map(\.key)
    }

    private static func isTime(_ name: [UInt8]) -> Bool {
        name.elementsEqual("@timestamp".utf8) || name.elementsEqual("timestamp".utf8)
    }

    /// How many of the events, and how many of the others, have the values; fields without a column in some partition
    /// are not known.
    private func countByColumns(
        _ side: Side, _ values: [Value], _ events: [Bitmap]
    ) throws -> (counts: [Value: (inside: UInt64, outside: UInt64)], known: Set<[UInt8]>) {
        var counts: [Value: (inside: UInt64, outside: UInt64)] = [:]
        var unknown: Set<[UInt8]> = []
        let byField = Dictionary(grouping: values, by: \.field)
        for (number, partition) in side.partitions.enumerated() {
            let reader = try side.archive.open(partition)
            for (name, wanted) in byField {
                guard let field = try reader.field(named: String(decoding: name, as: UTF8.self)), field.events > 0
                else { continue }
                guard field.storage == .dictionary, !field.objects else {
                    unknown.insert(name)
                    continue
                }
                try count(wanted, of: field, reader, number, side, events[number], into: &counts)
            }
        }
        return (counts, Set(byField.keys).subtracting(unknown))
    }

    private func count(
        _ wanted: [Value], of field: PartitionField, _ reader: PartitionReader, _ partition: Int, _ side: Side,
        _ events: Bitmap, into counts: inout [Value: (inside: UInt64, outside: UInt64)]
    ) throws {
        let texts = Dictionary(wanted.map { ($0.json, $0) }, uniquingKeysWith: { a, _ in a })
        var byCode: [UInt32: Value] = [:]
        try reader.forEachEntry(of: field) { code, entry in
            if let value = texts[Array(entry)] { byCode[code] = value }
        }
        if byCode.isEmpty { return }
        for chunk in 0..<reader.seriesChunks {
            guard let cells = try reader.cells(of: field, chunk: chunk) else { continue }
            let first = chunk * PartitionFormat.seriesChunk + 1
            for (i, code) in cells.enumerated() where code > 1 {
                guard let value = byCode[code], side.isInScope(first + i, partition: partition) else { continue }
                if events.contains(UInt64(first + i)) {
                    counts[value, default: (0, 0)].inside += 1
                } else {
                    counts[value, default: (0, 0)].outside += 1
                }
            }
        }
    }
}
