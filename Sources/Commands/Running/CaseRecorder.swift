import ArgumentParser
import Archive
import Crypto
import Events
import Rendering
import Reports

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Commands whose question and answer are recorded in a case folder, if one is named.
protocol AnsweringCommand: ParsableCommand {
    var global: GlobalOptions { get }
}

extension SearchCommand: AnsweringCommand {}
extension CountCommand: AnsweringCommand {}
extension TopCommand: AnsweringCommand {}
extension TimelineCommand: AnsweringCommand {}
extension SOLCommand: AnsweringCommand {}
extension FieldsCommand: AnsweringCommand {}
extension ShowCommand: AnsweringCommand {}
extension DiffCommand: AnsweringCommand {}
extension DuplicatesCommand: AnsweringCommand {}
extension RejectsCommand: AnsweringCommand {}
extension ExportsCommand: AnsweringCommand {}
extension InfoCommand: AnsweringCommand {}
extension VerifyCommand: AnsweringCommand {}
extension RestoreCommand: AnsweringCommand {}
extension ProveCommand: AnsweringCommand {}
extension LogCommand: AnsweringCommand {}
extension ReportRetentionCommand: AnsweringCommand {}
extension ReportCompletenessCommand: AnsweringCommand {}
extension ReportAccessCommand: AnsweringCommand {}

/// Records one question with its answer's digest when the answer has been given.
final class CaseRecorder {
    private let folder: CaseFolder
    private let archive: String
    private let arguments: [String]
    private let started = SystemClock.now()
    private var hasher = SHA256()
    private var bytes: UInt64 = 0

    /// Nil: no case folder was named, or the command answers no question.
    init?(_ command: any ParsableCommand, _ arguments: [String]) {
        guard let command = command as? any AnsweringCommand, let path = command.global.casePath else { return nil }
        folder = CaseFolder(path: path)
        archive = command.global.archivePath
        self.arguments = arguments
        OutputTap.shared.observe { [unowned self] piece in
            hasher.update(bufferPointer: piece)
            bytes += UInt64(piece.count)
        }
    }

    /// - Throws: `ArchiveError` if it cannot be recorded.
    func finish(_ status: ExitStatus) throws {
        var facts = Custody(person: Custody.loginName, host: Custody.hostName).facts
        facts["at"] = Instant(microseconds: started.microseconds / 1_000 * 1_000).formatted()
        facts["command"] = (["coldtrail"] + arguments).map(ShellText.quoted).joined(separator: " ")
        facts["tool"] = ToolVersion.text
        facts["archive"] = archive
        facts["status"] = "\(status.rawValue)"
        facts["answer_sha256"] = Hex.text(hasher.finalize())
        facts["answer_bytes"] = "\(bytes)"
        if let results = OutputTap.shared.results { facts["results"] = "\(results)" }
        if let log = try? AuditRecords(archive: archive) { facts["audit_head"] = log.head }
        try folder.append(facts)
    }
}
