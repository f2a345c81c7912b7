import Archive
import Events

/// Tells from the catalog alone which partitions can hold a hit.
struct PartitionPruner {
    let archive: Archive
    let request: SearchRequest
    let plan: PlanNode

    enum Verdict {
        case open, outsideWindow
        /// The partition lacks a term that every match holds.
        case noSuchTerm([UInt8])
    }

    func verdict(_ partition: PartitionRecord) -> Verdict {
        if TimeWindow(request).excludes(partition) { return .outsideWindow }
        // The filter holds the terms of selected fields only.
        if partition.allIndexed, let term = missingTerm(of: plan, in: partition) { return .noSuchTerm(term) }
        return .open
    }

    /// A term without which nothing can match and that the partition lacks; nil if something may match.
    private func missingTerm(of node: PlanNode, in partition: PartitionRecord) -> [UInt8]? {
        switch node {
        case .everything, .not: return nil
        case .and(let parts):
            for part in parts { if let term = missingTerm(of: part, in: partition) { return term } }
            return nil
        case .or(let parts): return missingTerm(ofAll: parts) { missingTerm(of: $0, in: partition) }
        case .anywhere(let choice): return missingTerm(of: choice, in: partition)
        case .field(let leaves): return missingTerm(ofAll: leaves) { missingTerm(of: $0.terms, in: partition) }
        }
    }

    /// The first one's term, if all alternatives lack one.
    private func missingTerm<Part>(ofAll parts: [Part], _ missing: (Part) -> [UInt8]?) -> [UInt8]? {
        var first: [UInt8]?
        for part in parts {
            guard let term = missing(part) else { return nil }
            if first == nil { first = term }
        }
        return first
    }

    private func missingTerm(of choice: TermChoice, in partition: PartitionRecord) -> [UInt8]? {
        var first: [UInt8]?
        for terms in choice.alternatives {
            let missing = terms.complete.first { term in
                !archive.mayContain(partition, termHash: term.withUnsafeBytes { TermFilter.hash($0) })
            }
            guard let missing else { return nil }
            if first == nil { first = missing }
        }
        return first
    }
}
