import Archive

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Texts in strictly ascending order of their bytes, each with a count.
///
/// `@unchecked` is safe: filled by one thread, read by several when it is complete.
final class SortedEntries: @unchecked Sendable {
    private var bytes: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0
    /// Where each text ends.
    private var ends: [Int] = []
    private(set) var counts: [UInt64] = []

    /// Room that is taken at once, at most; what is not written to costs nothing.
    private static let mostReserved = 64 << 20

    /// - Parameters:
    ///   - texts: how many are to come, as far as known: then nothing is moved on the way.
    ///   - bytes: of all of them.
    init(texts: Int = 0, bytes room: Int = 0) {
        capacity = min(max(room, 1 << 16), Self.mostReserved)
        bytes = .allocate(byteCount: capacity, alignment: 8)
        ends.reserveCapacity(min(texts, Self.mostReserved / 8))
        counts.reserveCapacity(min(texts, Self.mostReserved / 8))
    }

    deinit { bytes.deallocate() }

    var count: Int { ends.count }
    /// Bytes that are written to.
    var memory: Int { used + 16 * count }

    /// False if the text does not come after the one before.
    func append(_ text: UnsafeRawBufferPointer, _ count: UInt64) -> Bool {
        if !ends.isEmpty, !ValueTable.isSmaller(self[ends.count - 1], than: text) { return false }
        makeRoom(text.count)
        if let base = text.baseAddress { memcpy(bytes + used, base, text.count) }
        end(text.count, count)
        return true
    }

    /// The same with the text in quotation marks.
    func append(quoting text: UnsafeRawBufferPointer, _ count: UInt64) -> Bool {
        let length = text.count + 2
        makeRoom(length)
        bytes.storeBytes(of: 0x22, toByteOffset: used, as: UInt8.self)
        if let base = text.baseAddress { memcpy(bytes + used + 1, base, text.count) }
        bytes.storeBytes(of: 0x22, toByteOffset: used + length - 1, as: UInt8.self)
        let quoted = UnsafeRawBufferPointer(start: bytes + used, count: length)
        if !ends.isEmpty, !ValueTable.isSmaller(self[ends.count - 1], than: quoted) { return false }
        end(length, count)
        return true
    }

    private func makeRoom(_ length: Int) {
        guard used + length > capacity else { return }
        let larger = max(capacity * 2, used + length)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 8)
        memcpy(moved, bytes, used)
        bytes.deallocate()
        (bytes, capacity) = (moved, larger)
    }

    private func end(_ length: Int, _ count: UInt64) {
        used += length
        ends.append(used)
        counts.append(count)
    }

    subscript(place: Int) -> UnsafeRawBufferPointer {
        let start = place == 0 ? 0 : ends[place - 1]
        return UnsafeRawBufferPointer(start: bytes + start, count: ends[place] - start)
    }

    /// The first place whose text is not smaller.
    func place(of text: UnsafeRawBufferPointer) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if ValueTable.isSmaller(self[middle], than: text) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// Merges sorted texts: equal ones become one, with the sum of their counts.
struct EntryMerge {
    let streams: [SortedEntries]

    /// Cuts all streams at the same texts into about equal parts: for each part a range of each stream.
    func parts(_ wanted: Int) -> [[Range<Int>]] {
        guard let longest = streams.max(by: { $0.count < $1.count }), longest.count > 4_096, wanted > 1 else {
            return [streams.map { 0..<$0.count }]
        }
        var starts = streams.map { _ in 0 }
        return (1...wanted).map { part in
            let ends = streams.map { stream in
                part == wanted ? stream.count : stream.place(of: longest[longest.count * part / wanted])
            }
            defer { starts = ends }
            return zip(starts, ends).map { $0..<$1 }
        }
    }

    /// A stream's next text.
    private struct Head {
        /// Its first eight bytes as a number, which decides most comparisons.
        var prefix: UInt64
        var text: UnsafeRawBufferPointer
        var stream: Int

        static func < (a: Head, b: Head) -> Bool {
            a.prefix == b.prefix ? ValueTable.isSmaller(a.text, than: b.text) : a.prefix < b.prefix
        }

        func isEqual(_ other: UnsafeRawBufferPointer) -> Bool {
            guard text.count == other.count, let a = text.baseAddress, let b = other.baseAddress else {
                return text.count == other.count
            }
            return memcmp(a, b, text.count) == 0
        }
    }

    /// Calls `body` with each text of a part, ascending, and its count.
    func forEach(_ ranges: [Range<Int>], _ body: (UnsafeRawBufferPointer, UInt64) -> Void) {
        var next = ranges.map(\.lowerBound)
        var heap: [Head] = []
        for stream in streams.indices { if let head = head(stream, &next, ranges) { heap.append(head) } }
        heap.sort(by: <)
        let lasts = streams.indices.map { stream in
            ranges[stream].isEmpty ? nil : head(stream, at: ranges[stream].upperBound - 1)
        }
        var leader = -1
        while let first = heap.first {
            // Partitions of one day each have texts of their own where these begin with a time: no comparison is needed then.
            if first.stream != leader, let last = lasts[first.stream],
                heap.dropFirst().prefix(2).allSatisfy({ last < $0 })
            {
                let stream = streams[first.stream]
                for place in next[first.stream] - 1..<ranges[first.stream].upperBound {
                    body(stream[place], stream.counts[place])
                }
                heap.swapAt(0, heap.count - 1)
                heap.removeLast()
                Self.sink(&heap)
                continue
            }
            leader = first.stream
            let text = first.text
            var count: UInt64 = 0
            while let head = heap.first, head.isEqual(text) {
                count += streams[head.stream].counts[next[head.stream] - 1]
                if let following = self.head(head.stream, &next, ranges) {
                    heap[0] = following
                } else {
                    heap.swapAt(0, heap.count - 1)
                    heap.removeLast()
                }
                Self.sink(&heap)
            }
            body(text, count)
        }
    }

    private func head(_ stream: Int, _ next: inout [Int], _ ranges: [Range<Int>]) -> Head? {
        guard next[stream] < ranges[stream].upperBound else { return nil }
        next[stream] += 1
        return head(stream, at: next[stream] - 1)
    }

    private func head(_ stream: Int, at place: Int) -> Head {
        let text = streams[stream][place]
        var prefix: UInt64 = 0
        if text.count >= 8 {
            prefix = UInt64(bigEndian: text.loadUnaligned(as: UInt64.self))
        } else {
            for place in 0..<8 { prefix = prefix << 8 | (place < text.count ? UInt64(text[place]) : 0) }
        }
        return Head(prefix: prefix, text: text, stream: stream)
    }

    private static func sink(_ heap: inout [Head]) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
