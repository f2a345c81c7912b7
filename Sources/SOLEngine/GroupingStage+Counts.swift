import Events
import Search

extension GroupingStage {
    /// The row of a group of whose events only the number is asked.
    private func row(_ key: Value, _ count: Int64) throws -> [Value] {
        var row = [key]
        for _ in aggregates { row.append(.integer(count)) }
        return try finished(row)
    }

    func giveOut(_ times: TimeCounts, into next: Sink) throws {
        var output = GroupOutput<Instant?>(leading, next: next) { time, count in
            try row(time.map { .time($0) } ?? .null, count)
        }
        try times.forEach { try output.add($0, Int64(clamping: $1)) }
        if times.undated > 0 { try output.add(nil, Int64(clamping: times.undated)) }
        try output.finish()
    }

    /// - Parameter values: their keys are those of `Value.distinctKey`.
    func giveOut(_ values: KeyCounts, into next: Sink) throws {
        var output = GroupOutput<UnsafeRawBufferPointer?>(leading, next: next) { key, count in
            try row(key.map { Value(distinctKey: $0) } ?? .null, count)
        }
        // Numbers come first, and are not in their order.
        var numbers: [(value: Value, key: UnsafeRawBufferPointer, count: UInt64)] = []
        values.forEach { key, count in
            if key.first == Value.numberMark { numbers.append((Value(distinctKey: key), key, count)) }
        }
        numbers.sort { Value.order($0.value, $1.value) < 0 }
        // The keys' memory is that of the values.
        try withExtendedLifetime(values) {
            for number in numbers { try output.add(number.key, Int64(clamping: number.count)) }
            try values.forEach { key, count in
                if key.first != Value.numberMark { try output.add(key, Int64(clamping: count)) }
            }
            if values.missing > 0 { try output.add(nil, Int64(clamping: values.missing)) }
            try output.finish()
        }
    }

    /// - Parameter groups: those that `leading` wants, of texts.
    func giveOut(_ groups: RankedGroups, into next: Sink) throws {
        func isSmaller(_ a: EventGroup, _ b: EventGroup) -> Bool {
            guard let x = a.values[0], let y = b.values[0] else { return a.values[0] != nil && b.values[0] == nil }
            return x.lexicographicallyPrecedes(y)
        }
        var output = GroupOutput<[UInt8]?>(leading, next: next) { text, count in
            try row(text.map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null, count)
        }
        for group in groups.sorted(by: isSmaller) { try output.add(group.values[0], Int64(clamping: group.count)) }
        try output.finish()
    }
}
