/// How far a job has come, how fast it goes, and when it ends. Pure arithmetic; ``ProgressBar`` shows it.
struct ProgressEstimate: Sendable {
    /// Bytes done, and in all if known.
    private(set) var done = 0
    private(set) var total: Int?
    private(set) var events = 0
    /// Of all the work, 0...1; nil if the total is not known.
    private(set) var share: Double?
    /// Smoothed, per second.
    private(set) var byteRate = 0.0
    private(set) var eventRate = 0.0
    private let start: Double
    private var last: Double
    private var rated = (done: 0, events: 0)
    private var trace: ProgressTrace

    /// A change of speed shows in the rates after about this many seconds.
    private static let memory = 5.0

    /// - Parameter start: of the job, in seconds of a clock that never goes back.
    init(start: Double) {
        self.start = start
        last = start
        trace = ProgressTrace(start: start)
    }

    /// - Parameter share: if it is known better than by the bytes.
    mutating func update(done: Int, total: Int?, events: Int, share: Double? = nil, at now: Double) {
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
        self.share = (share ?? total.flatMap { $0 > 0 ? Double(done) / Double($0) : nil }).map { min(1, max(0, $0)) }
        if let share = self.share { trace.add(share, at: now) }
    }

    /// nil if it cannot be told yet.
    var secondsLeft: Double? {
        guard last - start >= 1, share != nil else { return nil }
        return trace.secondsLeft
    }
}

/// When a job ends, from the pace of its later half: steadier than the pace of the last seconds, in which one large
/// step may be under way, and quicker to follow a change than the pace since the start.
struct ProgressTrace: Sendable {
    private var points: [(time: Double, share: Double)]
    /// Seconds between two points that are kept; doubled when there are too many.
    private var spacing = 0.1
    private var now: (time: Double, share: Double)

    private static let mostPoints = 256
    /// Seconds of the job that are always looked at.
    private static let shortest = 10.0

    init(start: Double) {
        points = [(start, 0)]
        now = (start, 0)
    }

    mutating func add(_ share: Double, at time: Double) {
        now = (time, share)
        guard time - (points.last?.time ?? 0) >= spacing else { return }
        points.append(now)
        if points.count > Self.mostPoints {
            points = points.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            spacing *= 2
        }
    }

    /// nil while nothing has been done.
    var secondsLeft: Double? {
        let start = points[0].time
        let from = now.time - max(Self.shortest, (now.time - start) / 2)
        // The last point that is old enough; the points are in order of time.
        var low = 0
        var high = points.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if points[middle].time <= from { low = middle } else { high = middle }
        }
        let (elapsed, gained) = (now.time - points[low].time, now.share - points[low].share)
        guard elapsed > 0, gained > 0 else { return now.share >= 1 ? 0 : nil }
        return (1 - now.share) * elapsed / gained
    }
}

/// 2 to the power of a number that is 0 or less, good to about 1 %; enough for a weight, and no libm.
private func exp2(_ exponent: Double) -> Double {
    let whole = (-exponent).rounded(.down)
    guard whole < 60 else { return 0 }
    let fraction = -exponent - whole
    return (1 - fraction / 2) / Double(UInt64(1) << UInt64(whole))
}
