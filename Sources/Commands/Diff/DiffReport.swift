import Archive
import Compare
import Events
import Rendering

/// What a comparison says in words; the summary and the page share it.
struct DiffReport {
    private let comparison: ExportComparison
    private let result: ExportDifferences
    private let times: TimeFormat

    init(_ comparison: ExportComparison, _ result: ExportDifferences, _ times: TimeFormat) {
        self.comparison = comparison
        self.result = result
        self.times = times
    }

    /// Name, number, explanation.
    var counts: [(String, UInt64, String)] {
        let key = result.key.map { TerminalText.escaped($0) }.joined(separator: ", ")
        return [
            ("same", result.same, "in both"),
            ("added", result.added, "only in B"),
            ("removed", result.removed, "only in A"),
            ("changed", result.changed, key.isEmpty ? "no key to pair events by (--key FIELD)" : "paired by \(key)"),
            ("probably changed", result.probablyChanged, "same time, nearly the same fields"),
            ("duplicates in A", result.duplicatesA, "copies beyond the first"),
            ("duplicates in B", result.duplicatesB, "copies beyond the first"),
        ]
    }

    /// What limits the answer.
    var notes: [String] {
        var notes: [String] = []
        if comparison.a.export.isPartial {
            notes.append("A is partial: added events may only be missing from A's download.")
        }
        if comparison.b.export.isPartial {
            notes.append("B is partial: removed may mean not downloaded, rather than gone.")
        }
        for ofA in [true, false] {
            let fields = result.leftOut.filter { $0.isOfA == ofA }
            if fields.isEmpty { continue }
            let names = fields.map {
                "\(TerminalText.escaped($0.name)) (\(HumanText.grouped(Int(clamping: $0.events))))"
            }
            notes.append(
                "Only \(ofA ? "A" : "B") has these fields (events); they were left out of the comparison, --all-fields "
                    + "counts them: \(names.joined(separator: ", "))")
        }
        if let reason = result.notPaired { notes.append("Changed events were not looked for: \(reason).") }
        if result.collisions == 0 { notes.append("Equal fingerprints were verified: the events are equal too.") }
        return notes
    }

    func span(_ export: ExportRecord) -> String {
        guard let first = export.minTime, let last = export.maxTime else { return "undated" }
        return "\(text(first)) to \(text(last)) (\(times.zone.name))"
    }

    func sentences(_ arrivals: Arrivals) -> [String] {
        guard result.added > 0, let last = arrivals.lastOfA else { return [] }
        var sentence =
            "\(HumanText.grouped(Int(clamping: arrivals.late))) of "
            + "\(HumanText.counted(Int(clamping: result.added), "added event")) are from before A's last event "
            + "(\(text(last)))"
        if arrivals.late > 0 {
            sentence +=
                ": they arrived late, half of them with times at least \(duration(arrivals.medianLateness)), the oldest "
                + "\(duration(arrivals.largestLateness)) before it"
        }
        if arrivals.after > 0 { sentence += "; \(HumanText.grouped(Int(clamping: arrivals.after))) are later" }
        if arrivals.undated > 0 { sentence += "; \(HumanText.grouped(Int(clamping: arrivals.undated))) have no time" }
        return [sentence + "."]
    }

    func sentence(_ gap: Arrivals.Gap) -> String {
        "A has a gap that B fills: no event between \(text(gap.start)) and \(text(gap.end)), "
            + "\(HumanText.counted(Int(clamping: gap.added), "added event"))."
    }

    func sentence(_ value: Concentration) -> String {
        let json = value.value.withUnsafeBytes { TerminalText.escaped($0) }
        return
            "\(TerminalText.escaped(value.field)) = \(json): \(HumanText.grouped(Int(clamping: value.differences))) of "
            + "\(HumanText.grouped(Int(clamping: value.ofDifferences))) (\(HumanText.percent(value.share))), "
            + "of the others \(HumanText.percent(value.otherShare))"
    }

    func text(_ microseconds: Int64) -> String { times.text(Instant(microseconds: microseconds)) }

    private func duration(_ microseconds: Int64) -> String { HumanText.duration(Double(microseconds) / 1e6) }
}
