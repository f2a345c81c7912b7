/// How the set of a row's events that have a value lies before it is compressed (docs/archive-format.md, "Fields").
enum PresenceLayout: Int64 {
    /// A bit an event, lowest first.
    case bitmap = 0
    /// Per event of the set a varint: how many others lie between it and the one before.
    case gaps = 1

    /// The layouts worth trying.
    static func candidates(present: Int, of count: Int) -> [PresenceLayout] {
        if present * 16 <= count { return [.gaps] }
        return present * 4 <= count ? [.bitmap, .gaps] : [.bitmap]
    }

    /// Whether the content of a set may have so many bytes.
    func allows(size: Int, present: Int, of count: Int) -> Bool {
        guard present > 0, present <= count else { return false }
        switch self {
        case .bitmap: return size == (count + 7) / 8
        case .gaps: return size >= present && size <= 3 * present
        }
    }

    /// Replaces what `out` holds.
    ///
    /// - Parameters:
    ///   - places: ascending, each below `count`.
    ///   - bitmap: the same places.
    func write(_ places: [UInt32], bitmap: [UInt8], into out: inout [UInt8]) {
        out.removeAll(keepingCapacity: true)
        switch self {
        case .bitmap: out.append(contentsOf: bitmap)
        case .gaps:
            var next: UInt32 = 0
            for place in places {
                out.appendVarint(UInt64(place - next))
                next = place + 1
            }
        }
    }

    /// Makes a bitmap, 64 events a word.
    ///
    /// - Parameters:
    ///   - present: how many events the set must have.
    ///   - words: for `count` events.
    /// - Throws: `ArchiveError.damaged` if the content is not what `write` makes.
    func read(
        _ content: UnsafeRawBufferPointer, present: Int, of count: Int, into words: UnsafeMutableBufferPointer<UInt64>
    ) throws(ArchiveError) {
        words.update(repeating: 0)
        switch self {
        case .bitmap:
            UnsafeMutableRawBufferPointer(words).copyMemory(from: content)
            for place in words.indices { words[place] = UInt64(littleEndian: words[place]) }
            let used = count & 63
            guard used == 0 || words[words.count - 1] >> UInt64(used) == 0 else {
                throw ArchiveError(.damaged, "an event behind the last one")
            }
        case .gaps:
            var at = 0
            var place = 0
            for _ in 0..<present {
                guard at < content.count else { throw ArchiveError(.damaged, "a set of events is cut off") }
                // As a rule a gap is one byte.
                var gap = Int(content[at])
                at += 1
                if gap >= 0x80 {
                    var reader = ByteReader(content, at: at - 1)
                    gap = Int(clamping: try reader.varint())
                    at = reader.at
                }
                guard gap < count - place else { throw ArchiveError(.damaged, "an event behind the last one") }
                place += gap
                words[place >> 6] |= 1 << UInt64(place & 63)
                place += 1
            }
            guard at == content.count else { throw ArchiveError(.damaged, "a set of events has more than it says") }
        }
        guard words.reduce(0, { $0 + $1.nonzeroBitCount }) == present else {
            throw ArchiveError(.damaged, "a set has not the number of events that it says")
        }
    }
}
