import Testing

@testable import Rendering

/// The time left, foreseen from traces of real ingests: seconds since the start, and the percents that the line showed.
@Suite("Truth of the progress line")
struct RenderingProgressTraceTests {
    struct Trace: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var points: [(seconds: Double, percent: Double)]
    }

    static let recorded = [
        // 1,000,000 events, a partition a day, on two cores.
        Trace(
            testDescription: "in order of time",
            points: [
                (0.52, 1), (0.95, 3), (1.39, 5), (1.87, 8), (2.30, 10), (2.78, 13), (3.24, 15), (3.69, 17),
                (4.12, 20), (4.53, 22), (5.00, 24), (5.41, 27), (5.86, 29), (6.33, 32), (6.75, 34), (7.31, 36),
                (7.74, 39), (8.22, 41), (8.64, 43), (9.12, 46), (9.57, 48), (10.00, 51), (10.48, 53), (10.91, 56),
                (11.37, 58), (11.92, 61), (12.38, 63), (12.81, 65), (13.24, 68), (13.69, 70), (14.19, 73),
                (14.62, 75), (15.10, 77), (15.56, 80), (16.05, 83), (17.58, 91), (19.06, 98), (19.22, 100),
            ]),
        // 300,000 events: every partition is open until the end.
        Trace(
            testDescription: "shuffled over 60 days",
            points: [
                (0.51, 6), (0.61, 9), (0.72, 11), (0.83, 13), (0.93, 15), (1.04, 17), (1.14, 20), (1.25, 23),
                (1.36, 24), (1.51, 26), (1.66, 29), (1.83, 33), (1.94, 35), (2.05, 37), (2.20, 40), (2.30, 42),
                (2.42, 44), (2.60, 47), (2.70, 49), (2.83, 51), (2.99, 54), (3.09, 56), (3.23, 58), (3.37, 61),
                (3.49, 63), (3.59, 65), (3.70, 67), (3.86, 70), (3.97, 73), (4.14, 75), (4.27, 78), (4.44, 80),
                (4.55, 82), (4.65, 84), (4.79, 87), (4.93, 90), (5.05, 91), (5.18, 95), (5.30, 97), (5.41, 100),
            ]),
        // 100,000 events of some 370 fields a type.
        Trace(
            testDescription: "wide",
            points: [
                (0.50, 8), (0.61, 12), (0.74, 14), (0.84, 19), (0.95, 24), (1.06, 25), (1.17, 31), (1.27, 35),
                (1.38, 36), (1.49, 42), (1.69, 47), (1.79, 53), (1.90, 57), (2.01, 58), (2.13, 63), (2.23, 68),
                (2.35, 69), (2.45, 75), (2.71, 81), (2.95, 87), (3.17, 92), (3.40, 97), (3.47, 100),
            ]),
    ]

    /// What the line shows is whole seconds; a second at the start or the end is no lie.
    private static let slack = 1.0

    /// The worst relative error of the time left from 10 % on, beyond the slack.
    private func worst(_ points: [(seconds: Double, percent: Double)], slack: Double = slack) -> Double {
        var estimate = ProgressEstimate(start: 0)
        let end = points.last?.seconds ?? 0
        var worst = 0.0
        for (seconds, percent) in points {
            estimate.update(done: Int(percent), total: 100, events: 0, share: percent / 100, at: seconds)
            guard percent >= 10, let left = estimate.secondsLeft else { continue }
            let off = abs(left - (end - seconds))
            if off > slack { worst = max(worst, off / (end - seconds)) }
        }
        return worst
    }

    @Test("From 10 % on the time left is within 20 % of the real one", arguments: recorded)
    func recordedTrace(trace: Trace) {
        #expect(trace.points.map(\.percent) == trace.points.map(\.percent).sorted())
        // The line cuts to whole percents: on the average half a one was more.
        let worst = worst(trace.points.map { ($0.seconds, min(100, $0.percent + 0.5)) })
        #expect(worst <= 0.2, "off by \(worst)")
    }

    @Test("An hour in steps of whole partitions is foreseen as well", arguments: [3.0, 20, 60])
    func steps(every period: Double) {
        // Nine tenths of the work come evenly; the rest in steps, one a period, as when partitions are closed.
        let points = (1...36_000).map { tenth -> (seconds: Double, percent: Double) in
            let seconds = Double(tenth) / 10
            let even = 90 * seconds / 3_600
            return (seconds, even + 10 * (seconds / period).rounded(.down) * period / 3_600)
        }
        // The last step is a tenth of the work of its period, and its end is not seen coming.
        let worst = worst(points, slack: max(Self.slack, 1.1 * period / 10))
        #expect(worst <= 0.2, "off by \(worst)")
    }

    @Test("When the machine gets slower, the time left follows within half of the time that has passed")
    func slower() throws {
        var estimate = ProgressEstimate(start: 0)
        for second in 1...100 {
            estimate.update(done: second, total: 1_000, events: 0, share: Double(second) / 1_000, at: Double(second))
        }
        #expect(abs(try #require(estimate.secondsLeft) - 900) < 9)
        for second in 1...110 {
            let share = 0.1 + Double(second) / 4_000
            estimate.update(done: 100, total: 1_000, events: 0, share: share, at: 100 + Double(second))
        }
        let real = (0.9 - 110.0 / 4_000) * 4_000
        #expect(abs(try #require(estimate.secondsLeft) - real) < real * 0.05)
    }

    @Test("The share that is told counts, not the bytes; all done leaves nothing")
    func told() throws {
        var estimate = ProgressEstimate(start: 0)
        for second in 1...10 {
            estimate.update(done: 100, total: 100, events: 0, share: Double(second) / 20, at: Double(second))
        }
        #expect(estimate.share == 0.5)
        #expect(abs(try #require(estimate.secondsLeft) - 10) < 0.1)
        estimate.update(done: 100, total: 100, events: 0, share: 1, at: 11)
        #expect(estimate.secondsLeft == 0)
        estimate.update(done: 100, total: nil, events: 0, share: nil, at: 12)
        #expect(estimate.share == nil && estimate.secondsLeft == nil)
    }
}
