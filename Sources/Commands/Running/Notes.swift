import Archive
import Rendering

/// Messages beside an answer, all on standard error.
enum Notes {
    static func warn(_ text: String) {
        StandardError.writeLine("warning: " + text)
    }

    /// Says which exports in scope are partial. Returns whether any is.
    @discardableResult
    static func partial(_ exports: [ExportRecord]) -> Bool {
        let partial = exports.filter(\.isPartial)
        for export in partial { StandardError.writeLine("partial: " + PartialText.sentence(export)) }
        return !partial.isEmpty
    }
}

/// What is known of an incomplete export, in words.
enum PartialText {
    /// With the label in front.
    static func sentence(_ export: ExportRecord) -> String {
        "\(export.label): \(reason(export))"
    }

    /// Where decoding stopped, why, and which lines no checksum covers.
    static func reason(_ export: ExportRecord) -> String {
        guard let damage = export.damage else { return "complete" }
        let detail = damage.detail.hasSuffix(".") ? String(damage.detail.dropLast()) : damage.detail
        var text = "decoding stopped at byte \(damage.sourceOffset) of the download (\(detail))"
        if let lines = unverifiedLines(export) {
            text += "; lines \(lines.lowerBound)–\(lines.upperBound) are unverified"
        }
        return text
    }

    /// Lines that are searchable, but covered by no checksum of the download.
    static func unverifiedLines(_ export: ExportRecord) -> ClosedRange<UInt64>? {
        guard let damage = export.damage, damage.verifiedLines < export.lines else { return nil }
        return damage.verifiedLines + 1...export.lines
    }
}
