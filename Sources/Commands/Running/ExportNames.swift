import Archive
import Events
import Rendering

/// From names that people write to exports.
enum ExportNames {
    /// The exports that `--export` names, in the order of ingest; nil if none was named (all are meant).
    ///
    /// - Throws: `UsageError` for a name that means nothing. A name may mean several (a job id, a file name).
    static func scope(_ names: [String], in archive: Archive) throws -> [ExportRecord]? {
        if names.isEmpty { return nil }
        var ids: Set<Int64> = []
        for name in names {
            let found = archive.exports(named: name)
            if found.isEmpty { throw unknown(name, archive) }
            ids.formUnion(found.map(\.id))
        }
        return archive.exports.filter { ids.contains($0.id) }
    }

    /// The one export that a name means.
    ///
    /// - Throws: `UsageError`, with the candidates if it is ambiguous.
    static func one(_ name: String, in archive: Archive) throws -> ExportRecord {
        let found = archive.exports(named: name)
        if found.count == 1 { return found[0] }
        if found.isEmpty { throw unknown(name, archive) }
        let list = found.map { "  \($0.label)  \($0.fileName)  sha256 \(Hex.text($0.digest))" }
        throw UsageError(
            "\"\(name)\" means \(found.count) exports; name one of them by its label:\n" + list.joined(separator: "\n"))
    }

    /// `EXPORT:LINE`; what stands before the last colon is the export.
    static func citation(_ text: String, in archive: Archive) throws -> (export: ExportRecord, line: UInt64) {
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
            let line = UInt64(text[text.index(after: colon)...]), line > 0
        else {
            throw UsageError(
                "\"\(text)\" does not name an event",
                remedy: "write EXPORT:LINE, lines counted from 1, as in \(archive.exports.first?.label ?? "web-01"):17")
        }
        let export = try one(String(text[..<colon]), in: archive)
        guard line <= export.lines else {
            throw UsageError(
                export.lines == 0
                    ? "\(export.label) has no lines"
                    : "\(export.label) has no line \(line); its lines are 1–\(export.lines)")
        }
        return (export, line)
    }

    private static func unknown(_ name: String, _ archive: Archive) -> UsageError {
        let near = NearestNames.of(name, among: archive.exports.map(\.label))
        let hint = near.isEmpty ? "" : "did you mean \(near.joined(separator: " or "))? "
        return UsageError(
            "no export is named \"\(name)\"",
            remedy: hint
                + "a label, a file name, a job id or 8 digits of the SHA-256 names one; see `coldtrail exports`")
    }
}
