import Archive
import Events
import QueryLanguage

/// Runs one search over an archive.
///
///     let searcher = try Searcher(archive: archive, request: SearchRequest(query: query))
///     let answer = try searcher.count()
///
/// Indexes narrow, lines decide: what columns and terms cannot prove is verified on the event's own bytes. Used by one
/// thread at a time; inside, a fixed number of threads share the work. Memory stays below 256 MB for any query.
public final class Searcher {
    let archive: Archive
    let request: SearchRequest
    let plan: PlanNode
    let explanationBuilder = ExplanationBuilder()
    let losses: LossLog
    let crew: WorkerCrew
    /// Partitions of the exports in scope, before pruning.
    let scope: [PartitionRecord]
    let exportsInScope: [ExportRecord]
    let exportsByID: [Int64: ExportRecord]
    private(set) var candidates: [PartitionRecord] = []
    /// What all candidates were found to hold.
    private var allMatches: [Bitmap?]?

    /// More threads than this would not fit the memory that a query may take.
    private static let widest = 8
    /// Partitions kept open, by all threads together.
    private static let readersKept = 16
    /// Partitions, and events in them, whose matches are found at a time: bitmaps of 32 MB.
    private static let batch = (partitions: 256, events: 64 << 20)

    /// The searching thread's own files.
    var pool: ReaderPool { crew.workers[0].pool }

    /// - Throws: `UnsupportedQuery`.
    public init(archive: Archive, request: SearchRequest) throws {
        self.archive = archive
        self.request = request
        losses = LossLog(archive)
        let width = min(max(1, request.threads), Self.widest)
        let copies = request.query.isSmall ? width : 1
        var tests: [(query: CompiledQuery, plan: PlanNode)] = []
        for _ in 0..<copies {
            let context = TestContext(request.query, ignoreCase: request.ignoreCase, shares: copies)
            tests.append((try CompiledQuery(request.query, context), try PlanNode(request.query, context)))
        }
        plan = tests[0].plan
        ThreadMemory.prepare()
        crew = WorkerCrew(
            (0..<width).map { number in
                let test = tests[number % copies]
                return SearchWorker(
                    number: number, archive: archive, query: test.query, plan: test.plan,
                    readers: Self.readersKept / width)
            })
        exportsInScope = archive.exports.filter { request.exportIDs?.contains($0.id) ?? true }
        let exportsByID = Dictionary(exportsInScope.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.exportsByID = exportsByID
        scope = archive.partitions.filter {
            exportsByID[$0.exportID] != nil && $0.events > 0 && request.includes($0)
        }
        prune()
        tellCompleteness()
    }

    /// How the searches of this object were done so far.
    public var explanation: Explanation { explanationBuilder.result }

    /// Names (as bytes) of the query's fields that some event of the partitions searched so far has.
    public var fieldsMet: Set<[UInt8]> { explanationBuilder.fieldsMet }

    /// Labels of the exports in scope whose content is incomplete or unverified.
    public var partialLabels: [String] { exportsInScope.filter(\.isPartial).map(\.label) }

    /// The number of matching events.
    ///
    /// - Throws: `ArchiveError` for what is not mere damage of data (which is in the result).
    public func count() throws -> CountResult {
        var count: UInt64 = 0
        for batch in batches(of: candidates) {
            for case let events? in try matches(in: batch) { count += events.count }
        }
        return CountResult(count: count, partialLabels: partialLabels, lost: losses.lost)
    }

    /// Calls `body` with the matching events of each partition (as event numbers), for collectors; by export and number.
    public func forEachPartition(_ body: (PartitionRecord, PartitionReader, Bitmap) throws -> Void) throws
        -> SearchResult
    {
        var hits: UInt64 = 0
        for batch in batches(of: candidates) {
            for (partition, events) in zip(batch, try matches(in: batch)) {
                guard let events, !events.isEmpty else { continue }
                hits += events.count
                try guarding(partition) { try body(partition, try pool.reader(of: partition), events) }
            }
        }
        return SearchResult(hits: hits, partialLabels: partialLabels, lost: losses.lost)
    }

    // MARK: Steps

    private func prune() {
        explanationBuilder.timing("prune") {
            let pruner = PartitionPruner(archive: archive, request: request, plan: plan)
            for partition in scope {
                let reason: PrunedPartition.Reason
                switch pruner.verdict(partition) {
                case .open:
                    candidates.append(partition)
                    continue
                case .outsideWindow: reason = .outsideWindow
                case .noSuchTerm(let term): reason = .lacksTerm(String(decoding: term, as: UTF8.self))
                }
                explanationBuilder.pruned(
                    PrunedPartition(
                        label: exportsByID[partition.exportID]?.label ?? "?", number: partition.number,
                        events: partition.events, reason: reason))
            }
        }
        explanationBuilder.update { $0.partitions = scope.count }
    }

    /// Neighbouring partitions whose bitmaps fit the memory.
    func batches(of partitions: [PartitionRecord]) -> [[PartitionRecord]] {
        var batches: [[PartitionRecord]] = []
        var events = 0
        for partition in partitions {
            let isFull = batches.last.map { $0.count >= Self.batch.partitions } ?? true
            if isFull || events + partition.events > Self.batch.events {
                batches.append([])
                events = 0
            }
            batches[batches.count - 1].append(partition)
            events += partition.events
        }
        return batches
    }

    /// What the indexes say of each partition; nil if one cannot be read (which is logged).
    func evaluate(_ partitions: [PartitionRecord]) throws -> [MatchRange?] {
        try explanationBuilder.timing("index") {
            let crews = crew.split(for: partitions.count)
            let leaders = Dictionary(uniqueKeysWithValues: crews.map { ($0.workers[0].number, $0) })
            let found = Places<MatchRange?>(partitions.map { _ in nil })
            try WorkerCrew(crews.map { $0.workers[0] }).share(partitions) { worker, number in
                found[number] = try evaluate(partitions[number], worker, leaders[worker.number] ?? WorkerCrew([worker]))
            }
            return found.values
        }
    }

    private func evaluate(
        _ partition: PartitionRecord, _ worker: SearchWorker, _ crew: WorkerCrew
    ) throws -> MatchRange? {
        try guarding(partition) {
            let reader = try worker.pool.reader(of: partition)
            let window = TimeWindow(request)
            var result = PartitionEvaluator(
                partition: partition, reader: reader, explanation: explanationBuilder, crew: crew
            ).evaluate(worker.plan)
            if !result.upper.isEmpty, !window.includes(partition) {
                result.restrict(to: try window.events(of: reader, allDated: partition.undated == 0))
            }
            if let only = request.only?[partition.id] { result.restrict(to: only) }
            let isEmpty = result.upper.isEmpty
            explanationBuilder.update {
                $0.opened += 1
                $0.blocksInScope += partition.blocks
                if isEmpty { $0.emptyByIndex += 1 }
            }
            return result
        }
    }

    func evaluate(_ partition: PartitionRecord) throws -> MatchRange? { try evaluate([partition])[0] }

    /// The matching events of each partition, verified.
    func matches(in partitions: [PartitionRecord]) throws -> [Bitmap?] {
        let ranges = try evaluate(partitions)
        let open = zip(partitions, ranges).compactMap { partition, range in
            range.map { (partition: partition, events: $0.open) }
        }.filter { !$0.events.isEmpty }
        let passing = try verified(open)
        var results = ranges.map { $0?.lower }
        for (number, partition) in partitions.enumerated() {
            guard let place = open.firstIndex(where: { $0.partition.id == partition.id }) else { continue }
            results[number]?.formOr(passing[place])
        }
        return results
    }

    /// The same, kept for a second pass if all candidates were asked about.
    func matchesOnce(in partitions: [PartitionRecord]) throws -> [Bitmap?] {
        guard partitions.count == candidates.count else { return try matches(in: partitions) }
        if let known = allMatches { return known }
        let found = try matches(in: partitions)
        allMatches = found
        return found
    }

    /// The events of a range, those verified that need it.
    func verify(_ range: MatchRange, in partition: PartitionRecord) throws -> Bitmap {
        let open = range.open
        if open.isEmpty { return range.lower }
        var result = range.lower
        result.formOr(try passing(open, in: partition))
        return result
    }

    /// Those of the events whose lines match the whole query.
    func passing(_ events: Bitmap, in partition: PartitionRecord) throws -> Bitmap {
        try verified([(partition, events)])[0]
    }

    private func verified(_ open: [(partition: PartitionRecord, events: Bitmap)]) throws -> [Bitmap] {
        if open.isEmpty { return [] }
        return try explanationBuilder.timing("verify") {
            try found(among: open) { worker, block, event in
                block.withLine(at: event.position) { worker.verifier.matches($0, isFirstLine: event.isFirstLine) }
            }
        }
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

extension Query {
    /// Whether it costs little to compile it once for each thread.
    fileprivate var isSmall: Bool {
        var left = 256
        return isSmall(&left)
    }

    private func isSmall(_ left: inout Int) -> Bool {
        left -= 1
        if left < 0 { return false }
        switch self {
        case .everything, .anywhere, .field: return true
        case .not(let inner): return inner.isSmall(&left)
        case .and(let parts), .or(let parts): return parts.allSatisfy { $0.isSmall(&left) }
        }
    }
}
