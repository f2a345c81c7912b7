import Archive

/// Finds the events that hold what a test asks of the terms.
final class TermSearch {
    /// More terms than this hardly narrow any further.
    private static let termsRead = 6
    /// Fragments of one alternative that are looked for; a walk over all terms costs the same for one and for a few.
    private static let fragmentsRead = 4
    /// A beginning of so many bytes is looked up instead of walking over all terms.
    private static let lookedUp = 2
    /// Terms that are walked over in the time that a block takes to be decompressed (250 KB at 1 GB/s; 40 ns a term).
    private static let termsPerBlock: UInt64 = 6_000

    private let partition: PartitionRecord
    private let reader: PartitionReader
    private let explanation: ExplanationBuilder
    /// Shares out walks over all terms.
    private let crew: WorkerCrew
    private var scanned: [LiteralTerms.Fragment: MatchRange] = [:]

    private var count: UInt64 { UInt64(reader.events) }

    init(
        partition: PartitionRecord, reader: PartitionReader, explanation: ExplanationBuilder, crew: WorkerCrew
    ) {
        self.partition = partition
        self.reader = reader
        self.explanation = explanation
        self.crew = crew
    }

    /// False: in no event stands all that an alternative needs. Cheap: rows are not read.
    func mayOccur(_ choice: TermChoice) throws -> Bool {
        let index = try reader.terms()
        for terms in choice.alternatives {
            var isMissing = false
            for term in terms.complete where !isMissing {
                isMissing = try term.withUnsafeBytes { try index.lookup($0) } == nil
            }
            if !isMissing { return true }
        }
        return false
    }

    /// The events in which the test can pass, and those in which it certainly does; nil if terms say nothing.
    func events(_ choice: TermChoice) throws -> MatchRange? {
        if choice.saysNothing { return nil }
        var alternatives: [(terms: LiteralTerms, fragments: [LiteralTerms.Fragment], events: MatchRange)] = []
        for terms in choice.alternatives {
            if terms.complete.isEmpty {
                alternatives.append((terms, Self.fragments(terms), .unknown(count)))
            } else if let events = try intersection(terms) {
                let isWorthIt = isWorthAWalk(events)
                alternatives.append((terms, isWorthIt ? Self.fragments(terms) : [], events))
            }
        }
        try scan(alternatives.flatMap(\.fragments))
        var result: MatchRange?
        for alternative in alternatives {
            let events = narrowed(alternative.events, by: alternative.fragments, alternative.terms)
            if result == nil { result = events } else { result?.formOr(events) }
        }
        return result ?? .none(count)
    }

    /// The events that also hold the fragments.
    private func narrowed(
        _ events: MatchRange, by fragments: [LiteralTerms.Fragment], _ terms: LiteralTerms
    ) -> MatchRange {
        let found = fragments.compactMap { scanned[$0] }
        guard var result = found.first else { return events }
        for other in found.dropFirst() { result.formAnd(other) }
        if !terms.complete.isEmpty { result.formAnd(events) }
        return terms.decides ? result : result.doubtful
    }

    /// Whether reading the lines of the events that are left costs more than a walk over all terms.
    private func isWorthAWalk(_ events: MatchRange) -> Bool {
        let blocks = min(events.open.count, UInt64(partition.blocks))
        return blocks > 0 && blocks * Self.termsPerBlock > 2 * UInt64(partition.terms)
    }

    // MARK: Complete terms

    private func intersection(_ terms: LiteralTerms) throws -> MatchRange? {
        let index = try reader.terms()
        var rated: [(term: [UInt8], count: UInt64)] = []
        for term in terms.complete {
            let estimate = try term.withUnsafeBytes { try index.estimatedCount(of: $0) }
            explanation.used(term: term, documents: estimate)
            if estimate == 0 { return nil }
            rated.append((term, estimate))
        }
        rated.sort { $0.count < $1.count }
        var result: Bitmap?
        for (term, estimate) in rated.prefix(Self.termsRead) {
            // A term of nearly every event narrows nothing.
            if result != nil, estimate > count / 2 { break }
            var rows = Bitmap(eventCount: count)
            try term.withUnsafeBytes { _ = try index.addRows(of: $0, to: &rows) }
            if let known = result { rows.formAnd(known) }
            result = rows
            if rows.isEmpty { break }
        }
        guard let result else { return .unknown(count) }
        return terms.decides ? MatchRange(exactly: result) : .atMost(result)
    }

    // MARK: Fragments

    /// The fragments of a literal that are looked for: beginnings alone if that spares a walk, else the longest.
    private static func fragments(_ terms: LiteralTerms) -> [LiteralTerms.Fragment] {
        let starts = terms.fragments.filter { $0.place == .start && $0.bytes.count >= lookedUp }
        let chosen = starts.isEmpty ? terms.fragments : starts
        return Array(chosen.sorted { $0.length > $1.length }.prefix(fragmentsRead))
    }

    private func scan(_ fragments: [LiteralTerms.Fragment]) throws {
        var walked: [LiteralTerms.Fragment] = []
        for fragment in fragments where scanned[fragment] == nil && !walked.contains(fragment) {
            if fragment.place == .start, fragment.bytes.count >= Self.lookedUp {
                scanned[fragment] = try prefixed(fragment)
            } else {
                walked.append(fragment)
            }
        }
        while !walked.isEmpty {
            try walk(Array(walked.prefix(FragmentScan.limit)))
            walked.removeFirst(min(walked.count, FragmentScan.limit))
        }
    }

    /// The events with a term that begins with the fragment.
    private func prefixed(_ fragment: LiteralTerms.Fragment) throws -> MatchRange {
        let index = try reader.terms()
        let needle = TermNeedle(fragment)
        var result = MatchRange.none(count)
        var terms: UInt64 = 0
        try fragment.bytes.withUnsafeBytes { prefix in
            try index.forEachTerm(prefix: prefix) { entry in
                // What follows a gap may lie beyond a cut.
                let isLong = entry.term.count >= IndexTerm.maybeCut
                guard fragment.further.isEmpty || isLong || needle.isHeld(by: entry.term) else { return true }
                terms += 1
                let isCertain = fragment.further.isEmpty || !isLong
                try result.add(entry.doclist, isCertain: isCertain && !IndexTerm.looksLikeAddress(entry.term))
                return true
            }
        }
        explanation.scanned(fragment: fragment, terms: terms, documents: result.upper.count)
        return result
    }

    private func walk(_ fragments: [LiteralTerms.Fragment]) throws {
        let runs = try reader.terms().pageRuns(pieces: crew.width == 1 ? 1 : 4 * crew.width)
        let cutWords = try reader.cutWords()
        let scans = crew.workers.map { _ in
            PartialScan(FragmentScan(fragments, count: count, cutWords: cutWords))
        }
        let places = Dictionary(
            uniqueKeysWithValues: crew.workers.enumerated().map { ($1.number, $0) })
        try crew.share(runs.count) { worker, number in
            let index = try worker.pool.reader(of: partition).terms()
            try places[worker.number].map { try scans[$0].value.scan(runs[number], of: index) }
        }
        var all = scans[0].value
        for scan in scans.dropFirst() { all.merge(scan.value) }
        for (number, fragment) in fragments.enumerated() {
            let events = all.events(number)
            explanation.scanned(fragment: fragment, terms: all.terms[number], documents: events.upper.count)
            scanned[fragment] = events
        }
    }
}

/// What one worker has found so far.
private final class PartialScan {
    var value: FragmentScan

    init(_ value: FragmentScan) {
        self.value = value
    }
}
