import ArgumentParser
import Archive
import Events
import Rendering

/// `coldtrail forget EXPORT --reason TEXT`
struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Remove an export and its kept download; the audit log keeps that it was here and why it went.",
        discussion: """
            The audit log keeps the export's digests, counts and Merkle root, so that proofs made before can still be \
            checked. The label is not used again. Killed at any moment, it has happened or it has not.
            """
    ).parsedAlone

    @Argument(help: "The export: label, file name, job id or SHA-256 (at least 8 digits).")
    var export: String

    @Option(help: ArgumentHelp("Why; it stands in the audit log.", valueName: "text"))
    var reason: String

    @Option(
        name: .customLong("operator"), help: ArgumentHelp("Who does this. Default: the login name.", valueName: "name"))
    var person: String?

    @OptionGroup
    var global: GlobalOptions

    func validate() throws {
        guard !reason.allSatisfy(\.isWhitespace) else { throw ValidationError("--reason is empty") }
    }

    func run() throws {
        // A writer would make an archive where there is none. It also finishes what a killed one began.
        _ = try global.openArchive()
        let writer = try ArchiveWriter(
            path: global.archivePath,
            waiting: { StandardError.writeLine("waiting: another process writes this archive") })
        let archive = try writer.snapshot()
        let record = try ExportNames.one(export, in: archive)
        var facts = Custody(person: person ?? Custody.loginName, host: Custody.hostName).facts
        facts["action"] = "forget"
        facts["at"] = SystemClock.now().formatted()
        facts["reason"] = reason
        facts["label"] = record.label
        facts["export"] = Hex.text(record.digest)
        facts["source"] = Hex.text(record.sourceDigest)
        facts["file"] = record.fileName
        facts["events"] = "\(record.events)"
        facts["lines"] = "\(record.lines)"
        facts["rejects"] = "\(record.rejects)"
        facts["merkle_root"] = Hex.text(record.merkleRoot)
        facts["tool"] = ToolVersion.text
        try writer.forget(record, audit: facts)
        StandardError.writeLine(
            "\(record.label) is forgotten: \(HumanText.counted(Int(clamping: record.events), "event")); "
                + "the audit log keeps its digests and the reason")
    }
}
