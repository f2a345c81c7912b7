/// How far a job has come, how fast it goes, and when it ends. Pure arithmetic; ``ProgressBar`` shows it.
struct ProgressEstimate: Sendable {
    /// Bytes done, and in all if known.
    private(set) var done = 0
    private(set) var total: Int?
    private(set) var events = 0
    /// Smoothed, per second.
    private(set) var byteRate = 0.0
    private(set) var eventRate = 0.0
    private let start: Double
    private var last: Double

    /// A change of speed shows after about this many seconds.
    private static let memory = 5.0

    /// - Parameter start: of the job, in seconds of a clock that never goes back.
    init(start: Double) {
        self.start = start
        last = start
    }

    mutating func update(done: Int, total: Int?, events: Int, at now: Double) {
        let elapsed = now - last
        // Rates of shorter spans are noise; the counts are taken with the next ones.
        if elapsed >= 0.05 {
            // The plain average at first, the memory's share later.
            let weight = max(1 - exp2(-elapsed / ProgressEstimate.memory), min(1, elapsed / max(now - start, elapsed)))
            byteRate += weight * (Double(done - rated.done) / elapsed - byteRate)
            eventRate += weight * (Double(events - rated.events) / elapsed - eventRate)
            rated = (done, events)
            last = now
        }
        self.done = done
        self.total = total
        self.events = events
    }

    private var rated = (done: 0, events: 0)

    /// 0...1; nil if the total is not known.
    var share: Double? {
        guard let total, total > 0 else { return nil }
        return min(1, max(0, Double(done) / Double(total)))
    }

    /// nil if it cannot be told yet.
    var secondsLeft: Double? {
        guard let total, byteRate > 0, last - start >= 1 else { return nil }
        return max(0, Double(total - done) / byteRate)
    }
}

/// 2 to the power of a number that is 0 or less, good to about 1 %; enough for a weight, and no libm.
private func exp2(_ exponent: Double) -> Double {
    let whole = (-exponent).rounded(.down)
    guard whole < 60 else { return 0 }
    let fraction = -exponent - whole
    return (1 - fraction / 2) / Double(UInt64(1) << UInt64(whole))
}
