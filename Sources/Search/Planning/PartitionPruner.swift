import Archive
import Events

/// Tells from the catalog alone which partitions can hold a hit.
struct PartitionPruner {
    let archive: Archive
    let request: SearchRequest
    let plan: PlanNode

    enum Verdict {
        case open, outsideWindow, noSuchTerm
    }

    func verdict(_ partition: PartitionRecord) -> Verdict {
        if TimeWindow(request).excludes(partition) { return .outsideWindow }
        // The filter holds the terms of selected fields only.
        if partition.allIndexed, !canMatch(plan, partition) { return .noSuchTerm }
        return .open
    }

    private func canMatch(_ node: PlanNode, _ partition: PartitionRecord) -> Bool {
        switch node {
        case .everything, .not: true
        case .and(let parts): parts.allSatisfy { canMatch($0, partition) }
        case .or(let parts): parts.contains { canMatch($0, partition) }
        case .anywhere(let terms): hasAll(terms, partition)
        case .field(let leaf): hasAll(leaf.terms, partition)
        }
    }

    private func hasAll(_ terms: LiteralTerms, _ partition: PartitionRecord) -> Bool {
        terms.complete.allSatisfy { term in
            archive.mayContain(partition, termHash: term.withUnsafeBytes { TermFilter.hash($0) })
        }
    }
}
