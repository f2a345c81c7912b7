import ArgumentParser
import Rendering

/// Where an answer goes.
struct OutputOptions: ParsableArguments {
    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp(
            "Write to a file, complete or not at all; never overwrites without --force.", valueName: "file"))
    var output: String?

    @Flag(help: "Replace the output file.")
    var force = false

    var isStandardOutput: Bool { output == nil || output == "-" || output == "/dev/stdout" }

    func openSink() throws -> OutputSink {
        try OutputSink(path: output, force: force)
    }
}

/// How rows are written.
struct RowFormatOptions: ParsableArguments {
    @Option(help: ArgumentHelp("table, csv, tsv, json (one array) or jsonl (one object a row).", valueName: "format"))
    var format = Format.table

    @Flag(help: "Leave CSV cells alone that a spreadsheet would run as formulas.")
    var csvRaw = false

    @Flag(help: "Tables as wide as their values: nothing is shortened to fit the terminal.")
    var wide = false

    func validate() throws {
        guard Format.ofRows.contains(format) else {
            throw ValidationError(format.refused(by: "this command", allowed: Format.ofRows).message)
        }
    }

    /// A writer of rows with the options of the command line.
    ///
    /// - Parameter partial: an export in scope is partial: said in every JSON object.
    func rows(
        _ columns: [OutputColumn], sink: OutputSink, color: ColorChoice, partial: Bool = false
    ) throws -> RowWriter {
        var options = RowOptions(csvRaw: csvRaw, color: color.isOn(terminal: sink.isTerminal))
        options.isWide = wide
        if partial { options.jsonExtras = [("partial", .boolean(true))] }
        return try RowWriter(columns: columns, format: format, sink: sink, options: options)
    }
}
