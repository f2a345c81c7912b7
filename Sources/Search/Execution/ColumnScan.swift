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

/// The codes whose events are looked for, as far as they tell chunks apart.
private struct WantedCodes {
    /// Also events without a value.
    private let withNone: Bool
    /// Also events whose value only the line tells.
    private let withLine: Bool
    /// Those are in doubt.
    let seeLine: Bool
    /// The entries between the first and the last that passes.
    private let entries: ClosedRange<UInt32>?
    /// The codes that pass, if they follow one another, and only the line's code is in doubt.
    let span: ClosedRange<UInt32>?

    /// - Parameter verdicts: by code; 0: not wanted.
    init(_ verdicts: [UInt8]) {
        let yes = ColumnScan.Verdict.yes.rawValue
        let doubt = ColumnScan.Verdict.seeLine.rawValue
        let ownLine = ColumnScan.seeLineCode
        withNone = verdicts.first.map { $0 != 0 } ?? false
        let line = verdicts.count > ownLine ? verdicts[ownLine] : 0
        withLine = line != 0
        seeLine = line == doubt
        let doubts = line == doubt ? 1 : 0
        var (passing, inDoubt) = (0, 0)
        for verdict in verdicts {
            passing += verdict == yes ? 1 : 0
            inDoubt += verdict == doubt ? 1 : 0
        }
        let firstEntry = verdicts.dropFirst(ownLine + 1).firstIndex { $0 != 0 }
        let lastEntry = verdicts.dropFirst(ownLine + 1).lastIndex { $0 != 0 }
        entries = firstEntry.flatMap { first in lastEntry.map { UInt32(first)...UInt32($0) } }
        let first = verdicts.firstIndex(of: yes)
        let last = verdicts.lastIndex(of: yes)
        span = first.flatMap { first in
            last.flatMap { last in
                last - first == passing - 1 && inDoubt == doubts ? UInt32(first)...UInt32(last) : nil
            }
        }
    }

    /// - Parameter codes: from the least to the greatest of a chunk.
    func mayBe(in codes: ClosedRange<UInt32>) -> Bool {
        withNone || (withLine && codes.lowerBound <= UInt32(ColumnScan.seeLineCode))
            || entries.map(codes.overlaps) ?? false
    }
}
