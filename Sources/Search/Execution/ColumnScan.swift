import Archive

/// One pass over a column's cells with a verdict for each code.
enum ColumnScan {
    /// The events by verdict.
    ///
    /// - Parameters:
    ///   - verdicts: one for each code.
    ///   - memory: for the cells.
    static func scan(
        _ field: PartitionField, of reader: PartitionReader, verdicts: Verdicts, _ memory: CellMemory
    ) throws -> (yes: Bitmap, seeLine: Bitmap) {
        var yes = Bitmap(eventCount: UInt64(reader.events))
        var seeLine = yes
        let table = verdicts.table
        let wanted = WantedCodes(table)
        if wanted.isEmpty { return (yes, seeLine) }
        for chunk in 0..<reader.seriesChunks {
            let cells = try reader.storedCells(of: field, chunk: chunk, in: memory, need: wanted.need)
            guard let cells else { continue }
            let firstWord = chunk * PartitionFormat.seriesChunk / 64
            let isSound = yes.withUnsafeMutableWords { yes in
                seeLine.withUnsafeMutableWords { seeLine in
                    scan(
                        cells, table, wanted, UnsafeMutableBufferPointer(rebasing: yes[firstWord...]),
                        UnsafeMutableBufferPointer(rebasing: seeLine[firstWord...]))
                }
            }
            guard isSound else { throw ArchiveError(.damaged, "impossible code in \(field.name)", path: reader.path) }
        }
        return (yes, seeLine)
    }

    /// False if a code has no verdict.
    private static func scan(
        _ cells: StoredCells, _ table: [UInt8], _ wanted: WantedCodes, _ yes: UnsafeMutableBufferPointer<UInt64>,
        _ seeLine: UnsafeMutableBufferPointer<UInt64>
    ) -> Bool {
        guard cells.hasValues else {
            cells.markPresent(yes)
            return cells.codes.upperBound < table.count
        }
        guard let span = wanted.span else { return table.withUnsafeBufferPointer { cells.mark(by: $0, yes, seeLine) } }
        let line = UInt32(Verdicts.seeLineCode)
        if wanted.seeLine, cells.codes.lowerBound <= line { _ = cells.mark(line...line, seeLine) }
        return cells.mark(span, yes).map { $0 < table.count } ?? false
    }
}
