import ArgumentParser
import Archive
import Events
import Ingest
import Rendering

/// `coldtrail ingest FILE…`
struct IngestCommand: ParsableCommand, InterruptibleCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Read exports into the archive: gzip or plain JSON Lines; files, folders or - for standard input.",
        discussion: """
            Folders are searched for *.gz, *.json, *.jsonl and *.ndjson; symbolic links in them are not followed. An \
            export that is in the archive already is left as it is. Lines that are not events, and damaged downloads, \
            are kept; the status is then 1.
            """
    ).parsedAlone

    @Argument(help: ArgumentHelp("Files, folders, or - for standard input.", valueName: "file"))
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "Index only these fields (exact names); every search still finds everything.", valueName: "a,b"))
    var fields: String?

    @Option(help: ArgumentHelp("Name of the export; several get -2, -3 …", valueName: "label"))
    var label: String?

    @Option(help: ArgumentHelp("The export job that the files are parts of.", valueName: "id"))
    var jobID: String?

    @Option(help: ArgumentHelp("Worker threads. Default: the processors this process may use.", valueName: "n"))
    var jobs: Int?

    @Option(help: ArgumentHelp("Peak memory: 512M, 2G.", valueName: "size"), transform: ByteSize.parse)
    var memory = 512 << 20

    @Option(help: ArgumentHelp("A remark for the catalog and the audit log.", valueName: "text"))
    var note: String?

    @OptionGroup(title: "Custody: recorded in the audit log")
    var custody: CustodyOptions

    @Flag(help: "Say what would be read and what it would cost; archive nothing.")
    var dryRun = false

    @Flag(help: "Build exports anew that are in the archive already, and swap them.")
    var rebuild = false

    @Flag(help: "Let others read the archive: files 0444, folders 0755.")
    var shared = false

    @Flag(help: "Go on although the archive will hardly fit, or the disk's reserve (1 GiB or 2 %) is touched.")
    var force = false

    @OptionGroup
    var global: GlobalOptions

    var interruptionNote: String {
        "exports that were finished are in the archive, the others left nothing; run the same command again for the rest"
    }

    func validate() throws {
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs must be between 1 and 256") }
        let least = IngestOptions.leastMemory(jobs: jobs ?? 1)
        if memory < least {
            throw ValidationError(
                "--memory must be at least \(least >> 20)M"
                    + (jobs.map { " for \(HumanText.counted($0, "worker"))" } ?? ""))
        }
        if let fields {
            let names = ColumnNames.parse(fields)
            if names.isEmpty { throw ValidationError("--fields names no field") }
            if let name = names.first(where: { $0.contains("*") }) {
                throw ValidationError("--fields takes exact names, no wildcards: \(name)")
            }
        }
        if label == "" { throw ValidationError("--label is empty") }
        if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("standard input (-) can be read once only") }
    }

    func run() throws {
        let sources = try SourceFinder.find(files)
        if sources.isEmpty {
            throw UsageError(
                "there is nothing to read in \(files.joined(separator: ", "))",
                remedy: "folders are searched for *.gz, *.json, *.jsonl and *.ndjson")
        }
        if custody.expectSHA256 != nil, sources.count != 1 {
            throw UsageError(
                "--expect-sha256 is about one file, but there are \(sources.count)", remedy: "ingest them one by one")
        }
        var options = IngestOptions(
            fields: fields.map(ColumnNames.parse), label: label, jobID: jobID, note: note,
            // As many workers as fit into the memory, unless a number was asked for.
            jobs: jobs ?? min(UsableProcessors.count, IngestOptions.mostJobs(memory: memory)), memory: memory,
            shared: shared, rebuild: rebuild, force: force, now: SystemClock.now().microseconds,
            toolVersion: ToolVersion.text)
        options.custody = try custody.custody()
        options.expectedDigest = custody.expectSHA256.flatMap(Hex.digest)
        options.keepsSource = custody.keepSource
        let forecast = Forecast(archive: global.archivePath, options: options)
        if dryRun {
            try DryRun.list(sources, archive: global.archivePath)
            return forecast.show(sources)
        }
        let estimate = try forecast.check(sources)
        let bar = ProgressBar(
            label: sources.count == 1 ? "ingest \(sources[0].name)" : "ingest \(sources.count) files",
            isWanted: !global.noProgress)
        let report = IngestReport(
            sources: sources.count, archive: global.archivePath, estimate: estimate)
        try Ingester.run(
            sources, archive: global.archivePath, options: options,
            waiting: { StandardError.writeLine("waiting: another process writes this archive") },
            progress: { progress in
                bar.update(
                    done: Int(clamping: progress.sourceBytesDone),
                    total: progress.sourceBytesTotal.map { Int(clamping: $0) },
                    events: Int(clamping: progress.events), share: progress.share)
            },
            finished: { source, outcome in report.add(source, outcome) })
        bar.finish()
        try report.finish()
    }
}
