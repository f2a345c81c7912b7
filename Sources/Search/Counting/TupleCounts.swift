/// Counts events by tuples of numbers, one a key.
struct TupleCounts {
    /// What is known of a group.
    struct Tally: Sendable {
        var count: UInt64 = 0
        /// Earliest and latest event time, microseconds; the wrong way round if no event is dated (or none was asked for).
        var first = Int64.max
        var last = Int64.min

        mutating func add(_ other: Tally) {
            count += other.count
            first = min(first, other.first)
            last = max(last, other.last)
        }
    }

    let width: Int
    /// Of the first two numbers, then of each pair's number with the next number.
    private var pairs: [PairTable]
    /// By tuple; with one key by its number.
    private(set) var tallies: [Tally] = []

    /// - Parameter width: numbers of a tuple, at least 1.
    init(width: Int) {
        self.width = width
        pairs = Array(repeating: PairTable(), count: max(0, width - 1))
    }

    var memory: Int { pairs.reduce(0) { $0 + $1.memory } + MemoryLayout<Tally>.stride * tallies.capacity }

    /// The number of a tuple.
    @inline(__always)
    mutating func number(of tuple: UnsafeBufferPointer<UInt32>) -> Int {
        var number = tuple[0]
        for level in 1..<max(1, width) { number = pairs[level - 1].intern(number, tuple[level]) }
        let place = Int(number)
        while tallies.count <= place { tallies.append(Tally()) }
        return place
    }

    @inline(__always)
    mutating func add(_ tuple: UnsafeBufferPointer<UInt32>, time: Int64?) {
        let place = number(of: tuple)
        tallies[place].count &+= 1
        if let time {
            if time < tallies[place].first { tallies[place].first = time }
            if time > tallies[place].last { tallies[place].last = time }
        }
    }

    /// Counts one more, and returns the number of the tuple.
    @inline(__always)
    mutating func count(_ tuple: UnsafeBufferPointer<UInt32>) -> Int {
        let place = number(of: tuple)
        tallies[place].count &+= 1
        return place
    }

    /// Lends the tuple of a number.
    func withTuple<Result>(
        _ number: Int, _ body: (UnsafeBufferPointer<UInt32>) throws -> Result
    ) rethrows -> Result {
        try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: width) { tuple in
            var rest = UInt32(number)
            for level in stride(from: width - 1, to: 0, by: -1) {
                let pair = pairs[level - 1].pair(rest)
                tuple[level] = pair.second
                rest = pair.first
            }
            tuple[0] = rest
            return try body(UnsafeBufferPointer(tuple))
        }
    }

    mutating func add(_ tuple: UnsafeBufferPointer<UInt32>, _ tally: Tally) {
        tallies[number(of: tuple)].add(tally)
    }

    /// Takes in the tallies of another table of one key.
    mutating func addAll(_ other: TupleCounts) {
        precondition(width == 1 && other.width == 1)
        while tallies.count < other.tallies.count { tallies.append(Tally()) }
        for (number, tally) in other.tallies.enumerated() { tallies[number].add(tally) }
    }

    /// The tuple of a number.
    func tuple(_ number: Int) -> [UInt32] { withTuple(number) { Array($0) } }
}
