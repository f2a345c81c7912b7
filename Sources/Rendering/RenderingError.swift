#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What can go wrong while reading a time argument or writing output.
///
/// A closed pipe is not one of these: see ``ClosedPipe``.
public struct RenderingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A name for scripts and tests.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// The output file exists and `--force` was not given.
        case outputExists
        /// The output path is a folder or a symbolic link.
        case outputNotAFile
        /// The output file cannot be created, or not be given its name.
        case cannotCreateOutput
        /// A write failed: disk full, quota, I/O error.
        case writeFailed
        /// A time, span or window that cannot be read or makes no sense.
        case badTime
        /// A relative time counts from the newest event, and no event has a time.
        case noNewestEvent
        /// A time zone that is not known on this machine.
        case unknownZone
        /// An output format that this command does not have.
        case formatNotHere
    }

    public var code: Code
    /// One sentence or two: what was wrong, where, and what to do.
    public var message: String
    /// `errno` of the failed system call, if one failed.
    public var systemError: Int32?

    public init(_ code: Code, _ message: String, systemError: Int32? = nil) {
        self.code = code
        self.message = message
        self.systemError = systemError
    }

    public var description: String {
        guard let systemError else { return message }
        return "\(message): \(String(cString: strerror(systemError)))"
    }
}

/// The reader of a pipe has gone (`… | head`): no error, the program ends quietly with status 0.
public struct ClosedPipe: Error, Hashable, Sendable {
    public init() {}
}
