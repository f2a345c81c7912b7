import Archive
import Events

/// Evaluates a plan over one partition's indexes; reads lines only where that is the cheapest index (`FieldOwnership`).
struct PartitionEvaluator {
    let reader: PartitionReader
    let explanation: ExplanationBuilder
    private let terms: TermSearch
    /// Of the thread that evaluates.
    private let memory: CellMemory
    private var count: UInt64 { UInt64(reader.events) }

    /// Entries of a dictionary that are read and swept in the time of looking up one value's terms.
    private static let entriesALookup = 4_000
    /// The same of entries that are kept as integers.
    private static let integersALookup = 16_000
    /// Values of a field that is mostly numbers are hardly longer.
    private static let bytesOfANumber = 10
    /// Entries of a part of a dictionary, as a rule.
    private static let entriesAPart = 8_000
    /// Opening the term index takes the time of so many such look-ups.
    private static let lookupsOfOpening = 2
    /// Tests whose fragments are looked for in one walk; for each the events are kept until its end.
    private static let leavesAWalk = 40
    /// So few events are rather read than looked up by a walk over all terms.
    private static let ratherRead: UInt64 = 48

    init(partition: PartitionRecord, reader: PartitionReader, explanation: ExplanationBuilder, crew: WorkerCrew) {
        self.reader = reader
        self.explanation = explanation
        memory = crew.workers[0].scratch.cells
        terms = TermSearch(partition: partition, reader: reader, explanation: explanation, crew: crew)
    }

    func evaluate(_ node: PlanNode) -> MatchRange {
        switch node {
        case .everything:
            return .all(count)
        case .and(let parts):
            var result = MatchRange.all(count)
            for part in parts {
                result.formAnd(evaluate(part))
                if result.upper.isEmpty { break }
            }
            return result
        case .or(let parts):
            return evaluate(anyOf: parts)
        case .not(let inner):
            var result = evaluate(inner)
            result.formNot()
            return result
        case .anywhere(let literal):
            return orUnknown("the term index") { try anywhere(literal) }
        case .field(let leaves):
            return orUnknown("the column of \(leaves[0].name)") { try field(leaves) }
        }
    }

    private func evaluate(anyOf parts: [PlanNode]) -> MatchRange {
        var result = MatchRange.none(count)
        for part in parts {
            // Of many words in an OR most stand in no event here; that is told without a set of events.
            if case .anywhere(let choice) = part, reader.allIndexed, !choice.saysNothing,
                (try? terms.mayOccur(choice)) == false
            {
                continue
            }
            result.formOr(evaluate(part))
        }
        return result
    }

    /// A damaged index costs time, not answers: the lines decide then.
    private func orUnknown(_ what: String, _ body: () throws -> MatchRange) -> MatchRange {
        do {
            return try body()
        } catch {
            explanation.note("\(what) of \(reader.path) cannot be read, lines are read instead: \(error)")
            return .unknown(count)
        }
    }

    private func anywhere(_ choice: TermChoice) throws -> MatchRange {
        guard let found = try terms.events(choice) else {
            explanation.note("a literal without a word: lines are read")
            return .unknown(count)
        }
        if reader.allIndexed { return found }
        // The text of the fields that were not selected is only in the lines.
        explanation.note("some fields were not selected (--fields): their text is read from the lines")
        return MatchRange(lower: found.lower, upper: Bitmap(allOf: count))
    }

    // MARK: Fields

    private func field(_ leaves: [FieldLeaf]) throws -> MatchRange {
        let name = leaves[0].name
        let own = try reader.field(named: name)
        if own != nil { explanation.met(field: name) }
        guard let fallback = leaves[0].fallback else {
            guard let own else { return .none(count) }
            return try values(own, leaves)
        }
        let other = try reader.field(named: fallback)
        if other != nil { explanation.met(field: name) }
        guard let own, own.events > 0 || own.objects else {
            guard let other else { return .none(count) }
            return try values(other, leaves)
        }
        // Which events have a value of their own is known from the cells alone, unless objects are among them.
        guard own.storage != .lines, !own.objects else { return .unknown(count) }
        let present = try presence(of: own)
        var result = try values(own, leaves)
        result.restrict(to: present)
        if let other {
            var stood = try values(other, leaves)
            stood.restrict(to: present.complement())
            result.formOr(stood)
        }
        return result
    }

    /// The events in which a value of the field passes one of the tests.
    private func values(_ field: PartitionField, _ leaves: [FieldLeaf]) throws -> MatchRange {
        switch leaves[0].demand {
        case .anyValue, .anyText: return try existence(of: field, leaves[0].demand)
        case .particular: break
        }
        if field.events == 0 { return .none(count) }
        guard field.selected else {
            explanation.note("\(field.name) was not selected (--fields): lines are read")
            return .unknown(count)
        }
        let leaves = try occurring(leaves, field)
        if leaves.isEmpty { return .none(count) }
        switch field.storage {
        case .dictionary:
            explanation.used(column: field.name)
            let (yes, seeLine) = try ColumnScan.scan(
                field, of: reader, verdicts: try verdicts(field, leaves.map(\.test)), memory)
            // Long values are told by their lines alone.
            var result = try inLines(field, leaves, among: seeLine)
            result.formOr(MatchRange(exactly: yes))
            return result
        case .presence:
            explanation.used(column: field.name + " (presence)")
            return try inLines(field, leaves, among: try presence(of: field))
        case .lines:
            explanation.note("\(field.name) has no column: lines are read")
            return try inLines(field, leaves, among: Bitmap(allOf: count))
        }
    }

    /// Those of the tests whose terms stand in some event. All are rather looked for in the dictionary if that is small, or
    /// they are many.
    private func occurring(_ leaves: [FieldLeaf], _ field: PartitionField) throws -> [FieldLeaf] {
        var swept = field.entries
        if reader.knowsEntryRanges, leaves.allSatisfy({ $0.test.entryRanges != nil }) {
            swept = min(swept, leaves.count * Self.entriesAPart)
        }
        var aLookup = Self.entriesALookup
        if reader.keepsNumbers, field.valueBytes <= field.events * Self.bytesOfANumber,
            leaves.allSatisfy({ $0.test.numbers?.kind == .integers })
        {
            aLookup = Self.integersALookup
        }
        switch field.storage {
        case .dictionary where leaves.count + Self.lookupsOfOpening > swept / aLookup: return leaves
        case .dictionary, .presence, .lines:
            return try leaves.filter { try $0.terms.saysNothing || terms.mayOccur($0.terms) }
        }
    }

    /// The values are only in the lines of `candidates`: terms narrow, and may even decide.
    private func inLines(_ field: PartitionField, _ leaves: [FieldLeaf], among candidates: Bitmap) throws -> MatchRange
    {
        let open = candidates.count
        if open == 0 || (open < Self.ratherRead && leaves.contains { $0.terms.needsWalk }) {
            return .atMost(candidates)
        }
        let telling = leaves.filter { !$0.terms.saysNothing }
        var found = telling.count < leaves.count ? MatchRange.atMost(candidates) : .none(count)
        // Many in one, so that the terms are walked over once for them.
        for start in stride(from: 0, to: telling.count, by: Self.leavesAWalk) {
            let some = telling[start..<min(start + Self.leavesAWalk, telling.count)]
            let choice = TermChoice(alternatives: some.flatMap(\.terms.alternatives))
            found.formOr(try terms.events(choice, among: candidates) ?? .atMost(candidates))
        }
        var result = MatchRange.atMost(found.upper)
        result.restrict(to: candidates)
        if FieldRules.isFullText(field.name), !found.lower.isEmpty {
            let deciding = leaves.filter { leaf in leaf.terms.alternatives.contains(where: \.decides) }
            let elsewhere = FieldOwnership(reader: reader, field: field, memory: memory, explanation: explanation)
            let tests = deciding.map(\.test)
            if let events = try elsewhere.eventsElsewhere(tests, sparing: result, found.lower, verdicts) {
                var certain = found.lower
                certain.formAndNot(events)
                certain.formAnd(candidates)
                result.confirm(certain)
            }
        }
        return result
    }

    private func existence(of field: PartitionField, _ demand: FieldLeaf.Demand) throws -> MatchRange {
        let mayBeObject: Bool
        switch demand {
        case .anyValue: mayBeObject = field.objects
        case .anyText, .particular: mayBeObject = false
        }
        if field.events == 0, !mayBeObject { return .none(count) }
        if field.events == reader.events { return .all(count) }
        if field.events == 0 || field.storage == .lines { return .unknown(count) }
        explanation.used(column: field.name + " (presence)")
        let present = try presence(of: field)
        return mayBeObject ? MatchRange(lower: present, upper: Bitmap(allOf: count)) : MatchRange(exactly: present)
    }

    private func presence(of field: PartitionField) throws -> Bitmap {
        let verdicts = Verdicts(entries: .yes, seeLine: .yes, count: try codeCount(field))
        return try ColumnScan.scan(field, of: reader, verdicts: verdicts, memory).yes
    }

    private func codeCount(_ field: PartitionField) throws -> Int {
        guard field.entries >= 0, field.entries <= reader.events else {
            throw ArchiveError(.damaged, "impossible dictionary of \(field.name)", path: reader.path)
        }
        return field.entries + 2
    }

    /// Runs the tests once for each distinct entry; one must pass.
    private func verdicts(_ field: PartitionField, _ tests: [CompiledTest]) throws -> Verdicts {
        var verdicts = Verdicts(entries: .no, seeLine: .seeLine, count: try codeCount(field))
        let list = TestList(tests)
        try reader.forEachPart(of: field, within: list.ranges, in: memory, as: list.numbers?.kind) { part in
            guard Int(part.firstCode) + part.entries <= verdicts.count else {
                throw ArchiveError(.damaged, "impossible dictionary of \(field.name)", path: reader.path)
            }
            if let numbers = part.numbers, let sought = list.numbers {
                try verdicts.withTable { try list.mark(numbers, sought, in: $0, as: $1) }
            } else {
                try list.forEachPassing(of: part) { verdicts.pass($0) }
            }
        }
        return verdicts
    }
}
