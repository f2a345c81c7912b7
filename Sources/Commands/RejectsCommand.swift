import ArgumentParser
import Archive
import Rendering

/// `coldtrail rejects [EXPORT]`
struct RejectsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejects",
        abstract: "List the lines that are not events: number, offset, reason, bytes.",
        discussion: """
            In rows the bytes are cut after 64 KiB (in a table after 200), and what is not UTF-8 is replaced; \
            --format raw writes the exact bytes of each line, --format ids its citation.
            """
    ).parsedAlone

    private static let formats = Format.ofRows + [.raw, .ids]

    @Argument(help: "The export: label, file name, job id or SHA-256 (at least 8 digits); all without one.")
    var export: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Only lines that hold this text, byte for byte.", valueName: "text")
    )
    var match: String?

    @Option(help: ArgumentHelp("table, csv, tsv, json, jsonl, raw (exact bytes) or ids.", valueName: "format"))
    var format = Format.table

    @Flag(help: "Leave CSV cells alone that a spreadsheet would run as formulas.")
    var csvRaw = false

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let archive = try global.openArchive()
        let exports = try export.map { [try ExportNames.one($0, in: archive)] } ?? archive.exports
        Notes.partial(exports)
        let sink = try output.openSink()
        var listing = try RejectListing(
            format: format, sink: sink,
            options: RowOptions(csvRaw: csvRaw, color: global.color.isOn(terminal: sink.isTerminal)))
        for export in exports {
            try RejectReader(archive: archive, export: export).forEach(matching: match.map { Array($0.utf8) }) { part in
                try listing.add(part, of: export)
            }
        }
        try listing.finish()
        try sink.finish()
    }
}
