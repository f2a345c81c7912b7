import Archive
import Events

/// Where a search by index and a full scan disagree.
public struct ScanComparison: Sendable {
    /// Events that match by both ways.
    public var agreed: UInt64
    /// Label and line of events that the full scan found and the index did not; the first 100.
    public var missing: [(label: String, line: UInt64)]
    /// Label and line of events that only the index found; the first 100.
    public var extra: [(label: String, line: UInt64)]
    /// Events in either list or beyond its end.
    public var differences: UInt64

    public var isEqual: Bool { differences == 0 }
}

extension Searcher {
    /// Counts by reading every line of the exports in scope, without any index.
    public func fullScanCount() throws -> CountResult {
        var count: UInt64 = 0
        for partition in scope { count += try fullScan(partition)?.count ?? 0 }
        return CountResult(count: count, partialLabels: partialLabels, lost: losses.lost)
    }

    /// Calls `body` with every matching event, found by reading every line, until it returns false.
    public func forEachHitOfFullScan(_ body: (Hit, UnsafeRawBufferPointer) throws -> Bool) throws -> SearchResult {
        var hits: UInt64 = 0
        var isDone = false
        for partition in scope where !isDone {
            guard let events = try fullScan(partition), !events.isEmpty, let export = exportsByID[partition.exportID]
            else { continue }
            try forEachLine(of: events, in: partition) { event, line in
                if isDone { return }
                let reader = try pool.reader(of: partition)
                let number = Int(event)
                let hit = Hit(
                    export: export, line: try reader.line(of: number), event: number, partition: partition,
                    time: try reader.time(of: number))
                hits += 1
                isDone = try !body(hit, line)
            }
        }
        return SearchResult(hits: hits, partialLabels: partialLabels, lost: losses.lost)
    }

    /// Runs the search both ways and compares event by event (`--paranoid`).
    public func compareWithFullScan() throws -> ScanComparison {
        var result = ScanComparison(agreed: 0, missing: [], extra: [], differences: 0)
        let open = Set(candidates.map(\.id))
        for partition in scope {
            guard let scanned = try fullScan(partition) else { continue }
            let none = Bitmap(eventCount: scanned.eventCount)
            let indexed = open.contains(partition.id) ? try matches(in: [partition])[0] ?? none : none
            var both = scanned
            both.formAnd(indexed)
            result.agreed += both.count
            var missing = scanned
            missing.formAndNot(indexed)
            var extra = indexed
            extra.formAndNot(scanned)
            result.differences += missing.count + extra.count
            try append(missing, of: partition, to: &result.missing)
            try append(extra, of: partition, to: &result.extra)
        }
        return result
    }

    private func append(
        _ events: Bitmap, of partition: PartitionRecord, to list: inout [(label: String, line: UInt64)]
    ) throws {
        guard let label = exportsByID[partition.exportID]?.label else { return }
        for event in events.ascending {
            if list.count >= 100 { return }
            list.append((label, try pool.reader(of: partition).line(of: Int(event))))
        }
    }

    private func fullScan(_ partition: PartitionRecord) throws -> Bitmap? {
        try guarding(partition) {
            try explanationBuilder.timing("full scan") {
                let window = TimeWindow(request)
                let all = Bitmap(allOf: UInt64(try pool.reader(of: partition).events))
                return try found(among: [(partition, all)]) { worker, block, event in
                    let verifier = worker.verifier
                    guard
                        block.withLine(
                            at: event.position, { verifier.matchesDecoded($0, isFirstLine: event.isFirstLine) })
                    else {
                        return false
                    }
                    return window.isOpen || window.contains(verifier.eventTime())
                }[0]
            }
        }
    }
}
