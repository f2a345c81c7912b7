import ArgumentParser
import Archive
import Rendering
import Search

/// `coldtrail restore EXPORT`
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Give back an export's decompressed content byte for byte, and check its SHA-256."
    ).parsedAlone

    @Argument(help: "The export: label, file name, job id or SHA-256 (at least 8 digits).")
    var export: String

    @Flag(help: "The download itself, if it was kept (`ingest --keep-source`).")
    var source = false

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let archive = try global.openArchive()
        let record = try ExportNames.one(export, in: archive)
        Notes.partial([record])
        let sink = try output.openSink()
        if sink.isTerminal {
            throw UsageError(
                "an export's bytes are not written to a terminal", remedy: "name a file with -o, or use a pipe")
        }
        if source { return try restoreSource(record, archive, to: sink) }
        var digest = ContentDigest()
        try ExportRestorer(archive: archive).restore(record) { bytes in
            digest.update(bytes)
            try sink.writeVerbatim(bytes)
        }
        guard digest.value() == record.digest else {
            // Without finish() nothing is left of an output file.
            throw ArchiveError(
                .damaged, "what is stored of \(record.label) has another SHA-256 than the export had",
                path: archive.path,
                remedy: "do not use the output; run `coldtrail verify \(record.label)` to see what is damaged")
        }
        try sink.finish()
        StandardError.writeLine(
            "\(record.label): \(HumanText.bytes(sink.bytesWritten)), SHA-256 \(Hex.text(record.digest)) confirmed")
    }

    private func restoreSource(_ record: ExportRecord, _ archive: Archive, to sink: OutputSink) throws {
        guard try AuditRecords(archive: archive.path).keptSources.contains(Hex.text(record.sourceDigest)) else {
            throw UsageError(
                "the download of \(record.label) was not kept", remedy: "without --source its content is restored")
        }
        var digest = ContentDigest()
        try KeptSources.forEachPiece(of: record.sourceDigest, in: archive) { bytes in
            digest.update(bytes)
            try sink.writeVerbatim(bytes)
        }
        guard digest.value() == record.sourceDigest else {
            throw ArchiveError(
                .damaged, "the kept download of \(record.label) is damaged", path: archive.path,
                remedy: "do not use the output")
        }
        try sink.finish()
        StandardError.writeLine(
            "\(record.fileName): \(HumanText.bytes(sink.bytesWritten)), "
                + "SHA-256 \(Hex.text(record.sourceDigest)) confirmed")
    }
}
