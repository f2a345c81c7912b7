/// What the aggregates of a stage have seen, of all groups.
///
/// Used by one thread at a time.
final class GroupStates {
    /// Where an aggregate keeps what it has seen.
    private enum Place {
        case count(Int)
        case state(Int)
        case distinct(Int)
    }

    private let kinds: [Aggregate.Kind]
    private let places: [Place]
    /// Numbers of rows: most aggregates are one, and take no more than that. By aggregate, then group.
    private var counts: [[Int64]] = []
    private var states: [[AggregateState]] = []
    private var distinct: [DistinctValues] = []
    /// Groups that there is room for.
    private var room = 0
    /// For values as bytes.
    private var buffer: [UInt8] = []

    init(_ kinds: [Aggregate.Kind], isOneGroup: Bool) {
        self.kinds = kinds
        var places: [Place] = []
        for kind in kinds {
            switch kind {
            case .count, .countif:
                places.append(.count(counts.count))
                counts.append([])
            case .sum, .avg, .min, .max:
                places.append(.state(states.count))
                states.append([])
            case .countDistinct, .makeSet:
                places.append(.distinct(distinct.count))
                distinct.append(DistinctValues(kind, isOneGroup: isOneGroup))
            }
        }
        self.places = places
    }

    var memory: Int {
        var memory = counts.reduce(0) { $0 + $1.capacity * 8 }
        for state in states { memory += state.capacity * MemoryLayout<AggregateState>.stride }
        for kept in distinct { memory += kept.memory }
        return memory
    }

    /// Makes room for so many groups.
    @inline(__always)
    func grow(to groups: Int) {
        if groups > room { append(groups - room) }
    }

    private func append(_ more: Int) {
        room += more
        for (kind, place) in zip(kinds, places) {
            switch place {
            case .count(let number): counts[number] += repeatElement(0, count: more)
            case .state(let number): states[number] += repeatElement(AggregateState(kind), count: more)
            case .distinct: break
            }
        }
    }

    /// - Parameter arguments: one for each aggregate.
    func add(_ arguments: [Value], _ weight: Int64, to group: Int) {
        for place in places.indices {
            switch places[place] {
            case .count(let number):
                if kinds[place] == .count || arguments[place].isTrue { counts[number][group] += weight }
            case .state(let number): states[number][group].add(arguments[place], weight)
            case .distinct(let number): distinct[number].add(arguments[place], group, &buffer)
            }
        }
    }

    /// - Parameter groups: the numbers of the other's groups here.
    func merge(_ other: GroupStates, _ groups: [UInt32]) {
        for place in counts.indices {
            for (from, to) in groups.enumerated() { counts[place][Int(to)] += other.counts[place][from] }
        }
        for place in states.indices {
            for (from, to) in groups.enumerated() { states[place][Int(to)].merge(other.states[place][from]) }
        }
        for place in distinct.indices { distinct[place].merge(other.distinct[place], groups) }
    }

    /// What the aggregates have come to.
    func results(groups: Int) -> Results {
        Results(states: self, distinct: distinct.map { $0.results(groups: groups) })
    }

    struct Results {
        fileprivate let states: GroupStates
        fileprivate var distinct: [DistinctValues.Results]

        /// The result of an aggregate for a group; asked for once.
        mutating func take(_ aggregate: Int, of group: Int) -> Value {
            switch states.places[aggregate] {
            case .count(let number): .integer(states.counts[number][group])
            case .state(let number): states.states[number][group].result
            case .distinct(let number): distinct[number].take(group)
            }
        }

        /// The counts of all groups, of an aggregate that is a count.
        func counts(_ aggregate: Int, groups: Int) -> [Int64] {
            switch states.places[aggregate] {
            case .count(let number): states.counts[number]
            case .distinct(let number): distinct[number].counts
            case .state: Array(repeating: 0, count: groups)
            }
        }
    }
}
