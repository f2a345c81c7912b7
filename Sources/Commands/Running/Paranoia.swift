import Archive
import Rendering
import Search

/// `--paranoid`: the index against a scan of every event.
enum Paranoia {
    /// - Throws: `ExitStatus.cannot` if they disagree, which is a defect of coldtrail or of the archive.
    static func compare(_ archive: Archive, _ request: SearchRequest) throws {
        let comparison = try Searcher(archive: archive, request: request).compareWithFullScan()
        if comparison.isEqual {
            StandardError.writeLine(
                "paranoid: a full scan agrees on \(HumanText.counted(Int(clamping: comparison.agreed), "event"))")
            return
        }
        StandardError.writeLine(
            "coldtrail: the index and a full scan disagree on "
                + HumanText.counted(Int(clamping: comparison.differences), "event"))
        for event in comparison.missing {
            StandardError.writeLine("  only the scan finds \(event.label):\(event.line)")
        }
        for event in comparison.extra { StandardError.writeLine("  only the index finds \(event.label):\(event.line)") }
        StandardError.writeLine("  run `coldtrail verify`; if the archive is sound, please report this as a defect")
        throw ExitStatus.cannot
    }
}
