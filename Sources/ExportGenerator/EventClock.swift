/// Gives each event of an export its time.
///
/// Rising times follow the working day: four times as many events at ten in the morning as at three at night.
struct EventClock: Sendable {
    private let start: Int64
    private let duration: Int64
    private let count: Int64
    private let latePerMillion: Int
    private let isShuffled: Bool
    /// Hours have different shares of a day's events only if the export has whole days.
    private let followsDay: Bool

    init(options: GeneratorOptions, count: Int) {
        start = options.start
        duration = options.duration
        self.count = Int64(max(1, count))
        latePerMillion = options.latePerMillion
        isShuffled = options.shufflesTime
        followsDay = duration % 86_400_000 == 0
    }

    /// The time of an event, in milliseconds since 1970. Takes a fixed number of words from `random`.
    func time(of index: Int, random: inout SplitMix64) -> Int64 {
        let place = random.next()
        let lateness = random.next()
        if isShuffled { return start + Int64(SplitMix64.scale(place, to: UInt64(duration))) }
        let next = offset(of: index + 1)
        let own = offset(of: index)
        let inOrder = own + Int64(SplitMix64.scale(place, to: UInt64(max(1, next - own))))
        let isLate = SplitMix64.scale(lateness, to: 1_000_000) < UInt64(latePerMillion)
        return start + (isLate ? inOrder - Int64(SplitMix64.scale(SplitMix64.mix(lateness), to: 21_600_000)) : inOrder)
    }

    /// The first event whose place in the order is at or after `offset` milliseconds from the start.
    func index(at wanted: Int64) -> Int {
        var low = 0
        var high = Int(count)
        while low < high {
            let middle = (low + high) / 2
            if offset(of: middle) < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Milliseconds from the start to the earliest time of event `index`, never falling with `index`.
    private func offset(of index: Int) -> Int64 {
        let product = UInt64(index).multipliedFullWidth(by: UInt64(duration))
        let even = Int64(UInt64(count).dividingFullWidth(product).quotient)
        guard followsDay else { return even }
        let day = even / 86_400_000
        // The share of the day's events that lies before this one, in units of a day's total weight.
        let share = (even - day * 86_400_000) * EventClock.dayWeight
        var before: Int64 = 0
        for (hour, weight) in EventClock.hourWeights.enumerated() {
            let end = (before + weight) * 86_400_000
            if share < end || hour == 23 {
                return day * 86_400_000 + Int64(hour) * 3_600_000 + (share - before * 86_400_000) / (weight * 24)
            }
            before += weight
        }
        return even
    }

    private static let hourWeights: [Int64] = [
        4, 3, 3, 3, 4, 5, 7, 10, 13, 15, 16, 15, 12, 13, 15, 14, 13, 11, 9, 7, 6, 6, 5, 4,
    ]
    private static let dayWeight = hourWeights.reduce(0, +)
}
