import Archive

/// How a search was done: what was pruned, what was read.
public struct Explanation: Sendable {
    /// Partitions of the exports in scope.
    public var partitions = 0
    /// Left out because their times are outside --from/--to.
    public var prunedByTime = 0
    /// Left out because their term filter lacks a needed term.
    public var prunedByFilter = 0
    /// Opened, but their fields or terms exclude every event.
    public var emptyByIndex = 0
    public var opened = 0
    /// Terms looked up, with the events that hold them (an estimate for terms whose rows were not all read), by term.
    public var terms: [(term: String, documents: UInt64)] = []
    /// Columns read.
    public var columns: [String] = []
    /// Blocks decompressed, of all in the partitions opened.
    public var blocksRead = 0
    public var blocksInScope = 0
    /// Events whose lines were evaluated.
    public var eventsVerified: UInt64 = 0
    /// Seconds by step.
    public var seconds: [(step: String, seconds: Double)] = []
    /// What made the search slower, or must be known to judge its answer.
    public var notes: [String] = []

    /// For people; not yet escaped for a terminal.
    public var lines: [String] {
        var lines = [
            "partitions: \(partitions) in scope, \(prunedByTime) outside the time window, "
                + "\(prunedByFilter) without a needed term, \(opened) opened, \(emptyByIndex) of them excluded by index"
        ]
        for (term, documents) in terms { lines.append("term \(term): \(documents) events") }
        if !columns.isEmpty { lines.append("columns: " + columns.joined(separator: ", ")) }
        lines.append("blocks: \(blocksRead) of \(blocksInScope) read; events verified by line: \(eventsVerified)")
        for (step, seconds) in seconds {
            lines.append("\(step): \(Double((seconds * 10_000).rounded()) / 10) ms")
        }
        lines += notes.map { "note: " + $0 }
        return lines
    }
}

/// Collects an explanation while a search runs.
final class ExplanationBuilder {
    private static let notesKept = 32
    private static let termsKept = 64

    private(set) var result = Explanation()
    private var termNumbers: [String: Int] = [:]
    private let clock = ContinuousClock()

    func update(_ change: (inout Explanation) -> Void) { change(&result) }

    func used(term: [UInt8], documents: UInt64) {
        count(String(decoding: term, as: UTF8.self), documents)
    }

    func scanned(fragment: LiteralTerms.Fragment, terms: UInt64, documents: UInt64) {
        let text = String(decoding: fragment.bytes, as: UTF8.self)
        switch fragment.place {
        case .start: count(text + "*", documents)
        case .end: count("*" + text, documents)
        case .inside: count("*" + text + "*", documents)
        }
    }

    private func count(_ term: String, _ documents: UInt64) {
        if let number = termNumbers[term] {
            result.terms[number].documents += documents
        } else if result.terms.count < Self.termsKept {
            termNumbers[term] = result.terms.count
            result.terms.append((term, documents))
        }
    }

    func used(column: String) {
        if !result.columns.contains(column) { result.columns.append(column) }
    }

    func note(_ text: String) {
        if result.notes.count < Self.notesKept, !result.notes.contains(text) { result.notes.append(text) }
    }

    /// Adds the time that `body` takes to a step's.
    func timing<Result>(_ step: String, _ body: () throws -> Result) rethrows -> Result {
        let start = clock.now
        defer {
            let parts = start.duration(to: clock.now).components
            add(step, Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
        }
        return try body()
    }

    private func add(_ step: String, _ seconds: Double) {
        if let known = result.seconds.firstIndex(where: { $0.step == step }) {
            result.seconds[known].seconds += seconds
        } else {
            result.seconds.append((step, seconds))
        }
    }
}
