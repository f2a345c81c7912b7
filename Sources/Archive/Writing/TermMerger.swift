/// Merges the term runs of a partition's chunks, in ascending order of terms, into one FTS5 segment.
struct TermMerger {
    private var cursors: [RunCursor] = []
    private var heap: [Int] = []

    init(chunks: [PartitionChunk]) throws(ArchiveError) {
        var rows: UInt64 = 0
        for chunk in chunks {
            let cursor = try RunCursor(chunk: chunk, rowBase: rows)
            rows += UInt64(chunk.events)
            if !cursor.isAtEnd {
                cursors.append(cursor)
                heap.append(cursors.count - 1)
            }
        }
        for i in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(i) }
    }

    /// Writes every term with its events; `seen` gets each distinct term once.
    mutating func merge(into writer: inout SegmentWriter, seen: (UnsafeRawBufferPointer) -> Void) throws {
        var term: [UInt8] = []
        var prefix: UInt64 = 0
        var started = false
        while let top = heap.first {
            let cursor = cursors[top]
            let isSame =
                started && cursor.prefix == prefix && cursor.termLength == term.count
                && (term.count <= 8 || matches(cursor, term))
            if !isSame {
                cursor.withWindow { window in
                    term.removeAll(keepingCapacity: true)
                    term.append(
                        contentsOf: UnsafeBufferPointer(start: window + cursor.termStart, count: cursor.termLength))
                }
                prefix = cursor.prefix
                started = true
                try term.withUnsafeBytes { bytes in
                    seen(bytes)
                    try writer.startTerm(bytes)
                }
            }
            try append(cursor, to: &writer)
            try cursors[top].advance()
            if cursors[top].isAtEnd {
                heap[0] = heap[heap.count - 1]
                heap.removeLast()
            }
            if !heap.isEmpty { siftDown(0) }
        }
    }

    private func matches(_ cursor: RunCursor, _ term: [UInt8]) -> Bool {
        cursor.withWindow { window in
            term.withUnsafeBufferPointer { bytes in
                for i in 8..<bytes.count where window[cursor.termStart + i] != bytes[i] { return false }
                return true
            }
        }
    }

    /// The run's deltas are coded as the segment's, so they are mostly copied as they are.
    private func append(_ cursor: RunCursor, to writer: inout SegmentWriter) throws {
        try cursor.withWindowThrowing { window in
            try writer.append(
                firstRow: cursor.rowBase + cursor.first, count: Int(cursor.count),
                lastRow: cursor.rowBase + cursor.last,
                deltas: UnsafeRawBufferPointer(start: window + cursor.deltas.lowerBound, count: cursor.deltas.count))
        }
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        let x = cursors[a].prefix
        let y = cursors[b].prefix
        if x != y { return x < y }
        return slowPrecedes(a, b)
    }

    private func slowPrecedes(_ a: Int, _ b: Int) -> Bool {
        let x = cursors[a]
        let y = cursors[b]
        let order = x.withWindow { p in
            y.withWindow { q in
                let n = min(x.termLength, y.termLength)
                for i in 0..<n where p[x.termStart + i] != q[y.termStart + i] {
                    return p[x.termStart + i] < q[y.termStart + i] ? -1 : 1
                }
                return x.termLength == y.termLength ? 0 : x.termLength < y.termLength ? -1 : 1
            }
        }
        return order == 0 ? a < b : order < 0
    }

    private mutating func siftDown(_ start: Int) {
        var at = start
        let item = heap[at]
        let count = heap.count
        while true {
            var child = 2 * at + 1
            if child >= count { break }
            if child + 1 < count, precedes(heap[child + 1], heap[child]) { child += 1 }
            if !precedes(heap[child], item) { break }
            heap[at] = heap[child]
            at = child
        }
        heap[at] = item
    }
}

extension RunCursor {
    func withWindowThrowing(_ body: (UnsafePointer<UInt8>) throws -> Void) throws {
        try withWindow { window in Result { try body(window) } }.get()
    }
}
