#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file that comes into being complete or not at all.
///
/// The bytes go to a temporary file of the same folder (exclusive, 0600, symbolic links not followed), which gets
/// its name when everything has been written and synced.
struct OutputFile {
    let path: String
    let descriptor: Int32
    /// nil for a device or a FIFO, which is written directly.
    private let temporaryPath: String?
    private let replaces: Bool

    /// - Parameter force: replace a regular file of that name. Without it, an existing one is an error, now and
    ///   also if it appears while the output is written.
    /// - Throws: ``RenderingError`` `.outputExists`, `.outputNotAFile`, `.cannotCreateOutput`.
    init(path: String, force: Bool) throws(RenderingError) {
        self.path = path
        replaces = force
        switch OutputFile.kind(of: path) {
        case .stream:
            temporaryPath = nil
            descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
            guard descriptor >= 0 else {
                throw RenderingError(.cannotCreateOutput, "cannot write to \(path)", systemError: errno)
            }
            return
        case .folder:
            throw RenderingError(.outputNotAFile, "\(path) is a folder; give the name of a file")
        case .link:
            throw RenderingError(
                .outputNotAFile, "\(path) is a symbolic link, which is not followed; give the name of the file itself")
        case .file where !force:
            throw OutputFile.exists(path)
        case .file, .nothing:
            break
        }
        let temporary = OutputFile.temporaryPath(besides: path)
        // Known before it exists: a Ctrl-C in between then finds nothing to delete, not nothing to look for.
        UnfinishedFiles.add(temporary)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
        guard descriptor >= 0 else {
            let code = errno
            UnfinishedFiles.remove(temporary)
            throw RenderingError(.cannotCreateOutput, "cannot create \(path)", systemError: code)
        }
        temporaryPath = temporary
    }

    /// Syncs the file and gives it its name. On an error nothing is left behind.
    consuming func commit() throws(RenderingError) {
        guard let temporaryPath else {
            guard close(descriptor) == 0 else {
                throw RenderingError(.writeFailed, "cannot write to \(path)", systemError: errno)
            }
            return
        }
        defer { UnfinishedFiles.remove(temporaryPath) }
        var code: Int32 = fsync(descriptor) == 0 ? 0 : errno
        if close(descriptor) != 0, code == 0 { code = errno }
        guard code == 0 else {
            unlink(temporaryPath)
            throw RenderingError(.writeFailed, "cannot write \(path)", systemError: code)
        }
        code = replaces ? OutputFile.replace(temporaryPath, path) : OutputFile.name(temporaryPath, path)
        guard code == 0 else {
            unlink(temporaryPath)
            if code == EEXIST { throw OutputFile.exists(path) }
            throw RenderingError(.cannotCreateOutput, "cannot create \(path)", systemError: code)
        }
    }

    /// Closes and deletes what was written.
    consuming func discard() {
        close(descriptor)
        guard let temporaryPath else { return }
        unlink(temporaryPath)
        UnfinishedFiles.remove(temporaryPath)
    }
}

extension OutputFile {
    private enum Kind {
        case nothing, file, folder, link
        /// A device, FIFO or socket: nothing is overwritten, and a rename would destroy it.
        case stream
    }

    private static func kind(of path: String) -> Kind {
        var own = stat()
        guard lstat(path, &own) == 0 else { return .nothing }
        var target = own
        let isLink = own.st_mode & S_IFMT == S_IFLNK
        // A link to a device (/dev/stderr) is as good as the device; any other link is not followed.
        if isLink, stat(path, &target) != 0 { return .link }
        switch target.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: return isLink ? .link : .file
        default: return .stream
        }
    }

    private static func exists(_ path: String) -> RenderingError {
        RenderingError(.outputExists, "\(path) exists and is left as it is; --force replaces it")
    }

    private static func replace(_ temporary: String, _ path: String) -> Int32 {
        rename(temporary, path) == 0 ? 0 : errno
    }

    /// Names the file without replacing one that came into being meanwhile. Returns 0 or an `errno`.
    private static func name(_ temporary: String, _ path: String) -> Int32 {
        if link(temporary, path) == 0 {
            unlink(temporary)
            return 0
        }
        let code = errno
        guard code != EEXIST else { return code }
        // No hard links on this file system (FAT on a USB disk): the best there is.
        var status = stat()
        return lstat(path, &status) == 0 ? EEXIST : replace(temporary, path)
    }

    /// A name of its own length, since the file's may already be as long as names can be.
    private static func temporaryPath(besides path: String) -> String {
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
        return folder + ".coldtrail-" + String(UInt64.random(in: .min ... .max), radix: 16) + ".tmp"
    }
}
