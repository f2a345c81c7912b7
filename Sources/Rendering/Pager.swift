#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Shows what goes to a terminal page by page, as git does.
///
/// `$COLDTRAIL_PAGER`, else `$PAGER`, else `less`, run by the shell; empty or `cat` for none. If `LESS` is not set, it
/// becomes `FRXK`: a page that fits the screen is simply printed, colours work, the screen is left as it is, Ctrl-C leaves.
public enum Pager {
    private struct State {
        var process: pid_t = 0
        var columns = 80
        /// Standard error goes there too.
        var takesNotes = false
    }

    private static let state = Lock(State())

    /// Whether standard output goes to a pager that this process started.
    public static var isActive: Bool { state.withLock { $0.process != 0 } }

    /// Whether the descriptor's text ends up on the terminal through the pager.
    static func shows(_ descriptor: Int32) -> Bool {
        state.withLock { $0.process != 0 && (descriptor == 1 || (descriptor == 2 && $0.takesNotes)) }
    }

    /// Columns of the terminal on which the pager shows.
    static var columns: Int { state.withLock { $0.columns } }

    /// Puts a pager between this process and the terminal if standard output is one; else does nothing.
    ///
    /// Call before anything is written, and ``finish()`` at the end.
    ///
    /// - Parameter chops: long lines are cut at the edge, and `less` scrolls sideways.
    public static func start(chops: Bool) {
        guard isatty(1) == 1, !Terminal.isDumb, let command = command(), canRun(command) else { return }
        let columns = Terminal.columns(1)
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return }
        defer { close(ends[0]) }
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        guard let process = spawn(command, input: ends[0], closing: ends[1], chops: chops) else {
            close(ends[1])
            return
        }
        dup2(ends[1], 1)
        // Notes belong below the answer, not across the page.
        let takesNotes = isatty(2) == 1
        if takesNotes { dup2(ends[1], 2) }
        close(ends[1])
        state.withLock { $0 = State(process: process, columns: columns, takesNotes: takesNotes) }
    }

    /// Tells the pager that this was all, and waits until the person has seen enough.
    public static func finish() {
        let (process, takesNotes) = state.withLock { state in
            defer { state.process = 0 }
            return (state.process, state.takesNotes)
        }
        guard process != 0 else { return }
        close(1)
        if takesNotes { close(2) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    private static func command() -> String? {
        let text = Terminal.environment("COLDTRAIL_PAGER") ?? Terminal.environment("PAGER") ?? "less"
        return text.isEmpty || text == "cat" ? nil : text
    }

    /// Whether the command's program is there: with a shell in between one would only see that nothing appears.
    private static func canRun(_ command: String) -> Bool {
        guard let name = command.split(separator: " ").first.map(String.init) else { return false }
        // What only a shell understands is left to the shell.
        if name.contains(where: { "$`\"'\\;&|<>()=~*?[".contains($0) }) { return true }
        if name.contains("/") { return access(name, X_OK) == 0 }
        let path = Terminal.environment("PATH") ?? "/usr/bin:/bin"
        return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    private static func spawn(_ command: String, input: Int32, closing: Int32, chops: Bool) -> pid_t? {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addclose(&actions, input)
        // The pager gets the signals that this process keeps from its threads or ignores.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &broken)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        if getenv("LESS") == nil { setenv("LESS", chops ? "FRXKS" : "FRXK", 0) }
        if getenv("LV") == nil { setenv("LV", "-c", 0) }
        let words: [String] = ["/bin/sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ)
        return code == 0 ? process : nil
    }
}
