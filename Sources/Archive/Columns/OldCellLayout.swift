/// How the cells of a row lie in partitions before format 3.0 (docs/archive-format.md, "Fields").
struct OldCellLayout {
    /// Bytes of a code: 1, 2 or 4.
    let width: Int
    /// Only the cells that are not 0: varint their number, per cell a varint how many cells are 0 between it and the one
    /// before, then the codes. Otherwise the codes of all events.
    let isSparse: Bool

    private static let sparseFlag = 16

    /// Nil if there is no such layout.
    init?(stored: Int64) {
        guard let stored = Int(exactly: stored), stored >= 0, stored < 2 * Self.sparseFlag,
            [1, 2, 4].contains(stored % Self.sparseFlag)
        else { return nil }
        (width, isSparse) = (stored % Self.sparseFlag, stored >= Self.sparseFlag)
    }

    /// Whether the content of a row of `count` events may have so many bytes.
    func allows(size: Int, count: Int) -> Bool {
        isSparse ? size > 0 && size < max(16, count * width) : size == count * width
    }

    /// Makes the codes of all events from sparse ones.
    ///
    /// - Parameter room: of `width` bytes an event.
    /// - Throws: `ArchiveError.damaged` if the content is not laid out so.
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
