import Archive

/// One pass over a column's cells with a verdict for each code.
enum ColumnScan {
    /// What a code means for a test.
    enum Verdict: UInt8 {
        case no = 0
        case yes = 1
        case seeLine = 2
    }

    /// The code of a value that only the line tells.
    static let seeLineCode = 1

    /// The events by verdict.
    ///
    /// - Parameters:
    ///   - verdicts: one for each code (0: no value).
    ///   - memory: for the cells.
    static func scan(
        _ field: PartitionField, of reader: PartitionReader, verdicts: [Verdict], _ memory: CellMemory
    ) throws -> (yes: Bitmap, seeLine: Bitmap) {
        var yes = Bitmap(eventCount: UInt64(reader.events))
        var seeLine = yes
        let bits = verdicts.map(\.rawValue)
        let wanted = WantedCodes(bits)
        for chunk in 0..<reader.seriesChunks {
            let cells = try reader.cells(of: field, chunk: chunk, in: memory) { wanted.mayBe(in: $0) }
            guard let cells else { continue }
            let firstWord = chunk * PartitionFormat.seriesChunk / 64
            let isSound = yes.withUnsafeMutableWords { yesWords in
                guard let span = wanted.span else {
                    return seeLine.withUnsafeMutableWords { scan(cells, bits, firstWord: firstWord, yesWords, $0) }
                }
                if wanted.seeLine, cells.codes.lowerBound <= UInt32(seeLineCode) {
                    let code = UInt32(seeLineCode)
                    seeLine.withUnsafeMutableWords { _ = cells.mark(code...code, firstWord: firstWord, $0) }
                }
                return cells.mark(span, firstWord: firstWord, yesWords) < bits.count
            }
            guard isSound else { throw ArchiveError(.damaged, "impossible code in \(field.name)", path: reader.path) }
        }
        return (yes, seeLine)
    }

    /// Builds 64 events' bits at a time; false if a code has no verdict.
    private static func scan(
        _ cells: CodeCells, _ bits: [UInt8], firstWord: Int, _ yes: UnsafeMutableBufferPointer<UInt64>,
        _ seeLine: UnsafeMutableBufferPointer<UInt64>
    ) -> Bool {
        let limit = UInt32(clamping: bits.count)
        guard firstWord + (cells.count + 63) / 64 <= yes.count else { return false }
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { codes in
            guard let base = codes.baseAddress else { return false }
            return bits.withUnsafeBufferPointer { bits in
                for (word, start) in stride(from: 0, to: cells.count, by: 64).enumerated() {
                    let end = min(start + 64, cells.count)
                    cells.copy(start..<end, to: base)
                    var yesBits: UInt64 = 0
                    var seeBits: UInt64 = 0
                    for place in 0..<end - start {
                        let code = base[place]
                        guard code < limit else { return false }
                        let verdict = UInt64(bits[Int(code)])
                        yesBits |= (verdict & 1) &<< UInt64(place)
                        seeBits |= (verdict >> 1) &<< UInt64(place)
                    }
                    yes[firstWord + word] = yesBits
                    seeLine[firstWord + word] = seeBits
                }
                return true
            }
        }
    }
}
