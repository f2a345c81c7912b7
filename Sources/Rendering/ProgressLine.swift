/// The text of a progress bar.
enum ProgressLine {
    /// Parts are left out, the least wanted first, until the rest fits into the columns.
    static func text(_ estimate: ProgressEstimate, label: String, columns: Int) -> String {
        let percent = estimate.share.map { "\(Int($0 * 100)) %" }
        let amount = HumanText.bytes(estimate.done) + (estimate.total.map { " of \(HumanText.bytes($0))" } ?? "")
        let left = estimate.secondsLeft.map { "\($0 < 59.5 ? "\(Int($0.rounded())) s" : HumanText.duration($0)) left" }
        let events = HumanText.counted(estimate.events, "event")
        let eventRate = HumanText.rate(estimate.eventRate, "events")
        let byteRate = HumanText.byteRate(estimate.byteRate)

        let choices: [[String?]] = [
            [label, percent, amount, byteRate, events, eventRate, left],
            [label, percent, amount, events, eventRate, left],
            [label, percent, events, eventRate, left],
            [label, percent, eventRate, left],
            [label, percent, left],
            [label, percent ?? amount],
        ]
        let texts = choices.map { $0.compactMap { $0 } }
        // With a bar first: it is worth more than the amounts. Its width changes less than the parts do.
        if let share = estimate.share {
            for parts in texts {
                let room = columns - DisplayWidth.of(parts.joined(separator: "  "))
                guard room >= 12 else { continue }
                let bar = bar(share, columns: min(room - 2, 30))
                return ([label, bar] + parts.dropFirst()).joined(separator: "  ")
            }
        }
        for parts in texts {
            let text = parts.joined(separator: "  ")
            if DisplayWidth.of(text) <= columns { return text }
        }
        return DisplayWidth.truncated(percent ?? amount, to: max(1, columns))
    }

    /// `[=====>    ]`.
    private static func bar(_ share: Double, columns: Int) -> String {
        let inner = columns - 2
        let filled = Int(share * Double(inner))
        let head = filled < inner ? ">" : ""
        return "[" + String(repeating: "=", count: filled) + head
            + String(repeating: " ", count: inner - filled - head.utf8.count) + "]"
    }
}
