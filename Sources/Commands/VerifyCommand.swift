import ArgumentParser
import Archive
import Rendering

/// `coldtrail verify [EXPORT]`
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every checksum and hash of the archive, or of one export.",
        discussion: """
            Checks the SHA-256 of each file, and every block, series, column, term, kept line and the Merkle tree over \
            the lines, the catalog against the audit log, and the log's chain. Prints one row for each partition and \
            export; exits with status 1 if anything is damaged.

            Somebody who can write the whole archive can also make a new chain for it. Keep the head of the audit log, \
            which is printed here, in another place, and give it with --expect: then nothing that was in the archive at \
            that time can have been changed, removed or put in between.
            """
    ).parsedAlone

    @Argument(help: "The export: label, file name, job id or SHA-256 (at least 8 digits); all without one.")
    var export: String?

    @Flag(help: "Only the SHA-256 of the files, the catalog and the audit log.")
    var quick = false

    @Option(help: ArgumentHelp("A head of the audit log that was kept elsewhere.", valueName: "head"))
    var expect: String?

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        if let expect, Hex.digest(expect) == nil { throw ValidationError("--expect takes 64 hexadecimal digits") }
    }

    func run() throws {
        let archive = try global.openArchive()
        let exports = try export.map { [try ExportNames.one($0, in: archive)] } ?? archive.exports
        let sink = try output.openSink()
        var writer = try rows.rows(
            [OutputColumn("export"), OutputColumn("file"), OutputColumn("result"), OutputColumn("problem")],
            sink: sink, color: global.color)
        let total = Int(clamping: ArchiveVerifier.work(exports, in: archive, quick: quick))
        let bar = ProgressBar(label: "verify", isWanted: !global.noProgress)
        var done = 0
        var damaged = 0
        func advance(_ bytes: UInt64) {
            done += Int(clamping: bytes)
            bar.update(done: done, total: total, events: 0)
        }
        for export in exports {
            try ArchiveVerifier.verify(export, in: archive, quick: quick, progress: advance) { result in
                damaged += result.problems.count
                let file: Cell = result.file.map { .text($0) } ?? .null
                if result.problems.isEmpty { try writer.write([.text(result.label), file, .text("ok"), .null]) }
                for problem in result.problems {
                    try writer.write([.text(result.label), file, .text("damaged"), .text(problem)])
                }
            }
        }
        let log = try AuditRecords(archive: archive.path)
        var whole: [(file: String, problem: String)] = []
        if export == nil { whole = ArchiveVerifier.wholeArchiveProblems(archive, log, progress: advance) }
        if let expect, log.recordsAfter(head: expect.lowercased()) == nil {
            whole.append(("audit.log", "no record of it has the expected head: records were changed or removed"))
        }
        for (file, problem) in whole {
            damaged += 1
            try writer.write([.null, .text(file), .text("damaged"), .text(problem)])
        }
        bar.finish()
        try writer.finish()
        try sink.finish()
        tellHead(log)
        try conclude(exports, archive, damaged)
    }

    private func tellHead(_ log: AuditRecords) {
        StandardError.writeLine("head of the audit log: \(log.head)")
        guard let expect else {
            return StandardError.writeLine(
                "  no head from elsewhere was given (--expect): whoever can write the whole archive could have made all "
                    + "of it anew")
        }
        guard let later = log.recordsAfter(head: expect.lowercased()) else { return }
        StandardError.writeLine(
            later == 0
                ? "  it is the expected one"
                : "  the expected head is in the chain, \(HumanText.counted(later, "later record")) follow it")
    }

    private func conclude(_ exports: [ExportRecord], _ archive: Archive, _ damaged: Int) throws {
        let events = exports.reduce(0) { $0 + Int(clamping: $1.events) }
        let scope = "\(HumanText.counted(exports.count, "export")), \(HumanText.counted(events, "event"))"
        Notes.partial(exports)
        if damaged > 0 {
            StandardError.writeLine(
                "coldtrail: \(HumanText.counted(damaged, "problem")) in \(scope)\n"
                    + "  take the damaged files from a sound copy, or ingest the exports again with --rebuild")
            throw ExitStatus.no
        }
        StandardError.writeLine(
            "\(scope): \(quick ? "all files are as they were written" : "all is as it was written")")
    }
}
