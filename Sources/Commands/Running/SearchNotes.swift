import Archive
import Events
import Rendering
import Search

/// What is said beside the answer of a search.
enum SearchNotes {
    static func explain(_ explanation: Explanation) {
        for line in explanation.lines { StandardError.writeLine(line) }
    }

    /// Names what could not be read: the lines and their time range.
    ///
    /// - Throws: `ExitStatus.cannot` if anything was lost: the answer is not whole.
    static func report(_ lost: [LostEvents], _ times: TimeFormat) throws {
        if lost.isEmpty { return }
        for loss in lost { StandardError.writeLine("coldtrail: \(sentence(loss, times))") }
        StandardError.writeLine(
            "  the answer lacks these events; use a sound copy of the archive, or ingest the export again with --rebuild"
        )
        throw ExitStatus.cannot
    }

    private static func sentence(_ loss: LostEvents, _ times: TimeFormat) -> String {
        var text = "\(loss.label): "
        if let lines = loss.lines {
            text += "lines \(lines.lowerBound)–\(lines.upperBound) cannot be read"
        } else {
            text += "events cannot be read"
        }
        text += " (\(HumanText.counted(Int(clamping: loss.events), "event"))"
        if let range = loss.times {
            let bounds = [range.lowerBound, range.upperBound].map { times.text(Instant(microseconds: $0)) }
            text += ", \(bounds[0]) to \(bounds[1])"
        }
        return text + "): \(loss.reason)"
    }
}
