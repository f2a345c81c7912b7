import Archive

/// Tells in which events a word cannot have come from the field that was asked about.
///
/// The term index knows which events hold a word, but not in which field. Where every other field has a dictionary, those
/// tell in which events one of them holds the word; in all others with the word it must be the field's own. So a word in
/// `message`, which is too long for a dictionary, is counted without reading a line.
struct FieldOwnership {
    let reader: PartitionReader
    let field: PartitionField
    let memory: CellMemory
    let explanation: ExplanationBuilder

    /// Entries that are tested, or events whose cells are looked through, in about the time in which a block of 256 KiB is
    /// decompressed.
    private static let entriesABlock = 8_000
    /// The same for each test beyond the first.
    private static let furtherTestsABlock = 18_000
    private static let eventsABlock = 100_000

    /// The events in which another field may pass one of the tests; nil if that cannot be told, or costs more than to read lines.
    ///
    /// - Parameters:
    ///   - tests: each passes for every value that holds its word.
    ///   - open: the events that are in doubt as long as it is not known where the word stands.
    ///   - found: the events that certainly hold one of the words in some field.
    func eventsElsewhere(
        _ tests: [CompiledTest], sparing open: MatchRange, _ found: Bitmap,
        _ verdicts: (PartitionField, [CompiledTest]) throws -> Verdicts
    ) throws -> Bitmap? {
        // Fields that were not selected gave the index no term.
        let others = try reader.fields().filter { $0.id != field.id && $0.selected && $0.events > 0 }
        var rest = open.upper
        rest.formAndNot(found)
        let spared = try reader.bytes(holding: open.upper) - reader.bytes(holding: rest)
        let passes = CompiledTest.merged(tests).count
        let price = others.reduce(0) {
            $0 + $1.entries / Self.entriesABlock + (passes - 1) * $1.entries / Self.furtherTestsABlock
                + reader.events / Self.eventsABlock + 1
        }
        guard price < spared / (256 << 10) else { return nil }
        var elsewhere = Bitmap(eventCount: UInt64(reader.events))
        for other in others {
            switch other.storage {
            case .lines:
                return nil
            case .presence:
                let codes = Verdicts(entries: .yes, seeLine: .yes, count: max(0, other.entries) + 2)
                elsewhere.formOr(try ColumnScan.scan(other, of: reader, verdicts: codes, memory).yes)
            case .dictionary:
                let verdicts = try verdicts(other, tests)
                // The code of long values is no proof that there are any.
                let (yes, seeLine) = try ColumnScan.scan(other, of: reader, verdicts: verdicts, memory)
                elsewhere.formOr(yes)
                elsewhere.formOr(seeLine)
            }
        }
        explanation.note("words of \(field.name) told from those of other fields by their columns")
        return elsewhere
    }
}
