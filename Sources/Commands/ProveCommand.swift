import ArgumentParser
import Archive
import Rendering
import Search

/// `coldtrail prove EXPORT:LINE`
struct ProveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write a proof that a line stood in an export: its bytes and the hashes up to the export's root.",
        discussion: """
            `coldtrail verify-proof` checks it without an archive, and so do the 30 lines of docs/verify_proof.py. Any \
            line can be proven, also one that is no event.
            """
    )

    @Argument(help: ArgumentHelp("The line: EXPORT:LINE.", valueName: "export:line"))
    var citation: String

    @OptionGroup
    var output: OutputOptions

    @OptionGroup
    var global: GlobalOptions

    func run() throws {
        let archive = try global.openArchive()
        let (export, line) = try ExportNames.citation(citation, in: archive)
        guard let proof = try LineProver(archive: archive).proof(of: line, in: export, tool: ToolVersion.text) else {
            throw UsageError("\(export.label) has no line \(line)")
        }
        let sink = try output.openSink()
        try sink.write(proof.text)
        try sink.finish()
        StandardError.writeLine(
            "\(export.label):\(line) of \(HumanText.counted(Int(clamping: export.lines), "line")), "
                + "root \(Hex.text(export.merkleRoot))")
        Notes.partial([export])
    }
}

/// `coldtrail verify-proof FILE`
struct VerifyProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-proof",
        abstract: "Check a proof of one line; no archive is needed.",
        discussion: """
            Without --root the proof is only checked to lead to the root that it names itself: compare that with a root \
            kept elsewhere (`coldtrail exports --custody`, a report, the audit log). Exit status 1 if the proof fails.
            """
    )

    @Argument(help: "The proof; - for standard input.")
    var file: String

    @Option(help: ArgumentHelp("The root that the proof must lead to, 64 hexadecimal digits.", valueName: "hex"))
    var root: String?

    func validate() throws {
        if let root, Hex.digest(root) == nil { throw ValidationError("--root takes 64 hexadecimal digits") }
    }

    func run() throws {
        let proof: LineProof
        do {
            proof = try LineProof(text: try WholeFile.read(file, limit: LineProof.sizeLimit), path: file)
        } catch let error as ArchiveError where error.code == .damaged {
            StandardError.writeLine("coldtrail: \(error)")
            throw ExitStatus.no
        }
        let expected = root.flatMap(Hex.digest)
        if let problem = proof.problem(expectedRoot: expected) {
            StandardError.writeLine("coldtrail: \(file): \(problem)")
            throw ExitStatus.no
        }
        let sink = try OutputSink()
        if sink.isTerminal {
            try sink.write(String(decoding: proof.bytes, as: UTF8.self) + "\n")
        } else {
            try sink.writeVerbatim(proof.bytes + [0x0A])
        }
        try sink.finish()
        StandardError.writeLine(
            "line \(proof.line) of \(HumanText.counted(Int(clamping: proof.lines), "line")) of \(proof.label) "
                + "(content SHA-256 \(Hex.text(proof.digest)))")
        StandardError.writeLine(
            expected == nil
                ? "it leads to the root that the proof itself names: \(Hex.text(proof.root))\n"
                    + "  compare it with a root kept elsewhere, or give that with --root"
                : "it leads to the root that was given")
    }
}
