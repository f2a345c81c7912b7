import Archive

/// The joints of words in the events of a span (`WordJoint`), as rows of the table.
struct JointList {
    private(set) var rows = Buffer<UInt16>(capacity: 1 << 16)
    /// Where each event's rows begin.
    private var starts = Buffer<UInt32>(capacity: 1 << 13)

    /// A value's joints are kept with its terms; one that has an entry in a dictionary has hardly so many.
    static let ofAnEntry = PartitionFormat.longestRepeated

    mutating func free() {
        rows.free()
        starts.free()
    }

    mutating func reset() {
        rows.removeAll(keeping: 1 << 20)
        starts.removeAll(keeping: 1 << 14)
    }

    mutating func startEvent() { starts.append(UInt32(truncatingIfNeeded: rows.count)) }

    @inline(__always)
    mutating func add(_ row: UInt16) {
        if rows.count == rows.capacity { makeRoom(1) }
        rows.base[rows.count] = row
        rows.count &+= 1
    }

    /// Until so many more are added, the rows of the present event stay where they are.
    mutating func reserve(_ count: Int) {
        if rows.capacity &- rows.count < count { makeRoom(count) }
    }

    /// A long event has many joints, and the same again and again.
    @inline(never)
    private mutating func makeRoom(_ count: Int) {
        let start = starts.count == 0 ? 0 : Int(starts[starts.count &- 1])
        var seen = [Bool](repeating: false, count: WordJoint.rows)
        var kept = start
        for i in start..<rows.count where !seen[Int(rows[i])] {
            seen[Int(rows[i])] = true
            rows[kept] = rows[i]
            kept += 1
        }
        rows.count = kept
        // Growing is for what many events have.
        if rows.capacity - kept < max(count, rows.capacity / 4) { rows.reserve(rows.capacity) }
    }

    /// Appends for each frame a bit for each row.
    ///
    /// - Parameter places: per event the number of its frame; empty: frames hold events one after another.
    func write(_ frames: [FrameInfo], places: [UInt8], to out: inout Buffer<UInt8>) {
        let size = WordJoint.rows / 8
        out.reserve(frames.count * size)
        let tables = out.base + out.count
        tables.update(repeating: 0, count: frames.count * size)
        out.count += frames.count * size
        var frame = 0
        var left = frames.first?.events ?? 0
        for event in 0..<starts.count {
            if places.isEmpty {
                while left == 0, frame + 1 < frames.count {
                    frame += 1
                    left = frames[frame].events
                }
                left -= 1
            } else {
                frame = Int(places[event])
            }
            let table = tables + frame * size
            let end = event + 1 < starts.count ? Int(starts[event + 1]) : rows.count
            for i in Int(starts[event])..<end {
                let row = rows[i]
                table[Int(row >> 3)] |= 1 << UInt8(truncatingIfNeeded: row & 7)
            }
        }
    }
}
