import Archive
import Rendering

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A command whose interruption needs a word of its own.
protocol InterruptibleCommand {
    /// What stands in the archive after Ctrl-C, and what to do.
    var interruptionNote: String { get }
}

/// Ctrl-C: unfinished output is deleted, the archive is whole at any instant anyway, the status is 130.
enum Interruption {
    /// What the command that runs has to say.
    private static let note = NoteBox()

    static func set(note text: String?) {
        note.set(text)
    }

    /// Starts the thread that waits for the signals. Call once, before any other thread is started: these inherit
    /// the mask that keeps the signals away from them.
    ///
    /// A signal that the caller has set to be ignored (`nohup`, a shell's background job) stays ignored.
    static func watch() {
        var signals = sigset_t()
        sigemptyset(&signals)
        let wanted = [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) }
        if wanted.isEmpty { return }
        for signal in wanted { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        _ = BackgroundThread { [signals] in
            var signals = signals
            var signal: Int32 = 0
            while sigwait(&signals, &signal) != 0 {}
            UnfinishedFiles.deleteAll()
            StandardError.clearProgress()
            StandardError.writeLine("coldtrail: interrupted" + (note.get().map { "; " + $0 } ?? ""))
            Pager.finish()
            // No destructors and no exit handlers: other threads are still at work.
            _exit(signal == SIGINT ? ExitStatus.interrupted.rawValue : 128 + signal)
        }
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        #if canImport(Glibc)
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #else
            return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }

    /// `@unchecked` is safe: the text is only touched under the mutex.
    private final class NoteBox: @unchecked Sendable {
        private let mutex = Mutex()
        private var text: String?

        func set(_ text: String?) { mutex.withLock { self.text = text } }
        func get() -> String? { mutex.withLock { text } }
    }
}
