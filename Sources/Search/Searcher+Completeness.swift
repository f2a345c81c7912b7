import Archive
import Events

extension Searcher {
    /// Says, for `--explain`, what in the range of the search could not be searched.
    func tellCompleteness() {
        let window = TimeWindow(request)
        var told: [String] = []
        for export in exportsInScope {
            let isInside = window.mayHold(from: export.minTime, to: export.maxTime)
            if export.isPartial {
                let detail = export.damage.map { ": \($0.detail)" } ?? ""
                told.append(
                    "\(export.label) is partial\(detail)"
                        + (isInside ? "" : "; its known times lie outside the window, its lost ones may not"))
            }
            if export.rejects > 0 {
                told.append("\(export.label) has \(export.rejects) rejects, which have no time and are never searched")
            }
        }
        if told.isEmpty {
            let scope =
                exportsInScope.count == 1
                ? "the export in scope is" : "all \(exportsInScope.count) exports in scope are"
            told = ["\(scope) whole and without rejects"]
        }
        explanationBuilder.update { $0.completeness = told }
    }
}

extension TimeWindow {
    /// Whether events between the two times (microseconds, nil if none has one) can be inside.
    fileprivate func mayHold(from low: Int64?, to high: Int64?) -> Bool {
        if isOpen { return true }
        guard let low, let high else { return false }
        if let from, high < from.microseconds { return false }
        if let to, low > to.microseconds { return false }
        return true
    }
}
