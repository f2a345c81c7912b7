import Archive

/// Counts pairs of codes in a table with a place for each pair, where both columns have few codes.
struct PairCounts {
    /// Places of the largest table.
    private static let most = 1 << 18

    private let limits: (Int, Int)
    private var counts: [UInt32]

    /// - Parameter limits: of each key, one more than its highest code; `Int.max` for a key that is no column.
    /// - Returns: nil if there are not two columns, or too many pairs.
    init?(_ limits: [Int]) {
        guard limits.count == 2, limits[0] <= Self.most, limits[1] <= Self.most, limits[0] * limits[1] <= Self.most
        else { return nil }
        self.limits = (limits[0], limits[1])
        counts = Array(repeating: 0, count: limits[0] * limits[1])
    }

    /// Counts the events of a chunk, of at most 2³² events in all.
    ///
    /// - Parameters:
    ///   - first: a code for each event; nil: 0 for all.
    ///   - body: called with the place of each event of which a column does not tell the value (code 1).
    /// - Returns: false if a code is impossible.
    mutating func add(
        _ first: CodeCells?, _ second: CodeCells?, _ length: Int, seeLine body: (Int) -> Void
    ) -> Bool {
        // Few enough to stay in the processor's nearest cache.
        let piece = 1_024
        let limits = limits
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * piece) { room in
            guard let a = room.baseAddress else { return false }
            room.initialize(repeating: 0)
            let b = a + piece
            return counts.withUnsafeMutableBufferPointer { counts in
                for start in stride(from: 0, to: length, by: piece) {
                    let end = min(start + piece, length)
                    first?.copy(start..<end, to: a)
                    second?.copy(start..<end, to: b)
                    for offset in 0..<end - start {
                        let (x, y) = (Int(a[offset]), Int(b[offset]))
                        if x == 1 || y == 1 {
                            body(start + offset)
                            continue
                        }
                        guard x < limits.0, y < limits.1 else { return false }
                        counts[x &* limits.1 &+ y] &+= 1
                    }
                }
                return true
            }
        }
    }

    /// Calls `body` with each pair that was met and its count.
    func forEach(_ body: (UInt32, UInt32, UInt64) -> Void) {
        for (place, count) in counts.enumerated() where count > 0 {
            body(UInt32(place / limits.1), UInt32(place % limits.1), UInt64(count))
        }
    }
}
