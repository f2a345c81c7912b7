/// Draws ranks `0 ..< count` so that rank r comes about `1 / (r + shift)` as often as the first ones,
/// in constant time (Vose's alias method).
///
/// All arithmetic is on integers: floating-point powers may differ in the last bit between C libraries,
/// and one bit would change every event after it.
struct ZipfTable: Sendable {
    private var threshold: [UInt32] = []
    private var alias: [UInt32] = []

    /// A Zipf-Mandelbrot distribution. `shift` (at least 1) flattens the head: 1 gives the first rank a
    /// share of about `1 / ln(count)`.
    init(count: Int, shift: Int) {
        self.init(weights: (0..<count).map { (1 << 32) / UInt64($0 + shift) })
    }

    /// Any distribution. `weights` has at least one element, and their sum times their number stays below 2^64.
    init(weights: [UInt64]) {
        let count = UInt64(weights.count)
        let total = weights.reduce(0, +)
        precondition(count > 0 && total > 0 && !total.multipliedReportingOverflow(by: count).overflow)
        var scaled = weights.map { $0 * count }
        threshold = Array(repeating: .max, count: weights.count)
        alias = (0..<weights.count).map(UInt32.init)
        var small = weights.indices.filter { scaled[$0] < total }
        var large = weights.indices.filter { scaled[$0] >= total }
        while let less = small.popLast(), let more = large.last {
            threshold[less] = UInt32(
                truncatingIfNeeded: total.dividingFullWidth((scaled[less] >> 32, scaled[less] << 32)).quotient)
            alias[less] = UInt32(more)
            scaled[more] -= total - scaled[less]
            if scaled[more] < total {
                large.removeLast()
                small.append(more)
            }
        }
    }

    /// The rank a random word stands for.
    func rank(_ word: UInt64) -> Int {
        let slot = Int(SplitMix64.scale(word, to: UInt64(threshold.count)))
        // The low half decides within the slot; the high half chose the slot.
        return UInt32(truncatingIfNeeded: word) < threshold[slot] ? slot : Int(alias[slot])
    }
}
