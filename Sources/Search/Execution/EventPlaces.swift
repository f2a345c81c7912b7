/// Where events of one partition stand in a list.
struct EventPlaces {
    private let first: UInt32
    /// By event from `first` on, plus 1; 0: not there. Empty if the events lie far apart.
    private let table: [UInt32]
    private let far: [UInt32: Int]

    /// A table is used if it has at most so many places for an event.
    private static let mostPlaces = 16

    /// - Parameter events: one at least, each once.
    init(_ events: [(event: UInt32, place: Int)]) {
        let (low, high) = events.reduce((UInt32.max, 0)) { (min($0.0, $1.event), max($0.1, $1.event)) }
        first = low
        guard Int(high - low) < events.count * Self.mostPlaces else {
            table = []
            far = Dictionary(events.map { ($0.event, $0.place) }, uniquingKeysWith: { first, _ in first })
            return
        }
        var table = [UInt32](repeating: 0, count: Int(high - low) + 1)
        for (event, place) in events { table[Int(event - low)] = UInt32(place) + 1 }
        self.table = table
        far = [:]
    }

    /// Nil: the event is not in the list.
    subscript(event: UInt32) -> Int? {
        if table.isEmpty { return far[event] }
        let offset = Int(event) - Int(first)
        guard table.indices.contains(offset), table[offset] > 0 else { return nil }
        return Int(table[offset]) - 1
    }
}
