import Events

/// The distinct keys of one event's values, or of one entry of a dictionary; their memory is used again.
struct ValueKeys {
    private let key: ValueKey
    private var keys: [[UInt8]] = [[]]
    private(set) var count = 0

    init(_ key: ValueKey) {
        self.key = key
    }

    var first: [UInt8]? { count > 0 ? keys[0] : nil }

    mutating func removeAll() { count = 0 }

    mutating func add(_ kind: ValueKind, _ text: UnsafeRawBufferPointer) {
        guard kind != .null, kind != .object else { return }
        if count == keys.count { keys.append([]) }
        keys[count].removeAll(keepingCapacity: true)
        guard key.append(kind, text, to: &keys[count]), !keys[..<count].contains(keys[count]) else { return }
        count += 1
    }

    func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
        for place in 0..<count { keys[place].withUnsafeBytes(body) }
    }
}

/// Values that are no plain scalars of a dictionary in ascending order, of one worker.
///
/// `@unchecked` is safe: filled by one thread, read when it has ended.
final class OtherValues: @unchecked Sendable {
    private let table = ValueTable()
    private var counts: [UInt64] = []
    /// Events without a value.
    var missing: UInt64 = 0

    var memory: Int { table.memory + 8 * counts.capacity }

    /// Counts events under each of their distinct values.
    func add(_ keys: ValueKeys, _ count: UInt64) {
        if keys.count == 0 { missing += count }
        keys.forEach { add($0, count) }
    }

    private func add(_ key: UnsafeRawBufferPointer, _ count: UInt64) {
        let number = Int(table.intern(key))
        if number > counts.count { counts.append(0) }
        counts[number - 1] += count
    }

    static func sorted(_ all: [OtherValues]) -> SortedEntries {
        let joined = OtherValues()
        for other in all {
            for (place, count) in other.counts.enumerated() {
                other.table.withText(UInt32(place + 1)) { joined.add($0, count) }
            }
        }
        let entries = SortedEntries()
        let order = joined.counts.indices.sorted { joined.table.isSmaller(UInt32($0 + 1), than: UInt32($1 + 1)) }
        for place in order {
            _ = joined.table.withText(UInt32(place + 1)) { entries.append($0, joined.counts[place]) }
        }
        return entries
    }
}
