#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A stretch of a line.
struct LineText: BitwiseCopyable {
    var start: UnsafePointer<UInt8>
    var count: Int
}

/// Puts the events of a chunk into blocks so that those that are alike stand together.
///
/// Events are sorted by what they say, and blocks are cut from that order; within a block lines stay in their order. So a
/// block compresses better, and what only one kind of event says stands in few blocks. Depends on the lines alone.
struct LineOrder {
    /// Per event its block.
    private(set) var places: [UInt8] = []
    /// The events, block after block, those of a block ascending.
    private(set) var events: [Int32] = []

    private struct Key {
        var letters: (UInt64, UInt64)
        var event: Int32
    }

    private var keys: [Key] = []

    /// Bytes of a text that are compared.
    private static let mostCompared = 256

    /// - Parameters:
    ///   - texts: per event its longest text, with 8 readable bytes behind it.
    ///   - lengths: of the lines without their line feeds.
    ///   - blockBytes: a block is closed when it has so many bytes of lines.
    mutating func sort(_ texts: Buffer<LineText>, lengths: [Int], blockBytes: Int) {
        let count = lengths.count
        keys.removeAll(keepingCapacity: true)
        for event in 0..<count {
            keys.append(Key(letters: Self.letters(of: texts[event]), event: Int32(truncatingIfNeeded: event)))
        }
        keys.sort { a, b in
            if a.letters.0 != b.letters.0 { return a.letters.0 < b.letters.0 }
            if a.letters.1 != b.letters.1 { return a.letters.1 < b.letters.1 }
            let (x, y) = (texts[Int(a.event)], texts[Int(b.event)])
            let order = compareBytes(
                x.start, min(x.count, Self.mostCompared), y.start, min(y.count, Self.mostCompared))
            return order == 0 ? a.event < b.event : order < 0
        }
        cut(lengths, blockBytes)
    }

    /// The first sixteen letters: numbers differ where events are of one kind.
    private static func letters(of text: LineText) -> (UInt64, UInt64) {
        var words: (UInt64, UInt64) = (0, 0)
        var found = 0
        for i in 0..<min(text.count, mostCompared) {
            let byte = text.start[i]
            guard byte | 0x20 >= 0x61, byte | 0x20 <= 0x7A else { continue }
            if found < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
            found += 1
            if found == 16 { break }
        }
        if found < 8 { words.0 <<= UInt64(8 * (8 - found)) } else { words.1 <<= UInt64(8 * (16 - found)) }
        return words
    }

    private mutating func cut(_ lengths: [Int], _ blockBytes: Int) {
        places = [UInt8](repeating: 0, count: lengths.count)
        var place: UInt8 = 0
        var bytes = 0
        var inBlock = [0]
        for key in keys {
            if bytes >= blockBytes {
                place += 1
                bytes = 0
                inBlock.append(0)
            }
            places[Int(key.event)] = place
            bytes += lengths[Int(key.event)] + 1
            inBlock[Int(place)] += 1
        }
        var next = [0]
        for count in inBlock { next.append(next[next.count - 1] + count) }
        events = [Int32](repeating: 0, count: lengths.count)
        for event in lengths.indices {
            let place = Int(places[event])
            events[next[place]] = Int32(truncatingIfNeeded: event)
            next[place] += 1
        }
    }

    var blocks: Int { (places.max()).map { Int($0) + 1 } ?? 0 }
}
