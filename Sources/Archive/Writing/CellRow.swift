/// The cells of one row that are not 0, before they are written.
struct CellRow {
    /// Ascending; each with the code at the same position.
    private(set) var places: [UInt32] = []
    private(set) var codes: [UInt32] = []
    private(set) var low = UInt32.max
    private(set) var high: UInt32 = 0

    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ code: UInt32, at place: Int) {
        places.append(UInt32(truncatingIfNeeded: place))
        codes.append(code)
        low = min(low, code)
        high = max(high, code)
    }

    mutating func removeAll() {
        places.removeAll(keepingCapacity: true)
        codes.removeAll(keepingCapacity: true)
        (low, high) = (.max, 0)
    }

    /// The layouts to try: where few of `count` events have a value only the sparse one, where most have one only the other.
    func layouts(count: Int) -> [CellLayout] {
        let width = CellLayout.width(for: high)
        let sparse = CellLayout(width: width, isSparse: true)
        let dense = CellLayout(width: width, isSparse: false)
        if places.count * 16 <= count { return [sparse] }
        return places.count * 4 <= count ? [dense, sparse] : [dense]
    }
}

/// How the cells of a row are laid out before they are compressed (docs/archive-format.md, "Fields").
struct CellLayout {
    /// Bytes of a code: 1, 2 or 4.
    let width: Int
    /// Only the cells that are not 0: varint their number, per cell a varint how many cells are 0 between it and the one
    /// before, then the codes. Otherwise the codes of all events.
    let isSparse: Bool

    private static let sparseFlag = 16

    init(width: Int, isSparse: Bool) {
        (self.width, self.isSparse) = (width, isSparse)
    }

    /// Nil if there is no such layout.
    init?(stored: Int64) {
        guard let stored = Int(exactly: stored), stored >= 0, stored < 2 * Self.sparseFlag,
            [1, 2, 4].contains(stored % Self.sparseFlag)
        else { return nil }
        self.init(width: stored % Self.sparseFlag, isSparse: stored >= Self.sparseFlag)
    }

    /// The column `width` of the row.
    var stored: Int { width + (isSparse ? Self.sparseFlag : 0) }

    static func width(for code: UInt32) -> Int {
        code < 0x100 ? 1 : code < 0x10000 ? 2 : 4
    }

    /// Whether the content of a row of `count` events may have so many bytes.
    func allows(size: Int, count: Int) -> Bool {
        isSparse ? size > 0 && size < max(16, count * width) : size == count * width
    }

    /// Replaces what `out` holds.
    func write(_ cells: CellRow, count: Int, into out: inout [UInt8]) {
        out.removeAll(keepingCapacity: true)
        if isSparse {
            out.appendVarint(UInt64(cells.places.count))
            var next: UInt32 = 0
            for place in cells.places {
                out.appendVarint(UInt64(place - next))
                next = place + 1
            }
            for code in cells.codes { append(code, to: &out) }
        } else {
            out.append(contentsOf: repeatElement(0, count: count * width))
            out.withUnsafeMutableBytes { bytes in
                for (place, code) in zip(cells.places, cells.codes) {
                    withUnsafeBytes(of: code.littleEndian) { code in
                        for i in 0..<width { bytes[Int(place) * width + i] = code[i] }
                    }
                }
            }
        }
    }

    private func append(_ code: UInt32, to out: inout [UInt8]) {
        for i in 0..<width { out.append(UInt8(truncatingIfNeeded: code >> UInt32(8 * i))) }
    }

    /// Makes the codes of all events from sparse ones.
    ///
    /// - Parameter room: of `width` bytes an event.
    /// - Throws: `ArchiveError.damaged` if the content is not what `write` makes.
    func expand(_ content: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) throws(ArchiveError) {
        room.initializeMemory(as: UInt8.self, repeating: 0)
        var reader = ByteReader(content)
        let cells = try reader.length()
        let codesAt = content.count - cells * width
        guard codesAt >= reader.at else { throw ArchiveError(.damaged, "cells are cut off") }
        switch width {
        case 1: try scatter(UInt8.self, cells, content, gapsAt: reader.at, codesAt: codesAt, room)
        case 2: try scatter(UInt16.self, cells, content, gapsAt: reader.at, codesAt: codesAt, room)
        default: try scatter(UInt32.self, cells, content, gapsAt: reader.at, codesAt: codesAt, room)
        }
    }

    @inline(__always)
    private func scatter<Code: FixedWidthInteger>(
        _: Code.Type, _ cells: Int, _ content: UnsafeRawBufferPointer, gapsAt: Int, codesAt: Int,
        _ room: UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) {
        var at = gapsAt
        var place = 0
        for cell in 0..<cells {
            guard at < codesAt else { throw ArchiveError(.damaged, "cells are cut off") }
            // As a rule a gap is one byte.
            var gap = Int(content[at])
            at += 1
            if gap >= 0x80 {
                var reader = ByteReader(content, at: at - 1)
                gap = Int(clamping: try reader.varint())
                at = reader.at
            }
            guard gap < room.count, (place + gap + 1) * width <= room.count else {
                throw ArchiveError(.damaged, "a cell behind the last event")
            }
            place += gap
            // As they are stored: little-endian.
            let code = content.loadUnaligned(fromByteOffset: codesAt + cell * width, as: Code.self)
            room.storeBytes(of: code, toByteOffset: place * width, as: Code.self)
            place += 1
        }
        guard at == codesAt else { throw ArchiveError(.damaged, "cells have more than they say") }
    }
}
