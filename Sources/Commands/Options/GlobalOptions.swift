import ArgumentParser
import Archive
import Rendering

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Options that every subcommand has; they may also stand before it.
struct GlobalOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "The archive's folder (else $COLDTRAIL_ARCHIVE, else ./archive.coldtrail).", valueName: "dir"))
    var archive: String?

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp(
            "Record the question and its answer's digest in this folder (else $COLDTRAIL_CASE).", valueName: "dir"))
    var caseFolder: String?

    @Option(help: "When to colour: auto, always, never.")
    var color = ColorChoice.auto

    @Flag(help: "Show no progress bar.")
    var noProgress = false

    @Flag(help: "Print to the terminal directly, not through $COLDTRAIL_PAGER, $PAGER or less.")
    var noPager = false

    /// Where the archive is, or is to be.
    var archivePath: String { Self.archivePath(archive) }

    /// - Parameter archive: as it stands on the command line.
    static func archivePath(_ archive: String?) -> String {
        if let archive, !archive.isEmpty { return archive }
        if let value = getenv("COLDTRAIL_ARCHIVE"), value.pointee != 0 { return String(cString: value) }
        return "archive.coldtrail"
    }

    /// Where questions are recorded; nil: nowhere.
    var casePath: String? {
        if let caseFolder, !caseFolder.isEmpty { return caseFolder }
        guard let value = getenv("COLDTRAIL_CASE"), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// - Throws: `ArchiveError`.
    func openArchive() throws -> Archive {
        try EarlyArchive.shared.take(archivePath) ?? Archive(path: archivePath)
    }
}

extension ColorChoice: ExpressibleByArgument {}

extension Format: ExpressibleByArgument {
    /// None: each command's help names those it has.
    public static var allValueStrings: [String] { [] }
}
