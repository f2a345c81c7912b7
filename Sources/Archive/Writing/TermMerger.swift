#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Merges the term runs of a partition's chunks, in ascending order of terms, into one FTS5 segment.
///
/// A tree of losers (Knuth, The Art of Computer Programming, volume 3, 5.4.1): after a run has advanced, one comparison
/// a level finds the next smallest. Keys of sixteen bytes decide nearly all of them.
struct TermMerger: ~Copyable {
    /// The present term of a run as far as sixteen bytes go.
    private struct Key: BitwiseCopyable {
        var low: UInt64
        var high: UInt64
    }

    /// Above every term: UTF-8 has no byte 0xFF.
    private static let finished = Key(low: .max, high: .max)

    private let windows: [RunWindow]
    private let runs: Int
    private let cursors: UnsafeMutablePointer<RunCursor>
    private let keys: UnsafeMutablePointer<Key>
    /// At 0 the run with the smallest term, behind it the losers of the comparisons above them.
    private let tree: UnsafeMutablePointer<Int>

    init(chunks: [PartitionChunk]) throws(ArchiveError) {
        var rows: UInt64 = 0
        var windows: [RunWindow] = []
        var starts: [RunCursor] = []
        for chunk in chunks {
            let window = RunWindow(chunk)
            starts.append(try window.start(rowBase: rows))
            windows.append(window)
            rows += UInt64(chunk.events)
        }
        self.windows = windows
        runs = windows.count
        cursors = .allocate(capacity: max(runs, 1))
        keys = .allocate(capacity: max(runs, 1))
        tree = .allocate(capacity: max(runs, 1))
        for run in 0..<runs { cursors[run] = starts[run] }
    }

    deinit {
        cursors.deallocate()
        keys.deallocate()
        tree.deallocate()
    }

    /// Writes every term with its events; `seen` gets each distinct term once.
    mutating func merge(into writer: inout SegmentWriter, seen: (UnsafeRawBufferPointer) -> Void) throws {
        for run in 0..<runs { try advance(run) }
        plant()
        let term = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        defer { term.deallocate() }
        var length = 0
        var present = Key(low: 0, high: 0)
        while runs > 0 {
            let run = tree[0]
            let key = keys[run]
            if key.low == .max { break }
            let cursor = cursors + run
            let isSame =
                key.low == present.low && key.high == present.high && cursor.pointee.termLength == length
                && (length <= 16 || memcmp(cursor.pointee.term + 16, term + 16, length - 16) == 0)
            if !isSame {
                length = cursor.pointee.termLength
                term.update(from: cursor.pointee.term, count: length)
                present = key
                let bytes = UnsafeRawBufferPointer(start: term, count: length)
                seen(bytes)
                try writer.startTerm(bytes)
            }
            try writer.append(
                firstRow: cursor.pointee.rowBase + cursor.pointee.first, count: cursor.pointee.count,
                lastRow: cursor.pointee.rowBase + cursor.pointee.last,
                deltas: UnsafeRawBufferPointer(start: cursor.pointee.deltas, count: cursor.pointee.deltaBytes))
            try advance(run)
            replay(run)
        }
    }

    private func advance(_ run: Int) throws(ArchiveError) {
        try windows[run].refillIfNeeded(&cursors[run])
        if cursors[run].advance() {
            keys[run] = Key(low: cursors[run].low, high: cursors[run].high)
        } else {
            keys[run] = Self.finished
        }
    }

    // MARK: the tree

    private func plant() {
        for node in 0..<runs { tree[node] = -1 }
        for run in 0..<runs {
            var winner = run
            var node = (run + runs) / 2
            while node > 0, winner >= 0 {
                if tree[node] < 0 {
                    tree[node] = winner
                    winner = -1
                } else if precedes(tree[node], winner) {
                    swap(&tree[node], &winner)
                }
                node /= 2
            }
            if winner >= 0 { tree[0] = winner }
        }
    }

    @inline(__always)
    private func replay(_ run: Int) {
        var winner = run
        var node = (run &+ runs) >> 1
        while node > 0 {
            let loser = tree[node]
            if precedes(loser, winner) {
                tree[node] = winner
                winner = loser
            }
            node >>= 1
        }
        tree[0] = winner
    }

    /// The order of terms; among equal ones, of chunks.
    @inline(__always)
    private func precedes(_ a: Int, _ b: Int) -> Bool {
        let x = keys[a]
        let y = keys[b]
        if x.low != y.low { return x.low < y.low }
        if x.high != y.high { return x.high < y.high }
        return precedesBehind(a, b)
    }

    private func precedesBehind(_ a: Int, _ b: Int) -> Bool {
        if keys[a].low == .max { return a < b }
        let x = cursors + a
        let y = cursors + b
        let m = x.pointee.termLength
        let n = y.pointee.termLength
        if min(m, n) > 16 {
            let order = memcmp(x.pointee.term + 16, y.pointee.term + 16, min(m, n) - 16)
            if order != 0 { return order < 0 }
        }
        return m == n ? a < b : m < n
    }
}
