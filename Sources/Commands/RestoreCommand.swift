import ArgumentParser
import Archive
import Rendering
import Search

/// `coldtrail restore EXPORT`
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Give back an export's decompressed content byte for byte, and check its SHA-256."
    )

    @Argument(help: "The export: label, file name, job id or SHA-256 (at least 8 digits).")
    var export: String

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
}
