import Events

/// The distinct terms of one chunk with the events that hold them.
///
/// The table of a chunk stays in the processor's second-level cache; chunks are merged at the partition's end.
struct TermTable {
    struct Entry: BitwiseCopyable {
        var hash: UInt32
        var offset: UInt32
        var lastEvent: UInt32
        var count: UInt32
        var length: UInt32
    }

    private var slots: Buffer<UInt32>
    private var mask: Int
    private(set) var entries = Buffer<Entry>(capacity: 32768)
    private(set) var arena = Buffer<UInt8>(capacity: 1 << 19)
    /// Term numbers, event after event; each event's terms are distinct.
    private(set) var postings = Buffer<UInt32>(capacity: 1 << 19)
    /// Where each event's terms begin in `postings`.
    private(set) var eventStarts = Buffer<Int>(capacity: 8193)
    private var event: UInt32 = 0

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
    }

    mutating func reset() {
        slots.base.update(repeating: 0, count: mask + 1)
        entries.removeAll(keeping: 1 << 18)
        arena.removeAll(keeping: 1 << 22)
        postings.removeAll(keeping: 1 << 21)
        eventStarts.removeAll(keeping: 1 << 16)
        event = 0
    }

    /// Events are numbered from 1.
    mutating func startEvent() {
        event &+= 1
        eventStarts.append(postings.count)
    }

    /// Enters a term for the present event and returns its number.
    @inline(__always)
    mutating func add(_ bytes: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
        let hash = batchHash(bytes, length)
        var slot = Int(hash) & mask
        while true {
            let number = slots[slot]
            if number == 0 { break }
            let entry = entries.base + Int(number &- 1)
            if entry.pointee.hash == hash, entry.pointee.length == UInt32(truncatingIfNeeded: length),
                sameBytes(arena.base + Int(entry.pointee.offset), bytes, length)
            {
                post(number &- 1, entry)
                return number &- 1
            }
            slot = (slot &+ 1) & mask
        }
        return insert(bytes, length, hash, slot)
    }

    /// Enters a known term for the present event.
    @inline(__always)
    mutating func add(number: UInt32) {
        post(number, entries.base + Int(number))
    }

    @inline(__always)
    private mutating func post(_ number: UInt32, _ entry: UnsafeMutablePointer<Entry>) {
        if entry.pointee.lastEvent == event { return }
        entry.pointee.lastEvent = event
        entry.pointee.count &+= 1
        postings.append(number)
    }

    @inline(never)
    private mutating func insert(
        _ bytes: UnsafePointer<UInt8>, _ length: Int, _ hash: UInt32, _ slot: Int
    ) -> UInt32 {
        let number = UInt32(truncatingIfNeeded: entries.count)
        arena.reserve(length + 16)
        let offset = arena.count
        arena.append(bytes, length)
        entries.append(
            Entry(
                hash: hash, offset: UInt32(truncatingIfNeeded: offset), lastEvent: event, count: 1,
                length: UInt32(truncatingIfNeeded: length)))
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

    /// Appends the sorted run of this chunk's terms to `out`; the format is `TermRun`'s.
    mutating func writeRun(to out: inout Buffer<UInt8>) {
        eventStarts.append(postings.count)
        let events = eventStarts.count - 1
        let order = sortedTerms()
        defer { order.free() }

        // Counting sort: postings from event order to term order.
        let positions = Buffer<Int>(capacity: entries.count + 1)
        defer { positions.free() }
        var sum = 0
        for number in 0..<entries.count {
            positions[number] = sum
            sum += Int(entries[number].count)
        }
        let rows = Buffer<UInt32>(capacity: max(sum, 1))
        defer { rows.free() }
        for event in 0..<events {
            let row = UInt32(truncatingIfNeeded: event) &+ 1
            for at in eventStarts[event]..<eventStarts[event &+ 1] {
                let number = Int(postings[at])
                rows[positions[number]] = row
                positions[number] &+= 1
            }
        }

        out.reserve(sum * 2 + entries.count * 16)
        for at in 0..<entries.count {
            let number = Int(order[at].number)
            let entry = entries[number]
            let end = positions[number]
            let start = end &- Int(entry.count)
            out.append(UInt8(truncatingIfNeeded: entry.length))
            out.append(arena.base + Int(entry.offset), Int(entry.length))
            out.appendVarint(UInt64(entry.count))
            var previous = rows[start]
            out.appendVarint(UInt64(previous))
            out.appendVarint(UInt64(rows[end &- 1]))
            // Deltas: reserve the largest length, write, then move nothing: the byte count is computed first.
            var bytes = 0
            for i in (start &+ 1)..<max(end, start &+ 1) {
                bytes &+= Self.varintLength(rows[i] &- rows[i &- 1])
            }
            out.appendVarint(UInt64(bytes))
            for i in (start &+ 1)..<max(end, start &+ 1) {
                out.appendVarint(UInt64(rows[i] &- previous))
                previous = rows[i]
            }
        }
    }

    @inline(__always)
    private static func varintLength(_ value: UInt32) -> Int {
        value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5
    }

    private struct SortKey: BitwiseCopyable {
        var prefix: UInt64
        var number: UInt32
    }

    /// Term numbers in ascending order of their bytes.
    private func sortedTerms() -> Buffer<SortKey> {
        var keys = Buffer<SortKey>(capacity: max(entries.count, 1))
        for number in 0..<entries.count {
            let entry = entries[number]
            let word = UnsafeRawPointer(arena.base + Int(entry.offset)).loadUnaligned(as: UInt64.self).bigEndian
            let prefix = entry.length >= 8 ? word : word & ~(UInt64.max >> UInt64(8 &* entry.length))
            keys.append(SortKey(prefix: prefix, number: UInt32(truncatingIfNeeded: number)))
        }
        let arena = arena.base
        let entries = entries.base
        var sorted = UnsafeMutableBufferPointer(start: keys.base, count: keys.count)
        sorted.sort { a, b in
            if a.prefix != b.prefix { return a.prefix < b.prefix }
            let x = entries[Int(a.number)]
            let y = entries[Int(b.number)]
            if x.length <= 8 || y.length <= 8 { return x.length < y.length }
            let order = compareBytes(
                arena + Int(x.offset) + 8, Int(x.length) - 8, arena + Int(y.offset) + 8, Int(y.length) - 8)
            return order < 0
        }
        return keys
    }
}
