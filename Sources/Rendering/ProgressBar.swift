/// A line on standard error that shows how far a long job has come; ``update(done:total:events:share:)`` may be called
/// from any thread and as often as wished.
///
/// Shown only on a terminal, redrawn at most ten times a second, gone without a trace after ``finish()``.
public final class ProgressBar: Sendable {
    private struct State {
        var estimate: ProgressEstimate
        var lastDrawn: Double
        var isFinished = false
    }

    /// Seconds between two drawings.
    private static let interval = 0.1
    /// Jobs that are done sooner show nothing.
    private static let patience = 0.3

    /// nil if nothing is to be shown.
    private let state: Lock<State>?
    private let label: String

    /// - Parameters:
    ///   - label: what is being done (`ingest big.gz`); made safe here.
    ///   - isWanted: false for `--no-progress`.
    public init(label: String, isWanted: Bool = true) {
        self.label = TerminalText.escaped(label)
        guard isWanted, StandardError.isTerminal, !Pager.isActive, !Terminal.isDumb else {
            state = nil
            return
        }
        let now = SystemClock.monotonicSeconds()
        state = Lock(
            State(
                estimate: ProgressEstimate(start: now),
                lastDrawn: now + ProgressBar.patience - ProgressBar.interval))
    }

    deinit {
        finish()
    }

    /// Tells how far the job is.
    ///
    /// - Parameters:
    ///   - done: bytes.
    ///   - total: bytes in all; nil if not known (standard input).
    ///   - events: events so far.
    ///   - share: of all the work, 0...1, if that is known better than by the bytes.
    public func update(done: Int, total: Int?, events: Int, share: Double? = nil) {
        guard let state else { return }
        let now = SystemClock.monotonicSeconds()
        state.withLock { state in
            guard !state.isFinished, now - state.lastDrawn >= ProgressBar.interval else { return }
            state.lastDrawn = now
            state.estimate.update(done: done, total: total, events: events, share: share, at: now)
            // The last column stays free: some terminals wrap when it is written.
            TerminalLine.draw(ProgressLine.text(state.estimate, label: label, columns: Terminal.columns(2) - 1))
        }
    }

    /// Clears the line. Later updates show nothing.
    public func finish() {
        state?.withLock { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            TerminalLine.clear()
        }
    }
}
