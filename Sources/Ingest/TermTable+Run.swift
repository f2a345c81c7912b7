extension TermTable {
    /// Appends the sorted run of this chunk's terms to `out`; the format is told at `Archive.RunCursor`.
    mutating func writeRun(to out: inout Buffer<UInt8>) {
        endEvents()
        order.sort(entries, arena: arena.base)
        groupRowsByTerm()
        out.reserve(postings.count * 2 + entries.count * 32 + arena.count + 64)
        for at in 0..<entries.count {
            let number = Int(order.keys[at].number)
            let entry = entries.base + number
            append(entry, to: &out)
            let count = Int(entry.pointee.count)
            append(rows.base + (Int(positions[number]) &- count), count, to: &out)
        }
    }

    /// Counting sort: postings from event order to term order. Afterwards `positions` are the ends of the groups.
    private mutating func groupRowsByTerm() {
        positions.reserve(entries.count)
        positions.count = entries.count
        rows.reserve(postings.count)
        rows.count = postings.count
        var sum: UInt32 = 0
        for number in 0..<entries.count {
            positions[number] = sum
            sum &+= UInt32(entries[number].count)
        }
        for event in 0..<eventStarts.count - 1 {
            let row = UInt16(truncatingIfNeeded: event) &+ 1
            for at in eventStarts[event]..<eventStarts[event &+ 1] {
                let position = positions.base + Int(postings[at])
                rows[Int(position.pointee)] = row
                position.pointee &+= 1
            }
        }
    }

    /// The term: length and bytes. Room is reserved.
    @inline(__always)
    private func append(_ entry: UnsafeMutablePointer<Entry>, to out: inout Buffer<UInt8>) {
        let length = Int(entry.pointee.length)
        let target = UnsafeMutableRawPointer(out.base + out.count)
        target.storeBytes(of: UInt8(truncatingIfNeeded: length), as: UInt8.self)
        target.storeBytes(of: entry.pointee.low, toByteOffset: 1, as: UInt64.self)
        target.storeBytes(of: entry.pointee.high, toByteOffset: 9, as: UInt64.self)
        if length > Self.wordsOfEntry {
            (out.base + out.count + 17).update(
                from: arena.base + Int(entry.pointee.tail), count: length &- Self.wordsOfEntry)
        }
        out.count &+= 1 &+ length
    }

    /// The events: their number, the first, the last, the length of the deltas and the deltas. Room is reserved.
    @inline(__always)
    private func append(_ rows: UnsafePointer<UInt16>, _ count: Int, to out: inout Buffer<UInt8>) {
        let first = rows[0]
        var target = out.base + out.count
        defer { out.count = target - out.base }
        Self.write(count, to: &target)
        Self.write(Int(first), to: &target)
        Self.write(Int(rows[count &- 1]), to: &target)
        // Differences are below 2^14: one byte, or two from 128 on.
        var bytes = count &- 1
        for i in 1..<max(count, 1) { bytes &+= rows[i] &- rows[i &- 1] >= 0x80 ? 1 : 0 }
        Self.write(bytes, to: &target)
        var previous = first
        for i in 1..<max(count, 1) {
            let delta = rows[i] &- previous
            previous = rows[i]
            if delta < 0x80 {
                target[0] = UInt8(truncatingIfNeeded: delta)
                target += 1
            } else {
                target[0] = UInt8(truncatingIfNeeded: delta >> 7 | 0x80)
                target[1] = UInt8(truncatingIfNeeded: delta & 0x7F)
                target += 2
            }
        }
    }

    /// An SQLite varint below 2^21.
    @inline(__always)
    private static func write(_ value: Int, to target: inout UnsafeMutablePointer<UInt8>) {
        if value < 0x80 {
            target[0] = UInt8(truncatingIfNeeded: value)
            target += 1
            return
        }
        if value >= 0x4000 {
            target[0] = UInt8(truncatingIfNeeded: value >> 14 | 0x80)
            target += 1
        }
        target[0] = UInt8(truncatingIfNeeded: value >> 7 | 0x80)
        target[1] = UInt8(truncatingIfNeeded: value & 0x7F)
        target += 2
    }
}
