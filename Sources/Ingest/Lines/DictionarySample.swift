/// Chooses what the frames of a partition refer to: whole lines that say something new.
///
/// Frequent kinds of events repeat inside every block anyway, so a uniform sample wastes its space on them. A line is
/// taken when enough of its words have not been seen in the lines taken before (docs/decisions.md has the figures).
/// Depends on the lines alone.
enum DictionarySample {
    /// At most this many bytes, and one sixteenth of the run.
    static let longest = 1 << 20
    /// Fewer bytes are no help.
    static let shortest = 4_096
    /// A line is taken if more than one in this many of its words is new.
    private static let novelty = 5
    /// Bytes from a word's first letter that must be equal for it to count as seen.
    private static let gram = 12
    private static let tableBits = 22

    static func choose(_ run: EventRun) -> [UInt8] {
        let budget = min(longest, run.memory.count / 16)
        guard budget >= shortest else { return [] }
        var seen = [UInt64](repeating: 0, count: 1 << (tableBits - 6))
        var chosen: [Range<Int>] = []
        var size = 0
        var hashes: [UInt32] = []
        var at = 0
        for row in run.rows {
            let length = Int(row.length) + 1
            defer { at += length }
            if length > 64 << 10 || size + length > budget { continue }
            hashes.removeAll(keepingCapacity: true)
            var fresh = 0
            forEachWord(UnsafePointer(run.memory.base + at), length) { hash in
                hashes.append(hash)
                if seen[Int(hash >> 6)] & 1 << UInt64(hash & 63) == 0 { fresh += 1 }
            }
            guard fresh * novelty > hashes.count else { continue }
            for hash in hashes { seen[Int(hash >> 6)] |= 1 << UInt64(hash & 63) }
            chosen.append(at..<at + length)
            size += length
        }
        var sample: [UInt8] = []
        sample.reserveCapacity(size)
        // The first lines taken are of the most frequent kinds: last, they are the nearest to what refers to them.
        for range in chosen.reversed() {
            sample.append(
                contentsOf: UnsafeBufferPointer(start: run.memory.base + range.lowerBound, count: range.count))
        }
        return sample
    }

    private static func forEachWord(_ line: UnsafePointer<UInt8>, _ length: Int, _ body: (UInt32) -> Void) {
        var at = 0
        while at < length {
            guard isLetter(line[at]) else {
                at &+= 1
                continue
            }
            let start = at
            while at < length, isLetter(line[at]) || line[at] == 0x5F || line[at] == 0x2E { at &+= 1 }
            if at &- start < 4 { continue }
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for i in start..<min(start &+ gram, length) { hash = (hash ^ UInt64(line[i])) &* 0x0000_0100_0000_01B3 }
            hash ^= hash >> 29
            body(UInt32(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - tableBits)))
        }
    }

    @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
    }
}
