import Dispatch

/// Makes the lines of a synthetic massive export.
///
///     let lines = ExportGenerator(seed: 7, days: 2).lines(10_000)
///
/// Every event depends on the options and its own number alone, so memory does not grow with the number of events.
public struct ExportGenerator: Sendable {
    public let options: GeneratorOptions

    public init(_ options: GeneratorOptions) {
        self.options = options
    }

    /// Events of the flat layout from 1 January 2026 on, over `days` days.
    public init(seed: UInt64, days: Double = 7) {
        self.init(GeneratorOptions(seed: seed, days: days))
    }

    /// The lines of an export of `count` events, each without its line feed. A rerun (`GeneratorOptions.rerunSeed`)
    /// has a few more or fewer.
    public func lines(_ count: Int) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        forEachLine(count) { lines.append(Array($0)) }
        return lines
    }

    /// The same as the content of a file: each line with its line feed.
    public func content(_ count: Int) -> [UInt8] {
        var content: [UInt8] = []
        forEachBatch(count) { content += $0 }
        return content
    }

    /// Calls `body` with the bytes of each line, in order.
    public func forEachLine(_ count: Int, _ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
        try forEachBatch(count) { batch in
            // No event has a line feed inside: JSON strings escape it.
            for line in batch.split(separator: UInt8(ascii: "\n")) { try body(line) }
        }
    }

    /// Calls `body` with runs of whole lines, of some megabytes, in order.
    public func forEachBatch(_ count: Int, _ body: ([UInt8]) throws -> Void) rethrows {
        try forEachRound(count) { round in
            for batch in round { try body(batch) }
        }
    }

    /// Calls `body` with several runs of whole lines at once, which have been written in parallel.
    func forEachRound(_ count: Int, _ body: ([[UInt8]]) throws -> Void) rethrows {
        guard count > 0 else { return }
        let clock = EventClock(options: options, count: count)
        let plan = EventPlan(options: options, count: count, clock: clock)
        let renderer = EventRenderer(options: options, count: count, clock: clock)
        for first in stride(from: 0, to: plan.windowCount, by: ExportGenerator.roundWidth) {
            let width = min(ExportGenerator.roundWidth, plan.windowCount - first)
            try body(inParallel(width) { renderer.lines(of: plan.window(first + $0)) })
        }
    }

    /// How many windows are in memory at once, whatever the number of cores.
    private static let roundWidth = 8
}

/// The results of `work` for `0 ..< count`, computed on all cores.
func inParallel<Result: Sendable>(_ count: Int, _ work: @Sendable (Int) -> Result) -> [Result] {
    var results = [Result?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { slots in
        // Each iteration writes its own element, and all are done when concurrentPerform returns.
        nonisolated(unsafe) let slots = slots
        DispatchQueue.concurrentPerform(iterations: count) { slots[$0] = work($0) }
    }
    return results.compactMap { $0 }
}
