import Archive
import Compare
import Events
import Ingest
import Rendering

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The two sides of `diff`: exports of the archive, or files read into a temporary archive.
final class DiffSides {
    let a: ComparedExport
    let b: ComparedExport
    private let scratch: ScratchArchive

    /// - Throws: `UsageError` for a name that is neither; `ArchiveError`.
    init(_ a: String, _ b: String, global: GlobalOptions) throws {
        let archive = try Self.openIfThere(global)
        scratch = ScratchArchive(global)
        do {
            self.a = try Self.side(a, archive, scratch)
            self.b = try Self.side(b, archive, scratch)
        } catch {
            scratch.discard()
            throw error
        }
    }

    func discard() { scratch.discard() }

    func temporaryFolder() throws -> String { try scratch.folder() }

    private static func openIfThere(_ global: GlobalOptions) throws -> Archive? {
        do {
            return try global.openArchive()
        } catch let error as ArchiveError where error.code == .notFound {
            return nil
        }
    }

    private static func side(
        _ name: String, _ archive: Archive?, _ scratch: ScratchArchive
    ) throws -> ComparedExport {
        if let archive, !archive.exports(named: name).isEmpty {
            return ComparedExport(archive: archive, export: try ExportNames.one(name, in: archive))
        }
        var info = stat()
        if stat(name, &info) == 0, info.st_mode & S_IFMT == S_IFREG { return try scratch.read(name) }
        guard let archive else {
            throw UsageError(
                "there is no archive, and no file \"\(name)\"", remedy: "name two files, or an archive with -a DIR")
        }
        return ComparedExport(archive: archive, export: try ExportNames.one(name, in: archive))
    }
}

/// An archive that lives as long as one command, for files that are not in the archive.
final class ScratchArchive {
    private let global: GlobalOptions
    private var path: String?
    private var files = 0

    init(_ global: GlobalOptions) {
        self.global = global
    }

    /// A private folder below `TMPDIR`.
    func folder() throws -> String {
        if let path { return path }
        guard let made = UnfinishedFiles.makeFolder("coldtrail-diff") else {
            throw ArchiveError.system("cannot make a temporary folder", path: "TMPDIR")
        }
        path = made
        return made
    }

    /// Reads a file into an archive of its own, in bounded memory.
    func read(_ file: String) throws -> ComparedExport {
        files += 1
        let archive = try folder() + "/\(files)"
        let options = IngestOptions(
            jobs: UsableProcessors.count, now: SystemClock.now().microseconds, toolVersion: ToolVersion.text)
        let bar = ProgressBar(label: "read \(IngestSource.file(file).name)", isWanted: !global.noProgress)
        let failure = Failure()
        try Ingester.run(
            [.file(file)], archive: archive, options: options,
            progress: { progress in
                bar.update(
                    done: Int(clamping: progress.sourceBytesDone),
                    total: progress.sourceBytesTotal.map { Int(clamping: $0) }, events: Int(clamping: progress.events),
                    share: progress.share)
            },
            finished: { _, outcome in
                if case .failed(let reason) = outcome { failure.set(reason) }
            })
        bar.finish()
        if let reason = failure.reason { throw UsageError("\(file) cannot be compared: \(reason)") }
        let opened = try Archive(path: archive)
        guard let export = opened.exports.first else { throw UsageError("\(file) cannot be compared") }
        return ComparedExport(archive: opened, export: export, label: export.label)
    }

    func discard() {
        if let path { UnfinishedFiles.deleteFolder(path) }
        path = nil
    }

    /// Safe to share: guarded by a mutex.
    private final class Failure: @unchecked Sendable {
        private let mutex = Mutex()
        private var text: String?

        func set(_ reason: String) { mutex.withLock { text = reason } }
        var reason: String? { mutex.withLock { text } }
    }
}
