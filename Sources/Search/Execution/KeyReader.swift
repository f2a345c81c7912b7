import Archive

/// Makes the sort keys of a partition's events.
struct KeyReader {
    let reader: PartitionReader
    let order: SortOrder
    /// Place among the candidates.
    let partition: Int
    let rank: Int

    /// Calls `body` with the key of each event whose time lies in `wanted` (given as `HitKey.time`), in an order that
    /// mostly begins with the smallest keys.
    ///
    /// - Parameter wanted: asked anew for each chunk and event: it may narrow.
    func forEachKey(of events: Bitmap, in wanted: () -> ClosedRange<Int64>, _ body: (HitKey) -> Void) throws {
        let chunks = 0..<reader.seriesChunks
        switch order {
        case .newest: for chunk in chunks.reversed() { try keys(of: events, chunk, wanted, body) }
        case .oldest, .none: for chunk in chunks { try keys(of: events, chunk, wanted, body) }
        }
    }

    /// Between which keys' times those of a chunk lie; nil: not known.
    private func range(of chunk: Int) throws -> ClosedRange<Int64>? {
        guard let times = try reader.range(of: .time, chunk: chunk) else { return nil }
        let (first, last) = (HitKey.sortTime(times.lowerBound, order), HitKey.sortTime(times.upperBound, order))
        return min(first, last)...max(first, last)
    }

    private func keys(
        of events: Bitmap, _ chunk: Int, _ wanted: () -> ClosedRange<Int64>, _ body: (HitKey) -> Void
    ) throws {
        let first = UInt64(chunk * PartitionFormat.seriesChunk) + 1
        let last = min(events.eventCount, first + UInt64(PartitionFormat.seriesChunk) - 1)
        guard let some = events.next(after: first - 1), some <= last else { return }
        let sought = wanted()
        if !sought.contains(HitKey.undated), let range = try range(of: chunk), !range.overlaps(sought) { return }
        let times = try reader.series(.time, chunk: chunk)
        guard times.count == Int(last - first) + 1 else {
            throw ArchiveError(.damaged, "times are missing", path: reader.path)
        }
        let nanoseconds = try reader.series(.nanoseconds, chunk: chunk)
        guard nanoseconds.isEmpty || nanoseconds.count == times.count else {
            throw ArchiveError(.damaged, "nanoseconds are missing", path: reader.path)
        }
        var lines: [Int64] = []
        func take(_ event: UInt64) throws {
            let at = Int(event - first)
            let time = HitKey.sortTime(times[at], order)
            guard wanted().contains(time) else { return }
            if lines.isEmpty { lines = try reader.series(.line, chunk: chunk) }
            guard at < lines.count else { throw ArchiveError(.damaged, "line numbers are missing", path: reader.path) }
            body(
                HitKey(
                    time: time, line: UInt64(bitPattern: lines[at]), partition: UInt32(partition),
                    event: UInt32(truncatingIfNeeded: event), rank: UInt32(rank),
                    nanoseconds: HitKey.sortNanoseconds(nanoseconds.isEmpty ? 0 : nanoseconds[at], order)))
        }
        switch order {
        case .newest:
            var next = events.previous(before: last + 1)
            while let event = next, event >= first {
                try take(event)
                next = events.previous(before: event)
            }
        case .oldest, .none:
            var next: UInt64? = some
            while let event = next, event <= last {
                try take(event)
                next = events.next(after: event)
            }
        }
    }
}
