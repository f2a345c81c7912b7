import Archive
import Events
import QueryLanguage

/// Runs one search over an archive.
///
///     let searcher = try Searcher(archive: archive, request: SearchRequest(query: query))
///     let answer = try searcher.count()
///
/// Indexes narrow, lines decide: what columns and terms cannot prove is verified on the event's own bytes. One thread
/// at a time; memory stays below 256 MB for any query.
public final class Searcher {
    let archive: Archive
    let request: SearchRequest
    let compiled: CompiledQuery
    let plan: PlanNode
    let explanationBuilder = ExplanationBuilder()
    let losses: LossLog
    let verifier: LineVerifier
    let pool: ReaderPool
    /// Partitions of the exports in scope, before pruning.
    let scope: [PartitionRecord]
    let exportsInScope: [ExportRecord]
    let exportsByID: [Int64: ExportRecord]
    private(set) var candidates: [PartitionRecord] = []

    /// - Throws: `UnsupportedQuery`.
    public init(archive: Archive, request: SearchRequest) throws {
        self.archive = archive
        self.request = request
        compiled = try CompiledQuery(request.query, ignoreCase: request.ignoreCase)
        plan = try PlanNode(request.query, ignoreCase: request.ignoreCase)
        losses = LossLog(archive)
        verifier = LineVerifier(compiled)
        pool = ReaderPool(archive)
        exportsInScope = archive.exports.filter { request.exportIDs?.contains($0.id) ?? true }
        let exportsByID = Dictionary(exportsInScope.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.exportsByID = exportsByID
        scope = archive.partitions.filter { exportsByID[$0.exportID] != nil && $0.events > 0 }
        prune()
    }

    /// How the searches of this object were done so far.
    public var explanation: Explanation { explanationBuilder.result }

    /// Labels of the exports in scope whose content is incomplete or unverified.
    public var partialLabels: [String] { exportsInScope.filter(\.isPartial).map(\.label) }

    /// The number of matching events.
    ///
    /// - Throws: `ArchiveError` for what is not mere damage of data (which is in the result).
    public func count() throws -> CountResult {
        var count: UInt64 = 0
        for partition in candidates {
            if let matches = try matches(in: partition) { count += matches.count }
        }
        return CountResult(count: count, partialLabels: partialLabels, lost: losses.lost)
    }

    /// Calls `body` with the matching events of each partition (as event numbers), for collectors; by export and number.
    public func forEachPartition(_ body: (PartitionRecord, PartitionReader, Bitmap) throws -> Void) throws
        -> SearchResult
    {
        var hits: UInt64 = 0
        for partition in candidates {
            guard let events = try matches(in: partition), !events.isEmpty else { continue }
            hits += events.count
            try guarding(partition) { try body(partition, try pool.reader(of: partition), events) }
        }
        return SearchResult(hits: hits, partialLabels: partialLabels, lost: losses.lost)
    }

    // MARK: Steps

    private func prune() {
        explanationBuilder.timing("prune") {
            let pruner = PartitionPruner(archive: archive, request: request, plan: plan)
            for partition in scope {
                let verdict = pruner.verdict(partition)
                explanationBuilder.update {
                    $0.partitions += 1
                    switch verdict {
                    case .open: break
                    case .outsideWindow: $0.prunedByTime += 1
                    case .noSuchTerm: $0.prunedByFilter += 1
                    }
                }
                switch verdict {
                case .open: candidates.append(partition)
                case .outsideWindow, .noSuchTerm: break
                }
            }
        }
        for export in exportsInScope {
            if export.isPartial {
                explanationBuilder.note("\(export.label) is partial: \(export.damage?.detail ?? "")")
            }
            if export.rejects > 0 {
                explanationBuilder.note("\(export.label) has \(export.rejects) rejects, never searched")
            }
        }
    }

    /// What the indexes say; nil if the partition cannot be read (which is logged) or holds nothing.
    func evaluate(_ partition: PartitionRecord) throws -> MatchRange? {
        try guarding(partition) {
            let reader = try explanationBuilder.timing("open") { try pool.reader(of: partition) }
            explanationBuilder.update {
                $0.opened += 1
                $0.blocksInScope += partition.blocks
            }
            return try explanationBuilder.timing("index") {
                let window = TimeWindow(request)
                var result = PartitionEvaluator(reader: reader, explanation: explanationBuilder).evaluate(plan)
                if !result.upper.isEmpty, !window.includes(partition) {
                    result.restrict(to: try window.events(of: reader))
                }
                if result.upper.isEmpty { explanationBuilder.update { $0.emptyByIndex += 1 } }
                return result
            }
        }
    }

    /// The matching events, verified.
    func matches(in partition: PartitionRecord) throws -> Bitmap? {
        guard let range = try evaluate(partition) else { return nil }
        return try verify(range, in: partition)
    }

    func verify(_ range: MatchRange, in partition: PartitionRecord) throws -> Bitmap {
        let open = range.open
        if open.isEmpty { return range.lower }
        var result = range.lower
        result.formOr(try passing(open, in: partition))
        return result
    }

    /// Those of the events whose lines match the whole query.
    func passing(_ events: Bitmap, in partition: PartitionRecord) throws -> Bitmap {
        var passing = Bitmap(eventCount: events.eventCount)
        try guarding(partition) {
            try explanationBuilder.timing("verify") {
                let reader = try pool.reader(of: partition)
                try blocks(of: partition, reader).forEachBlock(of: events) { block in
                    verify(events, in: block, reader, &passing)
                    return true
                }
            }
        }
        return passing
    }

    private func verify(_ events: Bitmap, in block: LoadedBlock, _ reader: PartitionReader, _ passing: inout Bitmap) {
        let last = UInt64(block.firstEvent + block.events - 1)
        var next = events.next(after: UInt64(block.firstEvent - 1))
        var verified: UInt64 = 0
        while let event = next, event <= last {
            let number = Int(event)
            verified += 1
            if block.withLine(number, { verifier.matches($0, isFirstLine: reader.isFirstLine(number)) }) {
                passing.set(event)
            }
            next = events.next(after: event)
        }
        explanationBuilder.update { $0.eventsVerified += verified }
    }

    func blocks(of partition: PartitionRecord, _ reader: PartitionReader) -> BlockReading {
        BlockReading(reader: reader, partition: partition, losses: losses, explanation: explanationBuilder)
    }

    /// Logs damage of a partition instead of failing.
    @discardableResult
    func guarding<Result>(_ partition: PartitionRecord, _ body: () throws -> Result) throws -> Result? {
        do {
            return try body()
        } catch let error as ArchiveError where error.code == .damaged {
            losses.add(partition: partition, reason: error)
            return nil
        }
    }
}
