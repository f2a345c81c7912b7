import ArgumentParser
import Archive
import Rendering

/// `coldtrail log`
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print the archive's audit log: one record for everything that changed the archive.",
        discussion: "--format jsonl writes the records exactly as they are stored and chained."
    ).parsedAlone

    @Flag(help: "Check that no record was changed, removed or put in between.")
    var verify = false

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let log = try AuditRecords(archive: global.archivePath)
        if verify { return try check(log) }
        let sink = try output.openSink()
        switch rows.format {
        case .jsonl:
            var writer = EventWriter(sink: sink)
            for record in log.records { try Array(record.utf8).withUnsafeBytes { try writer.write(event: $0) } }
        case .table, .csv, .tsv, .json, .raw, .ids:
            let keys = rows.format == .table ? AuditRecords.shownKeys : AuditRecords.allKeys
            var writer = try rows.rows(keys.map { OutputColumn($0) }, sink: sink, color: global.color)
            for record in log.records {
                let facts = AuditRecords.facts(of: record)
                try writer.write(keys.map { key in facts[key].map { .text($0) } ?? .null })
            }
            try writer.finish()
        }
        try sink.finish()
    }

    private func check(_ log: AuditRecords) throws {
        let problems = log.problems()
        for problem in problems { StandardError.writeLine("coldtrail: \(problem)") }
        if !problems.isEmpty { throw ExitStatus.no }
        StandardError.writeLine("the chain of \(HumanText.counted(log.records.count, "record")) is whole")
        StandardError.writeLine(
            "head: \(log.head)\n  keep it elsewhere; `coldtrail verify --expect HEAD` later shows that no record was changed "
                + "or removed")
    }
}
