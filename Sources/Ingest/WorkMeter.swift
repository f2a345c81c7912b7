import Archive

/// How an ingest's work is divided, in shares of the processor time that a byte of content takes; they add up to 1.
///
/// Measured on exports of several kinds (docs/decisions.md). Only the progress display and the estimate use them.
enum WorkShares {
    /// Inflating, hashing, validating.
    static let reading = 0.26
    /// Indexing and compressing chunks.
    static let encoding = 0.58
    /// Merging chunks into a partition.
    static let merging = 0.13
    /// Syncing a partition and taking its digest.
    static let sealing = 0.03

    static var upToEncoding: Double { reading + encoding }
}

/// Counts what has been done of one export. Its partitions are closed while it is read and, some or all, after its last
/// byte; so bytes read are not the measure of the work.
struct ExportWork: Sendable {
    /// Bytes of the file; 0 if unknown.
    var sourceBytes: UInt64 = 0
    var sourceRead: UInt64 = 0
    /// Decompressed bytes that the reader has given out, and those whose lines have gone to their days.
    var contentRead: UInt64 = 0
    var contentRouted: UInt64 = 0
    var events: UInt64 = 0
    /// Bytes of events among the routed ones, and how far they have come.
    var eventBytes: UInt64 = 0
    var encoded: UInt64 = 0
    var merged: UInt64 = 0
    var sealed: UInt64 = 0
    var isDone = false
    /// In the archive already: neither work to do nor work that was done.
    var isSkipped = false

    /// 0...1.
    var share: Double {
        if isDone { return 1 }
        guard sourceBytes > 0, contentRead > 0 else { return 0 }
        let read = min(1, Double(sourceRead) / Double(sourceBytes))
        let routed = read * min(1, Double(contentRouted) / Double(contentRead))
        // Lines that are not events need nothing more.
        func of(_ bytes: UInt64) -> Double {
            eventBytes > 0 ? routed * min(1, Double(bytes) / Double(eventBytes)) : routed
        }
        return WorkShares.reading * routed + WorkShares.encoding * of(encoded) + WorkShares.merging * of(merged)
            + WorkShares.sealing * of(sealed)
    }
}

/// Counts the work of all exports of a run and tells how far it is.
///
/// `@unchecked` is safe: all state is touched under the mutex only.
final class WorkMeter: @unchecked Sendable {
    /// Adds what one export has got done.
    typealias Counter = @Sendable ((inout ExportWork) -> Void) -> Void

    private let mutex = Mutex()
    private var exports: [ExportWork]
    private var highest = 0.0
    private var lastReport = -Double.infinity
    private let isSizeKnown: Bool
    private let interval: Double
    private let report: @Sendable (IngestProgress) -> Void

    /// - Parameters:
    ///   - sizes: bytes of each source; nil if it is no regular file.
    ///   - interval: seconds between two reports.
    ///   - report: called under the meter's mutex, so that reports come in order.
    init(sizes: [UInt64?], interval: Double, report: @escaping @Sendable (IngestProgress) -> Void) {
        exports = sizes.map { ExportWork(sourceBytes: $0 ?? 0) }
        isSizeKnown = !sizes.contains(nil)
        self.interval = interval
        self.report = report
    }

    /// Changes the counts of an export. May be called from any thread.
    func add(_ export: Int, _ change: (inout ExportWork) -> Void) {
        let now = Clock.seconds()
        mutex.withLock {
            change(&exports[export])
            guard now - lastReport >= interval else { return }
            lastReport = now
            report(progress())
        }
    }

    /// An export is in the archive, was in already, or has failed: nothing of it is left to do.
    func finish(_ export: Int, _ outcome: IngestOutcome) {
        add(export) { work in
            work.isDone = true
            work.sourceRead = work.sourceBytes
            switch outcome {
            case .alreadyIn: work.isSkipped = true
            case .ingested, .failed: break
            }
        }
    }

    private func progress() -> IngestProgress {
        let counted = exports.filter { !$0.isSkipped }
        let total = counted.reduce(0) { $0 + $1.sourceBytes }
        var share: Double?
        if isSizeKnown {
            let work = counted.reduce(0.0) { $0 + $1.share * Double($1.sourceBytes) }
            // What is still to come is foreseen from what has come; a better forecast must not turn the bar back.
            highest = min(1, max(highest, total > 0 ? work / Double(total) : 1))
            share = highest
        }
        return IngestProgress(
            sourceBytesDone: counted.reduce(0) { $0 + $1.sourceRead }, sourceBytesTotal: isSizeKnown ? total : nil,
            events: counted.reduce(0) { $0 + $1.events }, contentBytes: counted.reduce(0) { $0 + $1.contentRead },
            share: share)
    }
}
