import Archive

/// Collects the texts of which only digests were kept: all of some, and of others the smallest.
///
/// `@unchecked` is safe: everything is only touched under the mutex.
final class LongTexts: @unchecked Sendable {
    enum Wish: UInt8 {
        case no
        case text
        /// One of those of which the smallest are wanted.
        case ifSmall
    }

    private let mutex = Mutex()
    /// By number what is still wanted.
    private var wishes: [Wish]
    private var open: Int
    private let limit: Int
    private(set) var texts: [UInt32: [UInt8]] = [:]
    private var smallest: [(number: UInt32, text: [UInt8])] = []

    /// - Parameter known: texts that are known already of those whose smallest are wanted.
    init(wishes: [Wish], limit: Int, known: [(number: UInt32, text: [UInt8])]) {
        self.wishes = wishes
        self.limit = limit
        open = wishes.reduce(0) { $0 + ($1 == .no ? 0 : 1) }
        for one in known { one.text.withUnsafeBytes { insert(one.number, $0) } }
    }

    /// Whether nothing more is wanted.
    var isComplete: Bool { mutex.withLock { open == 0 } }

    func hear(_ number: UInt32, _ text: () -> [UInt8]) {
        mutex.withLock {
            let number = Int(number)
            guard number < wishes.count, wishes[number] != .no else { return }
            let text = text()
            if wishes[number] == .text {
                texts[UInt32(number)] = text
            } else {
                text.withUnsafeBytes { insert(UInt32(number), $0) }
            }
            wishes[number] = .no
            open -= 1
        }
    }

    private func insert(_ number: UInt32, _ text: UnsafeRawBufferPointer) {
        if limit == 0 { return }
        func isSmaller(_ other: [UInt8]) -> Bool { other.withUnsafeBytes { TextOrder.isSmaller(text, than: $0) } }
        if smallest.count == limit {
            guard let last = smallest.last, isSmaller(last.text) else { return }
            smallest.removeLast()
        }
        let place = smallest.firstIndex { isSmaller($0.text) } ?? smallest.count
        smallest.insert((number, Array(text)), at: place)
    }

    /// The smallest of the tied ones, ascending.
    var best: [(number: UInt32, text: [UInt8])] { smallest }
}

/// Which values of one field come first by their counts, before all of their texts are known.
struct RankedPlaces {
    private let limit: Int
    private let rare: Bool
    /// Numbers of values that certainly come first, and of those with the count of the last place.
    private var ahead: [Int] = []
    private var tied: [Int] = []
    /// Whether the text of one of them is not known.
    private(set) var hasShortened = false

    /// - Parameter table: counts by one field, so that a group's number is its value's, 0 for no value.
    init(_ table: GroupTable, _ values: SharedValues, limit: Int, rare: Bool) {
        self.limit = limit
        self.rare = rare
        let groups = table.groups
        var best = BoundedHeap<UInt64>(capacity: max(1, limit))
        for group in groups { best.insert(rare ? table.tally(group).count : ~table.tally(group).count) }
        guard limit > 0, let worst = best.worst else { return }
        let last = rare ? worst : ~worst
        for group in groups {
            let count = table.tally(group).count
            if count == last { tied.append(group) } else if rare ? count < last : count > last { ahead.append(group) }
        }
        hasShortened = (ahead + tied).contains { $0 > 0 && values.isShortened(UInt32($0)) }
    }

    /// Collects the texts that are wanted.
    func listener(_ values: SharedValues) -> LongTexts {
        var wishes = Array(repeating: LongTexts.Wish.no, count: ((ahead + tied).max() ?? 0) + 1)
        var known: [(number: UInt32, text: [UInt8])] = []
        for group in tied where group > 0 {
            let number = UInt32(group)
            if values.isShortened(number) {
                wishes[group] = .ifSmall
            } else {
                known.append((number, values.withText(number) { Array($0) }))
            }
        }
        for group in ahead where group > 0 && values.isShortened(UInt32(group)) { wishes[group] = .text }
        return LongTexts(wishes: wishes, limit: limit - ahead.count, known: known)
    }

    /// The groups in their order, when all that was wanted has been heard.
    func groups(_ table: GroupTable, _ values: SharedValues, _ texts: LongTexts) -> RankedGroups {
        func event(_ group: Int, _ text: [UInt8]?) -> EventGroup {
            EventGroup(interval: nil, values: [text], count: table.tally(group).count, times: nil)
        }
        let first = ahead.map { group -> EventGroup in
            if group == 0 { return event(group, nil) }
            return event(group, texts.texts[UInt32(group)] ?? values.withText(UInt32(group)) { Array($0) })
        }.sorted { a, b in
            if a.count != b.count { return rare ? a.count < b.count : a.count > b.count }
            guard let x = a.values[0], let y = b.values[0] else { return a.values[0] != nil }
            return x.lexicographicallyPrecedes(y)
        }
        let last = texts.best.map { event(Int($0.number), $0.text) } + (tied.contains(0) ? [event(0, nil)] : [])
        return RankedGroups(first + last.prefix(limit - first.count))
    }
}
