import Archive

/// Finds the events that hold what a test asks of the terms.
final class TermSearch {
    /// More terms than this hardly narrow any further.
    private static let termsRead = 6
    /// Fragments of one alternative that are looked for; a walk over the terms costs about the same for one and for a few.
    private static let fragmentsRead = 4
    /// Terms that begin alike between two counts of their events.
    private static let termsBetweenCounts: UInt64 = 64
    /// Terms that are walked over in the time that a block takes to be decompressed (250 KB at 1 GB/s; 40 ns a term).
    private static let termsPerBlock: UInt64 = 6_000
    /// Blocks whose joints are read in the time that a block takes to be decompressed.
    private static let jointsABlock = 64

    private let partition: PartitionRecord
    private let reader: PartitionReader
    private let explanation: ExplanationBuilder
    /// Shares out walks over the terms.
    private let crew: WorkerCrew
    private var scanned: [LiteralTerms.Fragment: MatchRange] = [:]
    /// Beginnings of terms that were given up.
    private var tooCommon: Set<LiteralTerms.Fragment> = []
    private var jointTable: JointTable?

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
    ///
    /// What can be looked up comes first; a walk over all terms follows only if it costs less than the lines that are left.
    ///
    /// - Parameter candidates: the only events that count: of few the lines are rather read; nil: all.
    func events(_ choice: TermChoice, among candidates: Bitmap? = nil) throws -> MatchRange? {
        if choice.saysNothing { return nil }
        // A list of words may be long: what is known of them is kept in one.
        var result = MatchRange.none(count)
        var open: [Alternative] = []
        for terms in choice.alternatives {
            guard let alternative = try lookedUp(terms, among: candidates) else { continue }
            if alternative.walked.isEmpty { result.formOr(alternative.events) } else { open.append(alternative) }
        }
        if open.isEmpty { return result }
        try walk(for: open, sparing: result.upper, among: candidates)
        for alternative in open { result.formOr(try narrowed(alternative, among: candidates)) }
        return result
    }

    /// What one alternative asks for, and what is known of it.
    private struct Alternative {
        let terms: LiteralTerms
        /// By what could be looked up; not certain unless that is all.
        var events: MatchRange
        /// What only a walk over the terms finds.
        var walked: [LiteralTerms.Fragment]
        /// Nothing could be looked up.
        var needsWalk: Bool
    }

    /// Nil if no event has all of the alternative's terms.
    private func lookedUp(_ terms: LiteralTerms, among candidates: Bitmap?) throws -> Alternative? {
        var events = MatchRange.unknown(count)
        if !terms.complete.isEmpty {
            guard let found = try intersection(terms) else { return nil }
            events = found
        }
        let longestFirst = terms.fragments.sorted { $0.length > $1.length }
        var beginnings = Array(longestFirst.filter(\.isLookedUp).prefix(Self.fragmentsRead))
        var walked = Array(longestFirst.filter { !$0.isLookedUp }.prefix(Self.fragmentsRead))
        if !terms.complete.isEmpty {
            if !isWorthAWalk(events.open, over: Double(partition.terms)) { beginnings = [] }
            if !isWorthAWalk(events.open, over: try walkedTerms(walked)) { walked = [] }
            if beginnings.isEmpty, walked.isEmpty {
                return Alternative(
                    terms: terms, events: try joined(events, terms, among: candidates), walked: [], needsWalk: false)
            }
        }
        for (number, fragment) in beginnings.enumerated() {
            // One that narrows nothing is read to its end only if it answers alone.
            let found = try prefixed(fragment, mayGiveUp: !terms.decides)
            if terms.complete.isEmpty, number == 0 { events = found } else { events.formAnd(found) }
            if events.upper.isEmpty { return nil }
        }
        let needsWalk = terms.complete.isEmpty && beginnings.isEmpty
        if !needsWalk { events = try joined(events, terms, among: candidates) }
        return Alternative(
            terms: terms, events: terms.decides ? events : events.doubtful, walked: walked, needsWalk: needsWalk)
    }

    /// Those of the events in whose blocks the words meet as they must.
    private func joined(
        _ events: MatchRange, _ terms: LiteralTerms, among candidates: Bitmap?
    ) throws -> MatchRange {
        if terms.joints.isEmpty { return events }
        var open = events.upper
        if let candidates { open.formAnd(candidates) }
        guard isWorthJoints(open) else { return events }
        let table = try jointTable ?? reader.joints()
        jointTable = table
        guard let table else { return events }
        var result = events
        let held = table.blocks(holding: terms.joints)
        result.restrict(to: try reader.events(open, inBlocks: held))
        explanation.update {
            $0.blocksJoined += held.reduce(0) { $0 + ($1 ? 1 : 0) }
            $0.blocksOfJoints += held.count
        }
        return result
    }

    /// Whether reading the blocks of the events may cost more than the table of joints: 1 KiB a block.
    private func isWorthJoints(_ events: Bitmap) -> Bool {
        jointTable != nil || events.count > UInt64(partition.blocks / Self.jointsABlock)
    }

    /// The events that also hold what the walk found.
    private func narrowed(_ alternative: Alternative, among candidates: Bitmap?) throws -> MatchRange {
        let found = alternative.walked.compactMap { scanned[$0] }
        guard var result = found.first else { return alternative.events }
        for other in found.dropFirst() { result.formAnd(other) }
        if alternative.needsWalk {
            result = try joined(result, alternative.terms, among: candidates)
        } else {
            result.formAnd(alternative.events)
        }
        return alternative.terms.decides ? result : result.doubtful
    }

    /// About how many terms a walk for the fragments passes.
    private func walkedTerms(_ fragments: [LiteralTerms.Fragment]) throws -> Double {
        guard !fragments.isEmpty, let pairs = try reader.termPairs(), pairs.count > 0 else {
            return Double(partition.terms)
        }
        let pages = pairs.count(holdingAnyOf: fragments.map(\.pairs))
        return Double(partition.terms) * Double(pages) / Double(pairs.count)
    }

    /// Whether reading the lines of the events costs more than a walk over so many terms.
    private func isWorthAWalk(_ open: Bitmap, over terms: Double) -> Bool {
        guard partition.blocks > 0, !open.isEmpty else { return false }
        let blocks = Double(min(open.count, UInt64(partition.blocks)))
        let quarters = blocks * Double(partition.rawBytes) / Double(partition.blocks) / Double(256 << 10)
        return quarters * Double(Self.termsPerBlock) > 2 * terms
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

    /// Looks for what lookups left open, for all alternatives in one walk.
    ///
    /// - Parameter settled: events whose lines are read anyhow.
    private func walk(for alternatives: [Alternative], sparing settled: Bitmap, among candidates: Bitmap?) throws {
        var saved = Bitmap(eventCount: count)
        for alternative in alternatives where !alternative.needsWalk { saved.formOr(alternative.events.open) }
        saved.formAndNot(settled)
        if let candidates { saved.formAnd(candidates) }
        // What is looked for besides costs the pages that are not read anyhow.
        let needed = alternatives.filter(\.needsWalk).flatMap(\.walked)
        let all = try walkedTerms(alternatives.flatMap(\.walked))
        let further = try needed.isEmpty ? all : all - walkedTerms(needed)
        let areAllWorthIt = isWorthAWalk(saved, over: further)
        var wanted: [LiteralTerms.Fragment] = []
        for alternative in alternatives where areAllWorthIt || alternative.needsWalk {
            for fragment in alternative.walked where scanned[fragment] == nil && !wanted.contains(fragment) {
                wanted.append(fragment)
            }
        }
        while !wanted.isEmpty {
            try walk(Array(wanted.prefix(FragmentScan.limit)))
            wanted.removeFirst(min(wanted.count, FragmentScan.limit))
        }
    }

    /// The events with a term that begins with the fragment.
    ///
    /// - Parameter mayGiveUp: where more than half of all events have one, nothing is said.
    private func prefixed(_ fragment: LiteralTerms.Fragment, mayGiveUp: Bool) throws -> MatchRange {
        if let known = scanned[fragment] { return known }
        if mayGiveUp, tooCommon.contains(fragment) { return .unknown(count) }
        let index = try reader.terms()
        let needle = TermNeedle(fragment)
        var result = MatchRange.none(count)
        var terms: UInt64 = 0
        var isTooCommon = false
        try fragment.bytes.withUnsafeBytes { prefix in
            try index.forEachTerm(prefix: prefix) { entry in
                // What follows a gap may lie beyond a cut.
                let isLong = entry.term.count >= IndexTerm.maybeCut
                guard fragment.further.isEmpty || isLong || needle.isHeld(by: entry.term) else { return true }
                terms += 1
                let isCertain = fragment.further.isEmpty || !isLong
                try result.add(entry.doclist, isCertain: isCertain && !IndexTerm.looksLikeAddress(entry.term))
                isTooCommon = mayGiveUp && terms % Self.termsBetweenCounts == 1 && result.upper.count > count / 2
                return !isTooCommon
            }
        }
        if isTooCommon {
            tooCommon.insert(fragment)
            explanation.note(
                "more than half of the events have a word that begins with \(String(decoding: fragment.bytes, as: UTF8.self))"
            )
            return .unknown(count)
        }
        explanation.scanned(fragment: fragment, terms: terms, documents: result.upper.count)
        scanned[fragment] = result
        return result
    }

    private func walk(_ fragments: [LiteralTerms.Fragment]) throws {
        let pairs = try reader.termPairs()
        let index = try reader.terms()
        let runs = index.pageRuns(
            pieces: crew.width == 1 ? 1 : 4 * crew.width, pairs: pairs, holdingAnyOf: fragments.map(\.pairs))
        explanation.update {
            $0.pagesRead += runs.reduce(0) { $0 + $1.count }
            $0.pagesInScope += index.pageCount
        }
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
