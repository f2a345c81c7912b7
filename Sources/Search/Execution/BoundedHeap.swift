/// Keeps the smallest `capacity` elements it was given; the largest of them on top.
public struct BoundedHeap<Element: Comparable> {
    let capacity: Int
    /// In no order.
    public private(set) var elements: [Element] = []

    /// - Parameter capacity: at least 1.
    public init(capacity: Int) {
        self.capacity = capacity
    }

    public var isFull: Bool { elements.count >= capacity }
    /// The largest element kept.
    public var worst: Element? { elements.first }

    public mutating func insert(_ element: Element) {
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
