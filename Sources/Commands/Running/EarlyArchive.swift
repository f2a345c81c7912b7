import Archive
import Search

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads the catalog, and opens the first partitions, while the command line is still being parsed: that takes as long, and
/// there is more than one core.
///
/// What the arguments plainly name is foreseen; if it comes out otherwise, or cannot be opened at once, nothing was done.
///
/// `@unchecked` is safe: `thread` and `opened` are only touched by the main thread, `outcome` and `isOver` under the mutex.
final class EarlyArchive: @unchecked Sendable {
    static let shared = EarlyArchive()

    /// Subcommands that mostly read all partitions, in order.
    private static let readers: Set<String> = ["count", "top", "timeline", "sol", "fields"]
    /// Others that open the archive, and nothing before.
    private static let others: Set<String> = ["search", "show", "exports", "info"]
    /// With these the archive is not opened.
    private static let needingNone: Set<String> = ["-h", "--help", "--version"]
    /// With these only some partitions are read.
    private static let narrowing = ["--from", "--to", "--last", "--export"]
    /// Partitions opened ahead: those that one thread opens in the time.
    private static let partitions = 8

    private enum Outcome {
        case awaited
        case opened(Archive, asked: String)
        case failed
    }

    private var thread: BackgroundThread?
    /// What was taken.
    private var opened: Archive?
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let isKnown = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var outcome = Outcome.awaited
    /// The command has ended.
    private var isOver = false

    private init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(isKnown, nil)
    }

    /// - Parameter arguments: with the subcommand in front.
    func begin(_ arguments: [String]) {
        guard let command = arguments.first else { return }
        let readsAll = Self.readers.contains(command)
        guard readsAll || Self.others.contains(command) else { return }
        if arguments.contains(where: Self.needingNone.contains) { return }
        let isNarrow = arguments.contains { argument in Self.narrowing.contains { argument.hasPrefix($0) } }
        let partitions = readsAll && !isNarrow ? Self.partitions : 0
        let path = GlobalOptions.archivePath(Self.archive(in: arguments))
        ThreadMemory.prepare()
        thread = BackgroundThread { [self] in
            ThreadMemory.prepare()
            let archive = try? Archive(quickly: path)
            let isWanted = set(archive.map { .opened($0, asked: path) } ?? .failed)
            if isWanted { archive?.openAhead(partitions) }
        }
    }

    /// The archive, once: whoever opens it a second time sees what was added meanwhile. Nil: open it as usual.
    ///
    /// - Parameter path: as it was asked for.
    func take(_ path: String) -> Archive? {
        guard thread != nil else { return nil }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while case .awaited = outcome { pthread_cond_wait(isKnown, mutex) }
        guard case .opened(let archive, let asked) = outcome else { return nil }
        opened = archive
        outcome = .failed
        if asked == path { return archive }
        archive.stopOpeningAhead()
        return nil
    }

    /// Waits until nothing is done any more.
    func finish() {
        guard let thread else { return }
        self.thread = nil
        pthread_mutex_lock(mutex)
        isOver = true
        if case .opened(let archive, _) = outcome { opened = archive }
        pthread_mutex_unlock(mutex)
        opened?.stopOpeningAhead()
        thread.join()
    }

    /// False if nobody needs it any more.
    private func set(_ outcome: Outcome) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        self.outcome = outcome
        pthread_cond_signal(isKnown)
        return !isOver
    }

    /// The value of `--archive`, if it is plainly there.
    private static func archive(in arguments: [String]) -> String? {
        var found: String?
        for (place, argument) in arguments.enumerated() {
            if argument == "--" { break }
            if argument == "--archive" || argument == "-a", place + 1 < arguments.count { found = arguments[place + 1] }
            if argument.hasPrefix("--archive=") { found = String(argument.dropFirst(10)) }
        }
        return found
    }
}
