import Search
import SOLLanguage

/// What of events a program looks at: found out while it is compiled, before any event is read.
final class EventNeeds {
    /// The fields, in the order in which they were met.
    private(set) var paths: [[String]] = []
    private var numbers: [[UInt8]: Int] = [:]
    var wholeEvents = false
    /// The time of each event to the nanosecond.
    var exactTime = false
    /// The earliest and latest time of a group.
    var times = false
    /// The time rounded down to this many microseconds is enough; 0: not even that.
    private var step: Int64 = 0

    /// The number of a field.
    func add(_ path: [String]) -> Int {
        let name = Array(path.joined(separator: ".").utf8)
        if let known = numbers[name] { return known }
        numbers[name] = paths.count
        paths.append(path)
        return paths.count - 1
    }

    /// - Parameter step: microseconds; the time is only asked for multiples of it.
    func add(step: Int64) {
        var (a, b) = (self.step, step)
        while b != 0 { (a, b) = (b, a % b) }
        self.step = a
    }

    func shape(fromLines: Bool) -> RowShape {
        RowShape(
            fields: paths.map { $0.joined(separator: ".") }, time: exactTime ? .exact : step > 0 ? .step(step) : .none,
            wantsTimes: times, fromLines: fromLines)
    }
}

/// The keys of an event's members that may hold a field that is needed.
struct WantedKeys {
    private let isEverything: Bool
    private let paths: [[UInt8]]

    init(_ needs: EventNeeds) {
        isEverything = needs.wholeEvents
        let names = needs.paths.map { $0.joined(separator: ".") } + [FieldNames.eventTime]
        paths = names.map { Array($0.utf8) }
    }

    /// Whether the key is a field, or the beginning of one's path.
    func holds(_ key: UnsafeRawBufferPointer) -> Bool {
        if isEverything { return true }
        return paths.contains { path in
            guard path.count >= key.count, path.count == key.count || path[key.count] == UInt8(ascii: ".") else {
                return false
            }
            return path.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[..<key.count]).elementsEqual(key) }
        }
    }
}
