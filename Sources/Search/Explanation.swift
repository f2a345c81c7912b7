import Archive

/// How a search was done: what was pruned, what was read.
public struct Explanation: Sendable {
    /// Partitions of the exports in scope.
    public var partitions = 0
    /// Left out because their times are outside --from/--to.
    public var prunedByTime = 0
    /// Left out because their term filter lacks a needed term.
    public var prunedByFilter = 0
    /// The first partitions that were left out, and why.
    public var pruned: [PrunedPartition] = []
    /// Opened, but their fields or terms exclude every event.
    public var emptyByIndex = 0
    public var opened = 0
    /// Terms looked up, with the events that hold them (an estimate for terms whose rows were not all read), by term.
    public var terms: [(term: String, documents: UInt64)] = []
    /// Pages of the term indexes read for pieces of words, of all in the partitions in which some were looked for.
    public var pagesRead = 0
    public var pagesInScope = 0
    /// Blocks in which words meet as they must, of all in the partitions in which that was asked, for each spelling.
    public var blocksJoined = 0
    public var blocksOfJoints = 0
    /// Columns read.
    public var columns: [String] = []
    /// Blocks decompressed, of all in the partitions opened.
    public var blocksRead = 0
    public var blocksInScope = 0
    /// Events whose lines were evaluated.
    public var eventsVerified: UInt64 = 0
    /// Seconds by step.
    public var seconds: [(step: String, seconds: Double)] = []
    /// Whether exports in the range of the search are incomplete, or hold lines that are never searched.
    public var completeness: [String] = []
    /// What made the search slower, or must be known to judge its answer.
    public var notes: [String] = []

    /// For people; not yet escaped for a terminal.
    public var lines: [String] {
        var lines = [
            "partitions: \(partitions) in scope, \(prunedByTime) outside the time window, "
                + "\(prunedByFilter) without a needed term, \(opened) opened, \(emptyByIndex) of them excluded by index"
        ]
        lines += pruned.map(\.description)
        let untold = prunedByTime + prunedByFilter - pruned.count
        if untold > 0 && !pruned.isEmpty { lines.append("left out: \(untold) more partitions") }
        for (term, documents) in terms { lines.append("term \(term): \(documents) events") }
        if pagesInScope > 0 {
            lines.append("pages of terms: \(pagesRead) of \(pagesInScope) read for pieces of words")
        }
        if blocksOfJoints > 0 {
            lines.append("blocks with the words side by side: \(blocksJoined) of \(blocksOfJoints) looked at")
        }
        if !columns.isEmpty { lines.append("columns: " + columns.joined(separator: ", ")) }
        lines.append("blocks: \(blocksRead) of \(blocksInScope) read; events verified by line: \(eventsVerified)")
        for (step, seconds) in seconds {
            lines.append("\(step): \(Double((seconds * 10_000).rounded()) / 10) ms")
        }
        lines += completeness.map { "completeness: " + $0 }
        lines += notes.map { "note: " + $0 }
        return lines
    }
}

/// A partition that was not opened.
public struct PrunedPartition: Sendable, CustomStringConvertible {
    public enum Reason: Sendable {
        case outsideWindow
        /// A term that every match holds is in none of its events.
        case lacksTerm(String)
    }

    /// The export's label.
    public var label: String
    /// Its number in the export, from 0.
    public var number: Int
    public var events: Int
    public var reason: Reason

    /// One line.
    public var description: String {
        let why =
            switch reason {
            case .outsideWindow: "outside the time window"
            case .lacksTerm(let term): "lacks the term \(term)"
            }
        return "left out: partition \(number) of \(label) (\(events) events): \(why)"
    }
}

/// Collects an explanation while a search runs, from any of its threads.
///
/// `@unchecked` is safe: everything that changes is touched under the mutex only.
final class ExplanationBuilder: @unchecked Sendable {
    private static let notesKept = 32
    private static let termsKept = 64
    private static let prunedKept = 8

    private let mutex = Mutex()
    private var explanation = Explanation()
    private var termNumbers: [String: Int] = [:]
    private var names: Set<[UInt8]> = []
    private let clock = ContinuousClock()

    var result: Explanation { mutex.withLock { explanation } }

    func update(_ change: (inout Explanation) -> Void) { mutex.withLock { change(&explanation) } }

    func used(term: [UInt8], documents: UInt64) {
        count(String(decoding: term, as: UTF8.self), documents)
    }

    func scanned(fragment: LiteralTerms.Fragment, terms: UInt64, documents: UInt64) {
        let text = ([fragment.bytes] + fragment.further).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: "?")
        switch fragment.place {
        case .start: count(text + "*", documents)
        case .end: count("*" + text, documents)
        case .inside: count("*" + text + "*", documents)
        }
    }

    private func count(_ term: String, _ documents: UInt64) {
        mutex.withLock {
            if let number = termNumbers[term] {
                explanation.terms[number].documents += documents
            } else if explanation.terms.count < Self.termsKept {
                termNumbers[term] = explanation.terms.count
                explanation.terms.append((term, documents))
            }
        }
    }

    func pruned(_ partition: PrunedPartition) {
        update {
            switch partition.reason {
            case .outsideWindow: $0.prunedByTime += 1
            case .lacksTerm: $0.prunedByFilter += 1
            }
            if $0.pruned.count < Self.prunedKept { $0.pruned.append(partition) }
        }
    }

    /// Names of fields that were met in a partition, as bytes.
    var fieldsMet: Set<[UInt8]> { mutex.withLock { names } }

    func met(field: String) {
        mutex.withLock { _ = names.insert(Array(field.utf8)) }
    }

    func used(column: String) {
        update { if !$0.columns.contains(column) { $0.columns.append(column) } }
    }

    func note(_ text: String) {
        update { if $0.notes.count < Self.notesKept, !$0.notes.contains(text) { $0.notes.append(text) } }
    }

    /// Adds the time that `body` takes to a step's. Called by the searching thread only, so that steps add up.
    func timing<Result>(_ step: String, _ body: () throws -> Result) rethrows -> Result {
        let start = clock.now
        defer {
            let parts = start.duration(to: clock.now).components
            add(step, Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
        }
        return try body()
    }

    private func add(_ step: String, _ seconds: Double) {
        update {
            if let known = $0.seconds.firstIndex(where: { $0.step == step }) {
                $0.seconds[known].seconds += seconds
            } else {
                $0.seconds.append((step, seconds))
            }
        }
    }
}
