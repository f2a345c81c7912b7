import Archive

/// The codes whose events are looked for, as far as they tell chunks apart.
struct WantedCodes {
    /// Also events whose value only the line tells.
    private let withLine: Bool
    /// Whether these are only in doubt.
    let seeLine: Bool
    /// The entries between the first and the last that is looked for.
    private let entries: ClosedRange<UInt32>?
    /// The codes that pass, if they follow one another, and only the line's code is in doubt.
    let span: ClosedRange<UInt32>?

    /// - Parameter verdicts: by code; 0: not wanted.
    init(_ verdicts: [UInt8]) {
        let yes = Verdicts.Verdict.yes.rawValue
        let ownLine = Verdicts.seeLineCode
        let line = verdicts.count > ownLine ? verdicts[ownLine] : 0
        withLine = line != 0
        seeLine = line == Verdicts.Verdict.seeLine.rawValue
        var passing = (first: 0, last: -1, count: 0)
        var wanted = (first: 0, last: -1)
        var inDoubt = 0
        verdicts.withUnsafeBytes { verdicts in
            var code = 0
            while code < verdicts.count {
                // Most are not wanted: eight are passed over at a time.
                if code + 8 <= verdicts.count, verdicts.loadUnaligned(fromByteOffset: code, as: UInt64.self) == 0 {
                    code += 8
                    continue
                }
                let verdict = verdicts[code]
                if verdict == yes {
                    passing = (passing.count == 0 ? code : passing.first, code, passing.count + 1)
                } else if verdict != 0 {
                    inDoubt += 1
                }
                if verdict != 0, code > ownLine { wanted = (wanted.last < 0 ? code : wanted.first, code) }
                code += 1
            }
        }
        entries = wanted.last < 0 ? nil : UInt32(wanted.first)...UInt32(wanted.last)
        let isUnbroken = passing.count > 0 && passing.last - passing.first == passing.count - 1
        span = isUnbroken && inDoubt == (seeLine ? 1 : 0) ? UInt32(passing.first)...UInt32(passing.last) : nil
    }

    /// No event passes, and none is in doubt.
    var isEmpty: Bool { entries == nil && !withLine }

    /// - Parameter codes: from the least to the greatest of a chunk.
    func need(_ codes: ClosedRange<UInt32>) -> PartitionReader.CellNeed {
        let holdsLine = codes.lowerBound <= UInt32(Verdicts.seeLineCode)
        guard withLine && holdsLine || entries.map(codes.overlaps) ?? false else { return .nothing }
        guard let span, span.lowerBound <= codes.lowerBound, codes.upperBound <= span.upperBound,
            !(seeLine && holdsLine)
        else { return .codes }
        return .presence
    }
}
