import Archive
import Events
import Ingest
import Rendering

/// Says what became of each source, and what came of all. Sources finish one after the other, on several threads.
///
/// `@unchecked` is safe: the totals are only touched under the mutex, or when all threads have ended.
final class IngestReport: @unchecked Sendable {
    private let mutex = Mutex()
    private let sources: Int
    private let archive: String
    /// What was said before the work, if it was.
    private let estimate: IngestEstimate?
    private let started = SystemClock.monotonicSeconds()
    private var ingested: [IngestSummary] = []
    private var known = 0
    private var failed = 0

    init(sources: Int, archive: String, estimate: IngestEstimate?) {
        self.sources = sources
        self.archive = archive
        self.estimate = estimate
    }

    func add(_ source: IngestSource, _ outcome: IngestOutcome) {
        mutex.withLock {
            switch outcome {
            case .ingested(let summary):
                ingested.append(summary)
                StandardError.write(SummaryText.of(summary) + damage(summary))
            case .alreadyIn(let label, let message):
                known += 1
                StandardError.writeLine(
                    "\(source.name): already in the archive as \(label)" + (message.map { "; " + $0 } ?? ""))
            case .failed(let message):
                failed += 1
                let name = source.name
                StandardError.writeLine("coldtrail: " + (message.contains(name) ? message : "\(name): \(message)"))
            }
        }
    }

    /// Where decoding stopped and what is unverified, from the catalog.
    private func damage(_ summary: IngestSummary) -> String {
        guard let detail = summary.damage else { return "" }
        let kind = summary.isPartial ? "partial" : "damaged"
        let record = (try? Archive(path: archive))?.exports.first { $0.digest == summary.digest }
        return "  \(kind): \(record.map(PartialText.reason) ?? detail)\n"
    }

    /// - Throws: the status: 2 if a source could not be read, 1 if rejects or damage were kept.
    func finish() throws {
        if sources > 1 { StandardError.writeLine(total()) }
        if let estimate, !ingested.isEmpty {
            StandardError.writeLine(
                ForecastText.outcome(
                    estimate, events: ingested.reduce(0) { $0 + $1.events },
                    seconds: SystemClock.monotonicSeconds() - started, memory: PeakMemory.bytes,
                    archiveBytes: ingested.reduce(0) { $0 + $1.archiveBytes }))
        }
        if failed > 0 { throw ExitStatus.cannot }
        if ingested.contains(where: { $0.rejects > 0 || $0.damage != nil }) { throw ExitStatus.no }
    }

    private func total() -> String {
        func sum(_ value: (IngestSummary) -> UInt64) -> Int { ingested.reduce(0) { $0 + Int(clamping: value($1)) } }
        let seconds = SystemClock.monotonicSeconds() - started
        let events = sum(\.events)
        var parts = [
            HumanText.counted(ingested.count, "export") + " ingested",
            HumanText.counted(events, "event"), HumanText.counted(sum(\.rejects), "reject"),
            SummaryText.sizes(source: sum(\.sourceBytes), archive: sum(\.archiveBytes)),
            "\(HumanText.duration(seconds)), \(HumanText.rate(Double(events) / max(seconds, 0.001), "events"))",
        ]
        if known > 0 { parts.append("\(known) already in") }
        if failed > 0 { parts.append("\(failed) could not be read") }
        return "total: " + parts.joined(separator: "; ")
    }
}

/// The summary of one ingested export.
enum SummaryText {
    static func of(_ summary: IngestSummary) -> String {
        let lines = Int(clamping: summary.lines)
        var counts = [HumanText.counted(Int(clamping: summary.events), "event")]
        for (count, name) in [(summary.rejects, "reject"), (summary.blanks, "blank line")] where count > 0 {
            counts.append(HumanText.counted(Int(clamping: count), name))
        }
        if summary.undated > 0 { counts.append("\(HumanText.grouped(Int(clamping: summary.undated))) undated") }
        var text = "\(summary.label): \(counts.joined(separator: ", ")) in \(HumanText.counted(lines, "line"))\n"
        if let first = summary.minTime, let last = summary.maxTime {
            let times = [first, last].map { Instant(microseconds: $0).formatted() }
            text += "  from \(times[0]) to \(times[1]) (UTC)\n"
        }
        text += "  \(sizes(source: Int(clamping: summary.sourceBytes), archive: Int(clamping: summary.archiveBytes)))"
        text += " in \(HumanText.counted(summary.partitions, "partition"))\n"
        text += "  \(HumanText.duration(summary.seconds)), "
        text += HumanText.rate(Double(summary.events) / max(summary.seconds, 0.001), "events")
        text += ", \(HumanText.byteRate(Double(summary.sourceBytes) / max(summary.seconds, 0.001))) read\n"
        if summary.rejects > 0 {
            text += "  rejects are kept: `coldtrail rejects \(summary.label)` shows them\n"
        }
        if let completed = summary.completed {
            text += "  completes the partial export \(completed) and takes its place\n"
        }
        if let message = summary.message { text += "  \(message)\n" }
        return text
    }

    static func sizes(source: Int, archive: Int) -> String {
        let share = source > 0 ? " (\(HumanText.fixed(Double(archive) / Double(source)))×)" : ""
        return "\(HumanText.bytes(source)) read, \(HumanText.bytes(archive)) in the archive\(share)"
    }
}

extension HumanText {
    /// Two decimals.
    static func fixed(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
