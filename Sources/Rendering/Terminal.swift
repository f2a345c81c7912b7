#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What is known of the terminal behind a file descriptor.
public enum Terminal {
    /// Whether the descriptor (1 standard output, 2 standard error) is a terminal.
    ///
    /// What a pager shows there counts as well.
    public static func isTerminal(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 || Pager.shows(descriptor)
    }

    /// Columns of the terminal behind the descriptor; `$COLUMNS`, else 80, where it does not say. At least 20.
    public static func columns(_ descriptor: Int32) -> Int {
        if Pager.shows(descriptor) { return Pager.columns }
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return max(20, Int(size.ws_col))
        }
        if let text = environment("COLUMNS"), let columns = Int(text), columns > 0 {
            return max(20, min(columns, 10_000))
        }
        return 80
    }

    /// Whether the terminal understands escape sequences at all.
    static var isDumb: Bool {
        environment("TERM") == "dumb"
    }

    static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        return String(cString: value)
    }
}

/// `--color`: when to colour.
public enum ColorChoice: String, Hashable, Sendable, CaseIterable {
    case auto, always, never

    /// Whether to colour output that goes to a terminal or not.
    ///
    /// `auto` colours on a terminal only, and never if `NO_COLOR` is set and not empty (https://no-color.org).
    public func isOn(terminal: Bool) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto: terminal && !Terminal.isDumb && (Terminal.environment("NO_COLOR") ?? "").isEmpty
        }
    }
}
