import Events

/// The distinct terms of one chunk with the events that hold them.
///
/// The table of a chunk stays in the processor's second-level cache; chunks are merged at the partition's end. A term of
/// up to sixteen bytes, as nearly all are, stands in its entry as two words, so that a look-up touches one slot and one
/// entry and compares without a loop.
struct TermTable {
    /// A term of up to sixteen bytes is its two words, filled with zeros, which no term holds.
    struct Entry: BitwiseCopyable {
        var low: UInt64
        var high: UInt64
        var hash: UInt32
        /// Where the bytes from the seventeenth on stand in the arena.
        var tail: UInt32
        var length: UInt32
        var lastEvent: UInt16
        /// Events that hold the term, at most `longestChunk`.
        var count: UInt16
    }

    /// A chunk has at most this many events (`CutRules.chunkEvents`): differences of their numbers are below 2^14, which
    /// `writeRun` writes in at most two bytes.
    static let longestChunk = 8_192
    static let wordsOfEntry = 16

    private var slots: Buffer<UInt32>
    private var mask: Int
    private(set) var entries = Buffer<Entry>(capacity: 32768)
    private(set) var arena = Buffer<UInt8>(capacity: 1 << 17)
    /// Term numbers, event after event; each event's terms are distinct.
    private(set) var postings = Buffer<UInt32>(capacity: 1 << 19)
    /// Where each event's terms begin in `postings`.
    private(set) var eventStarts = Buffer<Int>(capacity: longestChunk + 1)
    private var event: UInt16 = 0
    /// Random, so that nobody can write terms that all fall into one slot. Never stored.
    private let seed = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
    /// What `writeRun` needs, kept from chunk to chunk.
    var order = TermOrder()
    var positions = Buffer<UInt32>(capacity: 32768)
    var rows = Buffer<UInt16>(capacity: 1 << 19)

    init() {
        slots = Buffer(capacity: 1 << 16)
        mask = (1 << 16) - 1
        slots.base.update(repeating: 0, count: 1 << 16)
    }

    func free() {
        slots.free()
        entries.free()
        arena.free()
        postings.free()
        eventStarts.free()
        order.free()
        positions.free()
        rows.free()
    }

    mutating func reset() {
        if mask >= 1 << 20 {
            slots.removeAll(keeping: 1 << 16)
            mask = (1 << 16) - 1
        }
        slots.base.update(repeating: 0, count: mask + 1)
        entries.removeAll(keeping: 1 << 18)
        arena.removeAll(keeping: 1 << 21)
        postings.removeAll(keeping: 1 << 21)
        eventStarts.removeAll(keeping: 1 << 16)
        order.reset()
        positions.removeAll(keeping: 1 << 18)
        rows.removeAll(keeping: 1 << 21)
        event = 0
    }

    /// Events are numbered from 1.
    mutating func startEvent() {
        precondition(event < Self.longestChunk, "a chunk has too many events")
        event &+= 1
        eventStarts.append(postings.count)
    }

    /// Marks the end of the last event.
    mutating func endEvents() {
        eventStarts.append(postings.count)
    }

    /// Where the search for a term of 1 to 16 bytes begins.
    @inline(__always)
    func hash(low: UInt64, high: UInt64) -> UInt32 {
        mixed(low ^ seed.0, high ^ seed.1)
    }

    /// The term that probably is the one with this hash, counted from 1, or 0. Reading it early for many terms lets
    /// the processor wait for several places of memory at once.
    @inline(__always)
    func guess(_ hash: UInt32) -> UInt32 {
        slots[Int(hash) & mask]
    }

    /// Enters a term of 1 to 16 bytes for the present event and returns its number.
    @inline(__always)
    mutating func add(low: UInt64, high: UInt64, length: UInt32, hash: UInt32, guess: UInt32) -> UInt32 {
        if guess != 0 {
            let entry = entries.base + Int(guess &- 1)
            if (entry.pointee.low ^ low) | (entry.pointee.high ^ high)
                | UInt64(truncatingIfNeeded: entry.pointee.length ^ length) == 0
            {
                post(guess &- 1, entry)
                return guess &- 1
            }
        }
        return search(low: low, high: high, length: length, hash: hash)
    }

    /// Enters a term of 1 to 16 bytes for the present event and returns its number.
    mutating func add(low: UInt64, high: UInt64, length: UInt32) -> UInt32 {
        search(low: low, high: high, length: length, hash: hash(low: low, high: high))
    }

    @inline(never)
    private mutating func search(low: UInt64, high: UInt64, length: UInt32, hash: UInt32) -> UInt32 {
        var slot = Int(hash) & mask
        while true {
            let number = slots[slot]
            if number == 0 { break }
            let entry = entries.base + Int(number &- 1)
            if (entry.pointee.low ^ low) | (entry.pointee.high ^ high)
                | UInt64(truncatingIfNeeded: entry.pointee.length ^ length) == 0
            {
                post(number &- 1, entry)
                return number &- 1
            }
            slot = (slot &+ 1) & mask
        }
        let entry = Entry(low: low, high: high, hash: hash, tail: 0, length: length, lastEvent: event, count: 1)
        return insert(entry, slot)
    }

    /// Enters a term of 1 to 128 bytes. At least 16 bytes from its start and 8 after its end are readable.
    mutating func add(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
        let raw = UnsafeRawPointer(bytes)
        let low = raw.loadUnaligned(as: UInt64.self) & ByteMask.of(length)
        let high = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self) & ByteMask.of(length &- 8)
        if length <= Self.wordsOfEntry { return add(low: low, high: high, length: UInt32(truncatingIfNeeded: length)) }
        return addLong(bytes, length, low, high)
    }

    private mutating func addLong(
        _ bytes: UnsafePointer<UInt8>, _ length: Int, _ low: UInt64, _ high: UInt64
    ) -> UInt32 {
        let raw = UnsafeRawPointer(bytes)
        var hash = low ^ seed.0 ^ UInt64(truncatingIfNeeded: length)
        var at = 8
        while at < length {
            let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & ByteMask.of(length &- at)
            let product = (hash ^ word).multipliedFullWidth(by: seed.1 | 1)
            hash = product.high ^ product.low
            at &+= 8
        }
        let short = UInt32(truncatingIfNeeded: hash ^ hash >> 32)
        let tail = bytes + Self.wordsOfEntry
        var slot = Int(short) & mask
        while true {
            let number = slots[slot]
            if number == 0 { break }
            let entry = entries.base + Int(number &- 1)
            if entry.pointee.hash == short, entry.pointee.length == UInt32(truncatingIfNeeded: length),
                entry.pointee.low == low, entry.pointee.high == high,
                sameBytes(arena.base + Int(entry.pointee.tail), tail, length &- Self.wordsOfEntry)
            {
                post(number &- 1, entry)
                return number &- 1
            }
            slot = (slot &+ 1) & mask
        }
        arena.reserve(length + 16)
        let offset = arena.count
        arena.append(tail, length - Self.wordsOfEntry)
        return insert(
            Entry(
                low: low, high: high, hash: short, tail: UInt32(truncatingIfNeeded: offset),
                length: UInt32(truncatingIfNeeded: length), lastEvent: event, count: 1), slot)
    }

    /// Enters a known term for the present event.
    @inline(__always)
    mutating func add(number: UInt32) {
        post(number, entries.base + Int(number))
    }

    @inline(__always)
    private mutating func post(_ number: UInt32, _ entry: UnsafeMutablePointer<Entry>) {
        // Without a branch: whether a term comes again in an event cannot be foretold.
        let isFirst: Int = entry.pointee.lastEvent == event ? 0 : 1
        entry.pointee.lastEvent = event
        entry.pointee.count &+= UInt16(truncatingIfNeeded: isFirst)
        postings.reserve(1)
        postings[postings.count] = number
        postings.count &+= isFirst
    }

    @inline(never)
    private mutating func insert(_ entry: Entry, _ slot: Int) -> UInt32 {
        let number = UInt32(truncatingIfNeeded: entries.count)
        entries.append(entry)
        slots[slot] = number &+ 1
        postings.append(number)
        if entries.count &* 2 > mask { rehash() }
        return number
    }

    private mutating func rehash() {
        let size = (mask + 1) * 2
        slots.free()
        slots = Buffer(capacity: size)
        slots.base.update(repeating: 0, count: size)
        mask = size - 1
        for number in 0..<entries.count {
            var slot = Int(entries[number].hash) & mask
            while slots[slot] != 0 { slot = (slot &+ 1) & mask }
            slots[slot] = UInt32(truncatingIfNeeded: number) &+ 1
        }
    }

    /// Multiplies to 128 bits and folds the halves, as wyhash does.
    @inline(__always)
    private func mixed(_ a: UInt64, _ b: UInt64) -> UInt32 {
        let product = a.multipliedFullWidth(by: b)
        let folded = product.high ^ product.low
        return UInt32(truncatingIfNeeded: folded ^ folded >> 32)
    }
}

/// Masks that keep the first bytes of a little-endian word.
enum ByteMask {
    /// Keeps the first `count` bytes; none below 1, all from 8 on.
    @inline(__always)
    static func of(_ count: Int) -> UInt64 {
        let kept = UInt64(truncatingIfNeeded: min(max(count, 0), 8))
        // Two shifts, since one by 64 would not be one machine instruction.
        return ~((UInt64.max &<< (kept &* 4)) &<< (kept &* 4))
    }
}
