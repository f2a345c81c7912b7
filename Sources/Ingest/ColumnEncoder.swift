import Archive

/// Writes the columns of a chunk; `Archive.ColumnWriter` reads them.
enum ColumnEncoder {
    static func encode(
        _ fields: borrowing FieldTable, events: Int, into out: inout Buffer<UInt8>
    ) -> [ColumnSection] {
        var sections: [ColumnSection] = []
        sections.reserveCapacity(fields.touched.count)
        // In the order of names: the order in which a worker has met them is an accident.
        let order = (0..<fields.touched.count).map { fields.touched[$0] }.sorted {
            fields.name($0).lexicographicallyPrecedes(fields.name($1))
        }
        for number in order {
            let field = fields.fields[Int(number)]
            let start = out.count
            var entryBytes: UInt64 = 0
            var seesLines = false
            if field.selected, field.events > 0 {
                out.appendVarint(UInt64(field.entries.count))
                for i in 0..<field.entries.count {
                    let entry = field.entries[i]
                    out.appendVarint(UInt64(entry.length))
                    out.append(entry.bytes, Int(entry.length))
                    if entry.length <= UInt32(PartitionFormat.longestEntry) { entryBytes += UInt64(entry.length) }
                }
                seesLines = cells(field, events: events, into: &out)
            }
            sections.append(
                ColumnSection(
                    name: Array(fields.name(number)), selected: field.selected, holdsObjects: field.holdsObjects,
                    events: UInt64(field.events), valueBytes: field.valueBytes, entryBytes: entryBytes,
                    longValues: UInt64(field.longValues), seesLines: seesLines,
                    range: start..<out.count))
        }
        return sections
    }

    /// Returns whether there are values that only the line tells.
    private static func cells(_ field: FieldState, events: Int, into out: inout Buffer<UInt8>) -> Bool {
        let count = field.cellEvents.count
        var highest: UInt32 = 0
        var lowest = UInt32.max
        for i in 0..<count {
            highest = max(highest, field.cellCodes[i])
            lowest = min(lowest, field.cellCodes[i])
        }
        let width = highest < 0x100 ? 1 : highest < 0x10000 ? 2 : 4
        let dense = count == events
        out.appendVarint(UInt64(count))
        out.append(dense ? 1 : 0)
        out.append(UInt8(width))
        if !dense {
            var previous: UInt32 = 0
            for i in 0..<count {
                out.appendVarint(UInt64(field.cellEvents[i] &- previous))
                previous = field.cellEvents[i]
            }
        }
        for i in 0..<count {
            var code = field.cellCodes[i]
            for _ in 0..<width {
                out.append(UInt8(truncatingIfNeeded: code))
                code >>= 8
            }
        }
        return lowest == CellCode.seeLine
    }
}
