/// Which event stands on which line.
///
/// The plan is a sequence in windows of bounded size; each window depends on the options and its number alone.
struct EventPlan: Sendable {
    /// An event to be written.
    enum Item: Sendable {
        /// The ordinary event of this number.
        case ordinary(Int)
        /// The same, some field changed since the first search.
        case changed(Int)
        /// An event that had not arrived when the search was executed first; its place is beside event `Int`.
        case arrivedLater(Int)
        case needle([GeneratorOptions.Needle])
        /// Event `story` of the attack story; its randomness is that of event `index`.
        case story(Int, index: Int)
    }

    static let windowSize = 2048

    private let count: Int
    private let rerunSeed: UInt64?
    private var replaced: [Int: Item] = [:]
    private var added: [Int: Item] = [:]

    init(options: GeneratorOptions, count: Int, clock: EventClock) {
        self.count = count
        rerunSeed = options.rerunSeed
        for needle in options.needles where needle.line >= 1 && needle.line <= count {
            let index = needle.line - 1
            if case .needle(let earlier) = replaced[index] {
                replaced[index] = .needle(earlier + [needle])
            } else {
                replaced[index] = .needle([needle])
            }
        }
        guard options.tellsStory else { return }
        for (number, event) in StoryEvent.all.enumerated() where event.offset < options.duration {
            var index = clock.index(at: event.offset)
            if event.arrivesLater {
                if rerunSeed != nil { added[min(index, count - 1)] = .story(number, index: index) }
                continue
            }
            while replaced[index] != nil { index += 1 }
            if index < count { replaced[index] = .story(number, index: index) }
        }
    }

    /// How many windows there are.
    var windowCount: Int { (count + EventPlan.windowSize - 1) / EventPlan.windowSize }

    /// The events of window `number`, in the order of their lines.
    func window(_ number: Int) -> [Item] {
        let indices = number * EventPlan.windowSize..<min(count, (number + 1) * EventPlan.windowSize)
        guard let rerunSeed else { return indices.map { replaced[$0] ?? .ordinary($0) } }
        var items: [(place: Int, item: Item)] = []
        items.reserveCapacity(indices.count)
        for index in indices {
            var random = SplitMix64(seed: rerunSeed, event: index)
            let chance = random.below(100_000)
            // One event in fifty changes its place by up to thirty lines: shards answer in another order.
            let place = index * 4 + (random.below(50) == 0 ? random.below(120) : 0)
            if let addition = added[index] { items.append((place, addition)) }
            switch chance {
            case _ where replaced[index] != nil: items.append((place, replaced[index] ?? .ordinary(index)))
            case 0..<80: continue
            case 80..<330: items.append((place, .changed(index)))
            case 330..<730:
                items.append((place, .ordinary(index)))
                items.append((place + 2, .arrivedLater(index)))
            default: items.append((place, .ordinary(index)))
            }
        }
        // Swift's sort is not documented to be stable: equal places keep their order by position.
        let order = items.indices.sorted { (items[$0].place, $0) < (items[$1].place, $1) }
        return order.map { items[$0].item }
    }
}
