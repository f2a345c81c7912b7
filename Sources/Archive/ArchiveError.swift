#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What went wrong with an archive, where, and what to do.
public struct ArchiveError: Error, Sendable, CustomStringConvertible {
    /// A stable code that a script can test.
    public enum Code: String, Sendable {
        /// The operating system refused (message holds its words).
        case system
        /// No space, or the disk's reserve would be touched.
        case diskFull
        /// Stored data is damaged or was changed.
        case damaged
        /// The archive's content is not what coldtrail writes: refused as unsafe.
        case hostile
        /// Written by a newer major version.
        case newerFormat
        /// No archive there.
        case notFound
        /// The archive cannot be written.
        case readOnly
        /// Wrong request: unknown label, ambiguous name.
        case usage
        case interrupted
    }

    public var code: Code
    public var message: String
    public var path: String?
    /// What the person can do, if anything is known.
    public var remedy: String?

    public init(_ code: Code, _ message: String, path: String? = nil, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.remedy = remedy
    }

    /// An error of the last system call.
    public static func system(_ what: String, path: String) -> ArchiveError {
        let number = errno
        let words = String(cString: strerror(number))
        if number == ENOSPC || number == EDQUOT {
            return ArchiveError(
                .diskFull, "\(what): \(words)", path: path,
                remedy: "free disk space and run the same command again; the archive is as it was before")
        }
        if number == EROFS || number == EACCES || number == EPERM {
            return ArchiveError(.readOnly, "\(what): \(words)", path: path)
        }
        return ArchiveError(.system, "\(what): \(words)", path: path)
    }

    public var description: String {
        var text = path.map { "\($0): \(message)" } ?? message
        if let remedy { text += "\n  " + remedy }
        return text
    }
}
