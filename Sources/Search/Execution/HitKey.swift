import Archive
import Events

/// What decides a hit's place in the order, smallest first.
struct HitKey: Comparable {
    /// Microseconds, turned round for `newest`; an undated event has the largest.
    var time: Int64
    var line: UInt64
    /// Place among the candidates.
    var partition: UInt32
    var event: UInt32
    /// Place of the export by label.
    var rank: UInt32
    var nanoseconds: Int16

    static let undated = Int64.max

    /// - Parameter time: microseconds or `undatedTime`.
    @inline(__always)
    static func sortTime(_ time: Int64, _ order: SortOrder) -> Int64 {
        switch order {
        case .newest: ~time
        case .oldest, .none: time == undatedTime ? undated : time
        }
    }

    static func sortNanoseconds(_ nanoseconds: Int64, _ order: SortOrder) -> Int16 {
        let nanoseconds = Int16(clamping: nanoseconds)
        switch order {
        case .newest: return 999 &- nanoseconds
        case .oldest, .none: return nanoseconds
        }
    }

    /// The event's time; nil if it is undated.
    func instant(_ order: SortOrder) -> Instant? {
        if time == Self.undated { return nil }
        switch order {
        case .newest: return Instant(microseconds: ~time, nanoseconds: 999 &- nanoseconds)
        case .oldest, .none: return Instant(microseconds: time, nanoseconds: nanoseconds)
        }
    }

    static func < (a: HitKey, b: HitKey) -> Bool {
        if a.time != b.time { return a.time < b.time }
        if a.time != undated, a.nanoseconds != b.nanoseconds { return a.nanoseconds < b.nanoseconds }
        if a.rank != b.rank { return a.rank < b.rank }
        return a.line < b.line
    }
}

/// Keeps the smallest `capacity` elements it was given; the largest of them on top.
struct BoundedHeap<Element: Comparable> {
    let capacity: Int
    private(set) var elements: [Element] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    var isFull: Bool { elements.count >= capacity }
    /// The largest element kept.
    var worst: Element? { elements.first }

    mutating func insert(_ element: Element) {
        if elements.count < capacity {
            elements.append(element)
            siftUp(elements.count - 1)
        } else if let worst = elements.first, element < worst {
            elements[0] = element
            siftDown()
        }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard elements[parent] < elements[child] else { return }
            elements.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var largest = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < elements.count {
                if elements[largest] < elements[child] { largest = child }
            }
            if largest == parent { return }
            elements.swapAt(parent, largest)
            parent = largest
        }
    }
}
