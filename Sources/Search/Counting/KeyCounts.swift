/// All values of a field, each with the number of its events.
///
/// `@unchecked` is safe: nothing changes once it is made.
public final class KeyCounts: @unchecked Sendable {
    typealias Entry = SortedEntries.Entry

    /// In ascending order of their bytes in quotation marks, or of other keys.
    private var parts: [[Entry]]
    /// The keys lie in their memory.
    private let owners: [SortedEntries]
    /// Events without a value.
    public let missing: UInt64
    /// Matching events.
    public let events: UInt64
    /// Not empty: the counts are lower bounds.
    public let lost: [LostEvents]

    init(_ parts: [[Entry]], in owners: [SortedEntries], missing: UInt64, events: UInt64, lost: [LostEvents]) {
        self.parts = parts
        self.owners = owners
        self.missing = missing
        self.events = events
        self.lost = lost
        // `"a b"` stands before `"a"`, but `a` comes before `a b`.
        let isSorted = parts.allSatisfy { part in
            zip(part, part.dropFirst()).allSatisfy { Self.isSmaller($0, than: $1) }
        }
        // Parts are cut in the order with marks, too.
        let filled = parts.filter { !$0.isEmpty }
        let isJoined = zip(filled, filled.dropFirst()).allSatisfy { first, second in
            Self.isSmaller(first[first.count - 1], than: second[0])
        }
        if isSorted, isJoined { return }
        self.parts = [parts.joined().sorted { Self.isSmaller($0, than: $1) }]
    }

    /// Distinct values.
    public var distinct: Int { parts.reduce(0) { $0 + $1.count } }

    /// By the bytes without the mark at their end; what is no text in quotation marks has none, and differs before that.
    private static func isSmaller(_ a: Entry, than b: Entry) -> Bool {
        TextOrder.isSmaller(text(a), than: text(b))
    }

    private static func text(_ entry: Entry) -> UnsafeRawBufferPointer {
        let isQuoted = entry.length > 1 && entry.text[0] == 0x22
        return UnsafeRawBufferPointer(start: entry.start, count: entry.length - (isQuoted ? 1 : 0))
    }

    /// Calls `body` with each key and its events: strings in quotation marks first, in ascending order of their bytes, then
    /// keys that begin otherwise, by the bytes of the keys.
    public func forEach(_ body: (_ key: UnsafeRawBufferPointer, _ events: UInt64) throws -> Void) rethrows {
        try withExtendedLifetime(owners) {
            for part in parts {
                for entry in part { try body(entry.text, entry.count) }
            }
        }
    }

    /// The entries by count, equal counts in their order.
    private func order(rare: Bool) -> [Entry] {
        // As a rule most counts are small: they have a place of their own each.
        let small = 1 << 12
        var starts = Array(repeating: 0, count: small + 1)
        var large: [(count: UInt64, place: Int, entry: Entry)] = []
        for entry in parts.joined() {
            if entry.count < small {
                starts[Int(entry.count) + 1] += 1
            } else {
                large.append((entry.count, large.count, entry))
            }
        }
        large.sort { a, b in
            if a.count != b.count { return rare ? a.count < b.count : a.count > b.count }
            return a.place < b.place
        }
        var next = 0
        if !rare { next = large.count }
        for count in rare ? Array(0..<small) : (0..<small).reversed() {
            let length = starts[count + 1]
            starts[count + 1] = next
            next += length
        }
        let total = distinct
        return [Entry](unsafeUninitializedCapacity: total) { order, initialized in
            for entry in parts.joined() where entry.count < small {
                let place = starts[Int(entry.count) + 1]
                starts[Int(entry.count) + 1] = place + 1
                order.initializeElement(at: place, to: entry)
            }
            let first = rare ? total - large.count : 0
            for (place, one) in large.enumerated() { order.initializeElement(at: first + place, to: one.entry) }
            initialized = total
        }
    }

    /// The keys, which are texts, by their counts.
    public func ranked(rare: Bool) -> RankedGroups {
        RankedGroups(keys: self, order(rare: rare), rare: rare)
    }
}
