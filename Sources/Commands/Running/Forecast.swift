import Archive
import Ingest
import Rendering

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What an ingest will cost, said before the work; and the refusal if the disk cannot hold it.
struct Forecast {
    /// Smaller inputs are done before an estimate would be read.
    private static let worthwhile: UInt64 = 16 << 20
    /// How many times larger than a file its archive may become; only where a disk has less room is a small input
    /// looked at.
    private static let largestRatio: UInt64 = 4

    let archive: String
    let options: IngestOptions

    /// Prints the estimate, and what the disk says to it; refuses nothing.
    func show(_ sources: [IngestSource]) {
        let space = DiskReserve.space(at: archive)
        guard let estimate = estimate(sources) else { return }
        StandardError.write(ForecastText.of(estimate, options, space))
        if let space, estimate.diskBytes > space.usable { Notes.warn(ForecastText.refusal(estimate, space)) }
    }

    /// Prints the estimate if the input is large, or large for the disk.
    ///
    /// - Returns: nil if the input is small, or nothing can be told.
    /// - Throws: `ArchiveError.diskFull` if the archive will not fit; with `--force` that is a warning.
    func check(_ sources: [IngestSource]) throws -> IngestEstimate? {
        let space = DiskReserve.space(at: archive)
        let bytes = IngestEstimator.bytes(of: sources)
        let isTight = space.map { bytes > $0.usable / Self.largestRatio } ?? false
        guard bytes >= Self.worthwhile || isTight, let estimate = estimate(sources) else { return nil }
        if estimate.sourceBytes >= Self.worthwhile { StandardError.write(ForecastText.of(estimate, options, space)) }
        if let space, estimate.diskBytes > space.usable {
            guard options.force else {
                throw ArchiveError(
                    .diskFull, ForecastText.names(sources) + ForecastText.refusal(estimate, space), path: archive,
                    remedy: "free disk space, name another place with --archive, or try it with --force; nothing was "
                        + "written")
            }
            Notes.warn(ForecastText.refusal(estimate, space))
        }
        return estimate.sourceBytes >= Self.worthwhile ? estimate : nil
    }

    /// Files of the size of an archived export are taken to be it: reading them to be sure is the ingest's work.
    private func estimate(_ sources: [IngestSource]) -> IngestEstimate? {
        let exports = (try? Archive(path: archive))?.exports ?? []
        let sizes = options.rebuild ? [] : Set(exports.map(\.sourceBytes))
        return IngestEstimator.estimate(sources, options: options, present: exports.count) { _, bytes in
            sizes.contains(bytes)
        }
    }
}

/// Estimates in words.
enum ForecastText {
    static func of(_ estimate: IngestEstimate, _ options: IngestOptions, _ space: DiskReserve.Space?) -> String {
        var text =
            "estimate: \(about(estimate.events)) events, \(bytes(estimate.contentBytes)) of lines, from the first "
        text += "lines of \(HumanText.counted(estimate.sources, "file"))\n"
        text +=
            "  time \(HumanText.duration(rounded(estimate.seconds))) with \(HumanText.counted(options.jobs, "worker"))"
        text += ", memory \(bytes(estimate.memoryBytes))\n  disk \(bytes(estimate.archiveBytes))"
        if estimate.temporaryBytes > 0 { text += ", for a time \(bytes(estimate.temporaryBytes)) more" }
        if let space { text += "; \(bytes(space.free)) are free" }
        return text + "\n"
    }

    static func refusal(_ estimate: IngestEstimate, _ space: DiskReserve.Space) -> String {
        "the archive will take about \(bytes(estimate.diskBytes)), but \(bytes(space.free)) are free, of which "
            + "\(bytes(space.reserve)) are kept in reserve"
    }

    /// What is refused, if it is one file.
    static func names(_ sources: [IngestSource]) -> String {
        sources.count == 1 ? "\(sources[0].name): " : ""
    }

    /// The real figures beside the estimated ones.
    static func outcome(
        _ estimate: IngestEstimate, events: UInt64, seconds: Double, memory: UInt64?, archiveBytes: UInt64
    ) -> String {
        func pair(_ name: String, _ estimated: String, _ real: String) -> String {
            "\(name) \(estimated) → \(real)"
        }
        var parts = [
            pair("events", about(estimate.events), HumanText.grouped(Int(clamping: events))),
            pair("time", HumanText.duration(rounded(estimate.seconds)), HumanText.duration(seconds)),
        ]
        if let memory { parts.append(pair("memory", bytes(estimate.memoryBytes), bytes(memory))) }
        parts.append(pair("disk", bytes(estimate.archiveBytes), bytes(archiveBytes)))
        return "estimated → real: " + parts.joined(separator: "; ")
    }

    /// Two significant digits: an estimate that shows more says more than it knows.
    static func about(_ count: UInt64) -> String {
        HumanText.grouped(Int(rounded(Double(count))))
    }

    private static func bytes(_ count: UInt64) -> String { HumanText.bytes(Int(clamping: count)) }

    private static func rounded(_ value: Double) -> Double {
        guard value >= 0.01, value < 1e15 else { return value }
        var unit = 1.0
        while value / unit >= 100 { unit *= 10 }
        while value / unit < 10 { unit /= 10 }
        return (value / unit).rounded() * unit
    }
}
