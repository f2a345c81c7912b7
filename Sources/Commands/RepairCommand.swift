import ArgumentParser
import Archive
import Events
import Rendering
import Search

/// `coldtrail repair`
struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Make the archive's catalog anew from its partitions and its audit log.",
        discussion: """
            For a catalog that was lost, is damaged, or is older than the archive (a file that was put back from a backup). \
            Each export's new entry is compared with the digest that the audit log recorded. Partitions are read and not \
            changed; if one of an export is missing or cannot be read, nothing is done. The old catalog is kept beside the \
            new one. Prints one row for each export; exits with status 1 if one of them is not as recorded, or missing.
            """
    ).parsedAlone

    @Flag(help: "Make the catalog anew though nothing is wrong with it.")
    var rebuild = false

    @Option(
        name: .customLong("operator"), help: ArgumentHelp("Who does this. Default: the login name.", valueName: "name"))
    var person: String?

    @OptionGroup
    var rows: RowFormatOptions

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let now = SystemClock.now()
        let repair = CatalogRepair(
            archive: global.archivePath,
            CatalogRepair.Request(
                isForced: rebuild, custody: Custody(person: person ?? Custody.loginName, host: Custody.hostName).facts,
                now: now.microseconds, at: now.formatted(), tool: ToolVersion.text),
            content: { try ExportRestorer(archive: $0).restore($1, to: $2) })
        let bar = ProgressBar(label: "repair", isWanted: !global.noProgress)
        let outcome = try repair.run(
            waiting: { StandardError.writeLine("waiting: another process writes this archive") },
            progress: { bar.update(done: Int(clamping: $0), total: Int(clamping: $1), events: 0) })
        bar.finish()
        guard let reason = outcome.reason else {
            return StandardError.writeLine("nothing to repair: the catalog is what the audit log recorded")
        }
        StandardError.writeLine("the catalog was made anew: \(reason)")
        if let old = outcome.oldCatalog { StandardError.writeLine("  the old one is kept as \(old)") }
        let sink = try output.openSink()
        var writer = try rows.rows(
            [
                OutputColumn("export"), OutputColumn("events", .right), OutputColumn("partitions", .right),
                OutputColumn("result"),
            ], sink: sink, color: global.color)
        for export in outcome.exports {
            try writer.write([
                .text(export.record.label), .integer(Int(clamping: export.record.events)), .integer(export.partitions),
                .text(Self.text(export.agreement)),
            ])
        }
        for label in outcome.missing { try writer.write([.text(label), .null, .integer(0), .text("missing")]) }
        try writer.finish()
        try sink.finish()
        OutputTap.shared.results = UInt64(outcome.exports.count)
        try conclude(outcome)
    }

    private func conclude(_ outcome: RepairOutcome) throws {
        for label in outcome.missing {
            Notes.warn(
                "no partition of \(label) is here, though the audit log says that it is in the archive; "
                    + "put its partitions back from a copy and repair again")
        }
        if !outcome.leftovers.isEmpty {
            let files = HumanText.counted(outcome.leftovers.count, "file")
            Notes.warn(
                "\(files) in partitions/ belong to no export (an ingest that did not end, or an export that is forgotten); "
                    + "the next ingest removes them: \(outcome.leftovers.prefix(3).joined(separator: ", "))"
                    + (outcome.leftovers.count > 3 ? " …" : ""))
        }
        StandardError.writeLine("`coldtrail verify` checks all that is in the partitions")
        let isSound = outcome.exports.allSatisfy { export in
            switch export.agreement {
            case .asRecorded, .untold: true
            case .differs, .unknown: false
            }
        }
        if !isSound || !outcome.missing.isEmpty { throw ExitStatus.no }
    }

    private static func text(_ agreement: RepairOutcome.Agreement) -> String {
        switch agreement {
        case .asRecorded: "as recorded"
        case .untold: "restored; the audit log of that version has no digest of the entry"
        case .differs: "restored, but not what the audit log recorded"
        case .unknown: "recovered; the audit log does not know it"
        }
    }
}
